//! The filters and functions of templates.

use std::fmt::Write as _;

use annai_domain::Locale;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind};
use serde_json::{Map, Value as Json};

use super::catalogue::{catalogue, find_text};
use super::user_agent;

/// Adds the filters for pages in `locale` that show times in `zone`.
pub(super) fn add(environment: &mut Environment<'static>, locale: Locale, zone: &TimeZone) {
    environment.add_filter("t", move |key: &str, arguments: Kwargs| {
        translate(locale, key, &arguments)
    });
    environment.add_filter("say", move |message: Value| say(locale, &message));
    let (zone, plain_zone) = (zone.clone(), zone.clone());
    environment.add_filter("time", move |at: &str| time_element(locale, &zone, at));
    environment.add_filter("plain_time", move |at: &str| {
        Ok::<_, Error>(show_time(locale, &plain_zone, parse(at)?))
    });
    environment.add_filter("number", number);
    environment.add_filter("by", move |name: &str| name_of(locale, name));
    environment.add_filter("browser", move |user_agent: &str| {
        user_agent::name(locale, user_agent)
    });
    environment.add_function("script_words", move || script_words(locale));
    environment.add_function("limit", limit);
    environment.add_function("scripts", scripts);
}

/// Returns the elements that load the script of the page `entry` and announce the files that this
/// script imports while the page runs. `assets` is the folder of the assets.
fn scripts(assets: &str, entry: &str) -> Result<Value, Error> {
    let page = super::scripts::page_addresses(entry)
        .map_err(|error| Error::new(ErrorKind::InvalidOperation, "no script").with_source(error))?;
    let script = page.script;
    let mut html = format!(r#"<script type="module" src="{assets}/{script}"></script>"#);
    for file in page.later {
        write!(
            html,
            "\n<link rel=\"modulepreload\" href=\"{assets}/{file}\">"
        )
        .ok();
    }
    Ok(Value::from_safe_string(html))
}

/// Returns a limit of [`annai_domain::limits`], by its name in lower case.
fn limit(name: &str) -> Result<usize, Error> {
    annai_domain::limits::limit(name).ok_or_else(|| {
        let problem = format!("there is no limit `{name}`");
        Error::new(ErrorKind::InvalidOperation, problem)
    })
}

/// Returns the name of somebody who acted. The two actors without a person have words, because their
/// names in the database are codes.
fn name_of(locale: Locale, name: &str) -> String {
    let is_code = ["operator", "system"].contains(&name);
    let text = is_code.then(|| find_text(locale, &format!("actor.{name}"), &Map::new()));
    text.flatten().unwrap_or_else(|| name.to_owned())
}

/// A [`Message`](super::Message) as it comes back out of a template.
#[derive(serde::Deserialize)]
struct MessageInTemplate {
    key: String,
    arguments: Map<String, Json>,
}

fn say(locale: Locale, message: &Value) -> Result<String, Error> {
    let message = serde_json::to_value(message).and_then(serde_json::from_value);
    let message: MessageInTemplate =
        message.map_err(|_| Error::new(ErrorKind::InvalidOperation, "not a message"))?;
    text(locale, &message.key, &message.arguments)
}

fn translate(locale: Locale, key: &str, arguments: &Kwargs) -> Result<String, Error> {
    let mut map = Map::new();
    for name in arguments.args() {
        let value: Value = arguments.get(name)?;
        let value = serde_json::to_value(&value)
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, "an argument is not JSON"))?;
        map.insert(name.to_owned(), value);
    }
    text(locale, key, &map)
}

/// Returns the text of `key`. An unknown key fails a test; readers see the key.
fn text(locale: Locale, key: &str, arguments: &Map<String, Json>) -> Result<String, Error> {
    if let Some(text) = find_text(locale, key, arguments) {
        return Ok(text);
    }
    if cfg!(test) {
        let problem = format!("there is no message `{key}`");
        return Err(Error::new(ErrorKind::UnknownFilter, problem));
    }
    tracing::error!(key, "a template used an unknown message key");
    Ok(key.to_owned())
}

/// Returns the messages for scripts: those under `js.`, without that prefix.
fn script_words(locale: Locale) -> Value {
    let words = catalogue(locale).iter();
    words
        .filter_map(|(key, text)| Some((key.strip_prefix("js.")?.to_owned(), text.clone())))
        .collect::<std::collections::BTreeMap<_, _>>()
        .into()
}

fn parse(at: &str) -> Result<Timestamp, Error> {
    at.parse().map_err(|_| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("`{at}` is not an instant"),
        )
    })
}

fn time_element(locale: Locale, zone: &TimeZone, at: &str) -> Result<Value, Error> {
    let at = parse(at)?;
    let machine = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    let title = at.strftime("%Y-%m-%d %H:%M:%S UTC");
    let shown = show_time(locale, zone, at);
    Ok(Value::from_safe_string(format!(
        r#"<time datetime="{machine}" title="{title}">{shown}</time>"#
    )))
}

/// Formats a time, such as `2026年11月22日 09:00`.
fn show_time(locale: Locale, zone: &TimeZone, at: Timestamp) -> String {
    let local = at.to_zoned(zone.clone());
    let pattern = match locale {
        Locale::Ja => "%Y年%-m月%-d日 %H:%M",
        Locale::En => "%-d %b %Y, %H:%M",
    };
    local.strftime(pattern).to_string()
}

/// Formats a number, such as `10,000`.
fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_the_zone_of_the_setting() {
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        assert_eq!(show_time(Locale::Ja, &tokyo, at), "2026年11月22日 09:00");
        assert_eq!(show_time(Locale::En, &tokyo, at), "22 Nov 2026, 09:00");
        let lima = TimeZone::get("America/Lima").unwrap();
        assert_eq!(show_time(Locale::Ja, &lima, at), "2026年11月21日 19:00");
    }

    #[test]
    fn the_two_actors_without_a_person_have_words() {
        assert_eq!(name_of(Locale::Ja, "operator"), "運用担当");
        assert_eq!(name_of(Locale::En, "system"), "System");
        assert_eq!(name_of(Locale::Ja, "山田 花子"), "山田 花子");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(10_000), "10,000");
        assert_eq!(number(-1_234_567), "-1,234,567");
    }
}
