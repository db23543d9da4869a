use annai_domain::Actor;
use annai_domain::decide::Refusal;
use annai_editorial::{CommandError, create_key, revoke_key};
use annai_storage::Database;
use annai_storage::keys::{self, KeyScope};
use jiff::SignedDuration;

use crate::cli::{ApiKey as Verb, Scope};
use crate::database::with_database;
use crate::failure::{Code, Failure};
use crate::output;
use crate::settings::Settings;
use crate::verbs::{print_json, table};

/// Runs one of the `key` commands in the operator's name.
pub(crate) async fn run(settings: &Settings, verb: Verb) -> Result<(), Failure> {
    with_database(settings, async |database| match verb {
        Verb::Create { name, scope, days } => create(database, &name, scope, days).await,
        Verb::List { json } => list(database, json).await,
        Verb::Revoke { api_key_id } => {
            let mut tx = database.begin(Actor::operator()).await?;
            revoke_key(&mut tx, api_key_id)
                .await
                .map_err(|error| match error {
                    CommandError::Refused(Refusal::NotFound) => {
                        Failure::message(Code::Data, format!("there is no key {api_key_id}"))
                            .hint("`annai key list` shows all keys")
                    }
                    other => other.into(),
                })?;
            Ok(tx.commit().await?)
        }
    })
    .await
}

async fn create(
    database: &Database,
    name: &str,
    scope: Scope,
    days: Option<u16>,
) -> Result<(), Failure> {
    let scope = match scope {
        Scope::Reader => KeyScope::Reader,
        Scope::Preview => KeyScope::Preview,
    };
    let mut tx = database.begin(Actor::operator()).await?;
    let expires_at = days.map(|days| tx.now() + SignedDuration::from_hours(24 * i64::from(days)));
    let key = create_key(&mut tx, name, scope, expires_at).await?;
    tx.commit().await?;
    output::line(key.secret.expose());
    output::note("Keep it safe: it is shown only once.");
    Ok(())
}

async fn list(database: &Database, json: bool) -> Result<(), Failure> {
    let keys = keys::list(&database.reader()).await?;
    if json {
        return print_json(&keys);
    }
    let rows: Vec<Vec<String>> = keys
        .into_iter()
        .map(|key| {
            let ends = match (key.revoked_at, key.expires_at) {
                (Some(at), _) => format!("revoked {at}"),
                (None, Some(at)) => format!("until {at}"),
                (None, None) => "never".to_owned(),
            };
            let used = key
                .last_used_at
                .map_or_else(|| "never".to_owned(), |at| at.to_string());
            let scope = key.scope.as_str().to_owned();
            vec![
                key.api_key_id.to_string(),
                key.name,
                scope,
                format!("{}…", key.hint),
                ends,
                used,
            ]
        })
        .collect();
    output::line(&table(
        &["id", "name", "scope", "begins", "ends", "last used"],
        &rows,
    ));
    Ok(())
}
