//! The audit log, on a page and as CSV.

use annai_domain::{GuideId, Locale, Permission, UserId};
use annai_storage::audit::{self, AuditFilter, AuditRecord};
use annai_storage::users;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::address::Query;
use super::error::PageError;
use super::page::{Page, percent_encode};
use annai_view::audit::{AuditEntryView, AuditView};
use annai_view::form::Choice;
use annai_view::{find_text, keys_under};

/// Entries on one page.
const PAGE: i64 = 100;
/// The most entries in one CSV file. Older entries need a filter.
const CSV: i64 = 10_000;

/// The filters. An empty one filters nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AuditQuery {
    action: String,
    actor: String,
    guide: String,
    before: Option<i64>,
}

impl AuditQuery {
    fn filter(&self) -> Result<AuditFilter, PageError> {
        let bad = || PageError::new(StatusCode::BAD_REQUEST);
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let actor = given(&self.actor).map(|actor| actor.parse::<UserId>());
        let guide = given(&self.guide).map(|guide| guide.parse::<GuideId>());
        Ok(AuditFilter {
            action: given(&self.action),
            actor_id: actor.transpose().map_err(|_| bad())?,
            guide_id: guide.transpose().map_err(|_| bad())?,
            before: self.before,
        })
    }

    fn address(&self, path: &str, before: Option<i64>) -> String {
        let before = before.map(|before| before.to_string()).unwrap_or_default();
        let parameters = [
            ("action", self.action.as_str()),
            ("actor", &self.actor),
            ("guide", &self.guide),
            ("before", &before),
        ];
        let given = parameters.iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<_> = given
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        if given.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", given.join("&"))
        }
    }
}

/// `GET /admin/audit`
pub(super) async fn get(
    page: Page,
    Query(query): Query<AuditQuery>,
) -> Result<Response, PageError> {
    page.require(Permission::Administer)?;
    let (filter, locale) = (query.filter()?, page.locale());
    let records = audit::list(&page.reader(), &filter, PAGE).await?;
    let last = records.last().map(|record| record.audit_number);
    let is_full = i64::try_from(records.len()).is_ok_and(|count| count == PAGE);
    page.show(&AuditView {
        entries: records
            .into_iter()
            .map(|record| entry(record, locale))
            .collect(),
        actions: actions(locale, &query.action),
        actors: actors(&page, &query.actor).await?,
        guide: filter.guide_id,
        is_filtered: !(query.action.is_empty() && query.actor.is_empty() && query.guide.is_empty()),
        older: last
            .filter(|_| is_full)
            .map(|last| query.address("/admin/audit", Some(last))),
        csv: query.address("/admin/audit.csv", None),
    })
}

async fn actors(page: &Page, chosen: &str) -> Result<Vec<Choice>, PageError> {
    let people = users::list(&page.reader()).await?;
    let mut actors: Vec<_> = people
        .iter()
        .map(|user| choice(&user.user_id.to_string(), &user.display_name, chosen))
        .collect();
    for (user_id, name) in [(UserId::OPERATOR, "operator"), (UserId::SYSTEM, "system")] {
        actors.push(choice(&user_id.to_string(), name, chosen));
    }
    Ok(actors)
}

fn choice(value: &str, label: &str, chosen: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: value == chosen,
    }
}

/// Lists the actions that have words, as a filter.
fn actions(locale: Locale, chosen: &str) -> Vec<Choice> {
    let keys = keys_under(locale, "act.");
    keys.map(|action| choice(action, &words(locale, action), chosen))
        .collect()
}

/// Returns the words of an action, or the action itself where it has none.
fn words(locale: Locale, action: &str) -> String {
    find_text(locale, &format!("act.{action}"), &Map::new()).unwrap_or_else(|| action.to_owned())
}

fn entry(record: AuditRecord, locale: Locale) -> AuditEntryView {
    let (mut facts, mut details) = (Vec::new(), Vec::new());
    if let Value::Object(given) = record.details {
        for (name, value) in given.into_iter().filter(|(_, value)| !value.is_null()) {
            match fact(locale, &name, &value) {
                Some(fact) => facts.push(fact),
                None => details.push((name, plain(&value))),
            }
        }
    }
    AuditEntryView {
        number: record.audit_number,
        words: words(locale, &record.action),
        action: record.action,
        actor: record.actor_name,
        guide_id: record.guide_id,
        guide_title: record.guide_title,
        facts,
        details,
        at: record.at,
    }
}

/// Returns a detail in words, such as `リビジョン 3`, where people have words for it.
fn fact(locale: Locale, name: &str, value: &Value) -> Option<String> {
    let value = match value {
        Value::Array(codes) if name == "roles" => {
            let roles = codes.iter().map(|code| {
                let code = plain(code);
                find_text(locale, &format!("role.{code}"), &Map::new()).unwrap_or(code)
            });
            roles.collect::<Vec<_>>().join(", ")
        }
        value => plain(value),
    };
    let arguments = Map::from_iter([("value".to_owned(), Value::String(value))]);
    find_text(locale, &format!("audit_fact.{name}"), &arguments)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// `GET /admin/audit.csv`
pub(super) async fn get_csv(
    page: Page,
    Query(query): Query<AuditQuery>,
) -> Result<Response, PageError> {
    page.require(Permission::Administer)?;
    let records = audit::list(&page.reader(), &query.filter()?, CSV).await?;
    // The byte order mark makes spreadsheet programs read UTF-8.
    let mut text = "\u{feff}number,at,actor,action,guide_id,guide_title,details\r\n".to_owned();
    for record in records {
        let cells = [
            record.audit_number.to_string(),
            record.at.to_string(),
            record.actor_name,
            record.action,
            record.guide_id.map(|id| id.to_string()).unwrap_or_default(),
            record.guide_title,
            record.details.to_string(),
        ];
        text.push_str(&cells.map(|cell| csv_cell(&cell)).join(","));
        text.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"annai-audit.csv\"",
        ),
    ];
    Ok((headers, text).into_response())
}

/// Returns a cell that every spreadsheet program takes for text, never for a formula.
fn csv_cell(text: &str) -> String {
    // Spreadsheets with Japanese settings take the full-width forms for formulas too.
    let begins_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if begins_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(csv_cell("=1+1"), "\"'=1+1\"");
        assert_eq!(csv_cell("＝1+1"), "\"'＝1+1\"");
        assert_eq!(csv_cell("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn a_detail_is_a_fact_where_it_has_words() {
        let roles = serde_json::json!(["editor", "admin"]);
        let fact = |name, value| fact(Locale::Ja, name, value);
        assert_eq!(fact("roles", &roles).unwrap(), "役割: 編集者, 管理者");
        let number = Value::from(3);
        assert_eq!(fact("revision_number", &number).unwrap(), "リビジョン 3");
        assert_eq!(fact("content_hash", &Value::from("6b86")), None);
    }

    #[test]
    fn the_address_keeps_the_filters() {
        let query = AuditQuery {
            action: "guide.save".to_owned(),
            ..AuditQuery::default()
        };
        assert_eq!(
            query.address("/admin/audit", Some(7)),
            "/admin/audit?action=guide.save&before=7"
        );
        assert_eq!(
            AuditQuery::default().address("/admin/audit", None),
            "/admin/audit"
        );
    }
}
