//! The findings of the checks, as pages show them.

use std::collections::HashMap;

use annai_checks::{Finding, Fix, Level, Surroundings, check_bytes};
use annai_content::{GuideSource, Schema};
use annai_domain::decide;
use annai_domain::{GuideFacts, Locale};
use serde_json::Value;

use super::error::PageError;
use super::fields::{in_language, text_in_form};
use super::named_guides::NamedGuides;
use super::page::Page;
use annai_desk::FollowError;
use annai_view::guide::{FindingView, FindingsView, FixView};
use annai_view::{Message, words_of};

/// The most fixes of fields.
const FIELD_FIXES: usize = 20;

/// Checks a text of a guide among the present public guides.
pub(super) async fn findings(
    page: &Page,
    facts: &GuideFacts,
    source: Vec<u8>,
) -> Result<FindingsView, PageError> {
    let scope = decide::list_guides(page.actor())?;
    let parsed = GuideSource::parse(source.clone()).ok();
    let named = match &parsed {
        Some(parsed) => NamedGuides::of(page, scope, facts, parsed).await?,
        None => NamedGuides::default(),
    };
    let held = match page.state.public_guides.read(&page.reader()).await {
        Ok(held) => held,
        Err(FollowError::Storage(error)) => return Err(error.into()),
        Err(error @ FollowError::Ended(_)) => return Err(PageError::internal(&error)),
    };
    let (schema, locale) = (page.state.schema.clone(), page.locale());
    let dictionary = page.state.dictionary.clone();
    let urls = page.state.database.guide_urls().clone();
    let own = facts.guide_id.to_string();
    let public = facts.visibility.public();
    let public_slug = public.map(|public| public.slug.to_string());
    let found = tokio::task::spawn_blocking(move || {
        let surroundings = Surroundings {
            guides: held.as_deref().map(|held| &held.guides),
            own: &own,
            public_slug,
            unpublished: named.unpublished,
            moved: named.moved,
            anchors: Some(&named.anchors),
            urls,
            slug_is_taken: named.slug_is_taken,
        };
        let findings = check_bytes(&source, &schema, &surroundings, &dictionary);
        view(&findings, parsed.as_ref(), &schema, locale)
    });
    found.await.map_err(|error| PageError::internal(&error))
}

/// Builds the findings for people, with offsets as their browsers count.
fn view(
    findings: &[Finding],
    source: Option<&GuideSource>,
    schema: &Schema,
    locale: Locale,
) -> FindingsView {
    let offsets = source.map_or_else(HashMap::new, |source| browser_offsets(source, findings));
    let body_line = source.map_or(u32::MAX, GuideSource::body_line);
    let mut field_fixes = 0;
    let items = findings.iter().map(|finding| {
        let field = finding
            .pointer
            .as_deref()
            .and_then(|pointer| pointer.split('/').nth(1));
        let fix = match (&finding.fix, source, field) {
            (Some(fix), Some(source), Some(field)) if field_fixes < FIELD_FIXES => {
                field_fixes += 1;
                field_fix(fix, source, schema, field)
            }
            (Some(fix), Some(_), None) => body_fix(fix, &offsets),
            _ => None,
        };
        let line = finding.position.map(|position| position.line);
        let offset = |at: fn(&std::ops::Range<usize>) -> usize| {
            let range = finding.range.as_ref().filter(|_| field.is_none())?;
            offsets.get(&at(range)).copied()
        };
        FindingView {
            level: match finding.level {
                Level::Error => "error",
                Level::Warn => "warn",
                Level::Hint => "hint",
            },
            code: finding.code,
            message: message_of(finding, schema, locale),
            label: field.map(|field| label_of(field, schema, locale).to_owned()),
            field: field.map(str::to_owned),
            body_line: line
                .filter(|line| field.is_none() && *line >= body_line)
                .map(|line| line - body_line + 1),
            line,
            column: finding.position.map(|position| position.column),
            from: offset(|range| range.start),
            to: offset(|range| range.end),
            fix,
        }
    });
    FindingsView::of(items.collect())
}

/// Returns the words of a finding.
#[must_use]
pub fn say_finding(finding: &Finding, schema: &Schema, locale: Locale) -> String {
    words_of(locale, &message_of(finding, schema, locale))
}

/// Returns the message of a finding, with the label of its field.
fn message_of(finding: &Finding, schema: &Schema, locale: Locale) -> Message {
    let mut message = Message::new(format!("check.{}", finding.code));
    message.arguments.clone_from(&finding.arguments);
    if let Some(Value::String(key)) = message.arguments.get_mut("key") {
        *key = label_of(key, schema, locale).to_owned();
    }
    message
}

fn label_of<'a>(key: &'a str, schema: &'a Schema, locale: Locale) -> &'a str {
    let field = schema.field(key);
    field.map_or(key, |field| in_language(&field.label, locale))
}

/// Maps every offset in the findings to the offset in the browser.
fn browser_offsets(source: &GuideSource, findings: &[Finding]) -> HashMap<usize, usize> {
    let mut bytes = Vec::new();
    for finding in findings {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let ranges = finding.range.iter().chain(edits.map(|edit| &edit.range));
        bytes.extend(ranges.flat_map(|range| [range.start, range.end]));
    }
    bytes.sort_unstable();
    bytes.dedup();
    let offsets = source.browser_offsets(&bytes);
    let pairs = bytes.into_iter().zip(offsets);
    pairs
        .filter_map(|(byte, offset)| Some((byte, offset?)))
        .collect()
}

fn body_fix(fix: &Fix, offsets: &HashMap<usize, usize>) -> Option<FixView> {
    let edits = fix.edits.iter().map(|edit| {
        let (from, to) = (
            offsets.get(&edit.range.start)?,
            offsets.get(&edit.range.end)?,
        );
        Some((*from, *to, edit.text.clone()))
    });
    let edits = edits.collect::<Option<_>>()?;
    Some(FixView::Body { edits })
}

/// Returns the form's text of the mended field.
fn field_fix(fix: &Fix, source: &GuideSource, schema: &Schema, key: &str) -> Option<FixView> {
    let mended = fix.apply(source).ok()?;
    let value = text_in_form(&mended, schema, key)?;
    Some(FixView::Field {
        field: key.to_owned(),
        value,
    })
}
