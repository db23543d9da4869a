use crate::settings::{BaseUrl, Gathered, Key, Origin, Settings};

/// Prints the settings as a table: name, value and source. Secrets are masked.
pub(crate) fn print(gathered: &Gathered, settings: &Settings) -> String {
    let rows: Vec<[String; 3]> = Key::ALL
        .into_iter()
        .map(|key| row(gathered, settings, key))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let (names, values) = (width(0), width(1));
    rows.iter()
        .map(|[name, value, origin]| format!("{name:names$} = {value:values$}  # {origin}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn row(gathered: &Gathered, settings: &Settings, key: Key) -> [String; 3] {
    let (value, origin) = match gathered.get(key) {
        Some(given) if key.is_secret() => ("\"***\"".to_owned(), given.origin.describe(key)),
        Some(given) => (written(key, &given.text), given.origin.describe(key)),
        None => unset(settings, key),
    };
    [key.name().to_owned(), value, origin]
}

fn unset(settings: &Settings, key: Key) -> (String, String) {
    let value = match key {
        Key::BaseUrl => BaseUrl::of_listener(settings.listen).as_str().to_owned(),
        _ => String::new(),
    };
    let default = Origin::Default.describe(key);
    let value = toml::Value::from(value).to_string();
    (value, format!("{default}: {}", key.unset()))
}

/// Returns the value as `annai.toml` would hold it.
fn written(key: Key, text: &str) -> String {
    if key.is_plain() {
        text.to_owned()
    } else {
        toml::Value::from(text).to_string()
    }
}
