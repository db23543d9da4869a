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
    let default = Origin::Default.describe(key);
    match key {
        Key::BaseUrl => {
            let derived = BaseUrl::of_listener(settings.listen);
            (
                written(key, derived.as_str()),
                format!("{default}: follows listen"),
            )
        }
        Key::DatabaseUrl => (
            "\"\"".to_owned(),
            format!("{default}: a private Postgres in data_dir"),
        ),
        Key::ReplicaDatabaseUrl => ("\"\"".to_owned(), format!("{default}: database_url alone")),
        Key::DeliveryDatabaseUrl => (
            "\"\"".to_owned(),
            format!("{default}: the role annai_delivery of database_url"),
        ),
        Key::LogFilter => (
            "\"\"".to_owned(),
            format!("{default}: info for serve, warn for the other commands"),
        ),
        Key::DataDir
        | Key::Listen
        | Key::DatabasePasswordFile
        | Key::MaxConnections
        | Key::ContentDir
        | Key::SiteAssets
        | Key::SiteGuideUrl
        | Key::TimeZone
        | Key::AnonymousReading
        | Key::CdnPurgedByWebhook
        | Key::DeliveryMemory
        | Key::RateLimitOfKeys
        | Key::RateLimitOfAddresses
        | Key::TrustedProxies
        | Key::MetricsListen
        | Key::OtlpEndpoint
        | Key::WebhookAllowPrivate
        | Key::Log => ("\"\"".to_owned(), format!("{default}: not set")),
    }
}

/// Writes the value as in `annai.toml`.
fn written(key: Key, text: &str) -> String {
    match key {
        Key::MaxConnections
        | Key::AnonymousReading
        | Key::CdnPurgedByWebhook
        | Key::DeliveryMemory
        | Key::RateLimitOfKeys
        | Key::RateLimitOfAddresses
        | Key::WebhookAllowPrivate => text.to_owned(),
        _ => toml::Value::from(text).to_string(),
    }
}
