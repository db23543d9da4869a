//! The words of the pages, by message key, in Japanese (the source language) and English.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use annai_domain::Locale;
use rust_embed::RustEmbed;
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../admin-ui/locales"]
struct Locales;

/// The messages of one language.
pub(super) type Catalogue = BTreeMap<String, String>;

static CATALOGUES: LazyLock<[Catalogue; 2]> = LazyLock::new(|| ["ja.json", "en.json"].map(read));

/// Returns the messages of a language.
pub(super) fn catalogue(locale: Locale) -> &'static Catalogue {
    match locale {
        Locale::Ja => &CATALOGUES[0],
        Locale::En => &CATALOGUES[1],
    }
}

/// Lists the message keys under `prefix`, without it.
pub fn keys_under(locale: Locale, prefix: &str) -> impl Iterator<Item = &'static str> {
    let keys = catalogue(locale).keys();
    keys.filter_map(move |key| key.strip_prefix(prefix))
}

/// Returns the text of `key` with `arguments` filled in; `None` for an unknown key.
#[must_use]
pub fn find_text(locale: Locale, key: &str, arguments: &Map<String, Value>) -> Option<String> {
    let pattern = catalogue(locale).get(key);
    pattern.map(|pattern| fill(pattern, arguments))
}

/// A text for a person, by key. The template puts it into words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    pub key: String,
    /// The values of the names in braces.
    pub arguments: Map<String, Value>,
}

impl Message {
    /// Creates the message `key` without arguments.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            arguments: Map::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }
}

/// Returns the words of a message, for texts outside templates.
#[must_use]
pub fn words_of(locale: Locale, message: &Message) -> String {
    let text = find_text(locale, &message.key, &message.arguments);
    text.unwrap_or_else(|| message.key.clone())
}

fn read(name: &str) -> Catalogue {
    let file = Locales::get(name);
    file.and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default()
}

/// Fills `{name}` with an argument, and `{name:one|many}` by whether it is 1.
fn fill(pattern: &str, arguments: &Map<String, Value>) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((place, behind)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        match place.split_once(':') {
            Some((name, forms)) => {
                let (one, many) = forms.split_once('|').unwrap_or((forms, forms));
                let is_one = arguments.get(name).is_some_and(|value| plain(value) == "1");
                text.push_str(if is_one { one } else { many });
            }
            None => text.push_str(&arguments.get(place).map(plain).unwrap_or_default()),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn arguments(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_message_takes_its_arguments_and_its_plural_form() {
        let pattern = "{count} {count:guide|guides} by {name}";
        let one = arguments(&json!({"count": 1, "name": "Ai"}));
        let many = arguments(&json!({"count": 2, "name": "Ai"}));
        assert_eq!(fill(pattern, &one), "1 guide by Ai");
        assert_eq!(fill(pattern, &many), "2 guides by Ai");
    }

    #[test]
    fn an_argument_is_never_read_as_a_pattern() {
        let text = fill("{name}!", &arguments(&json!({"name": "{count}"})));
        assert_eq!(text, "{count}!");
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let [japanese, english] =
            Locale::ALL.map(|locale| catalogue(locale).keys().cloned().collect::<Vec<_>>());
        assert!(!japanese.is_empty());
        assert_eq!(japanese, english);
    }
}
