//! The two roles that the program assumes, and advice for operators who have to create them.

use annai_storage::health::{ServerFacts, rights};
use annai_storage::{Connections, Database, RoleMode};

use crate::failure::{Code, Failure};
use crate::settings::Settings;

/// Refuses a login that may not assume the roles; otherwise a pool would hide the reason.
pub(crate) fn require(facts: &ServerFacts, settings: &Settings) -> Result<(), Failure> {
    let missing = missing(facts, settings);
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the roles {} do not exist, or this login may not assume them",
        missing.join(", ")
    );
    Err(Failure::message(Code::Configuration, message).hint(advice(&missing)))
}

/// Refuses logins that have other rights than their roles, where no role is taken on.
pub(crate) async fn require_rights(
    database: &Database,
    settings: &Settings,
) -> Result<(), Failure> {
    if settings.database_roles == RoleMode::Set {
        return Ok(());
    }
    let rights = rights(database).await?;
    let (login, role, wrong) = if !rights.app_fits {
        let wrong = "has other rights than the editors' side needs";
        (rights.app_user, Connections::APP, wrong.to_owned())
    } else if !rights.leaks.is_empty() {
        let wrong = format!("can read {}", rights.leaks.join(", "));
        (rights.delivery_user, Connections::DELIVERY, wrong)
    } else if !rights.delivery_reads {
        let wrong = "cannot read publications".to_owned();
        (rights.delivery_user, Connections::DELIVERY, wrong)
    } else {
        return Ok(());
    };
    let message = format!("database_roles is `login`, but the user {login} {wrong}");
    Err(Failure::configuration(message).hint(format!(
        "as an administrator of the server: GRANT {role} TO <the login>; ALTER ROLE <the login> SET role = '{role}'; or set `database_roles` to `set`"
    )))
}

/// Returns the roles that are missing or that the login may not assume. It skips delivery's role if
/// delivery has a separate login.
pub(crate) fn missing(facts: &ServerFacts, settings: &Settings) -> Vec<&'static str> {
    let delivery = facts.has_delivery_role || settings.delivery_database_url.is_some();
    [
        (Connections::APP, facts.has_app_role),
        (Connections::DELIVERY, delivery),
    ]
    .into_iter()
    .filter(|(_, present)| !present)
    .map(|(role, _)| role)
    .collect()
}

/// Returns the statements for an administrator of the server.
pub(crate) fn advice(missing: &[&str]) -> String {
    let created: String = missing
        .iter()
        .flat_map(|role| ["CREATE ROLE ", role, " NOLOGIN; "])
        .collect();
    format!(
        "as an administrator of the server, create the missing roles: {created}then: GRANT {} TO <the user of ANNAI_DATABASE_URL>; then run `annai migrate`",
        missing.join(", ")
    )
}
