//! The two roles that the program assumes, and advice for operators who have to create them.

use annai_storage::health::{Rights, ServerFacts, rights};
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
    let [app, delivery] = rights(database).await?;
    for side in [app, delivery] {
        let wrong = misfits(&side);
        if !wrong.is_empty() {
            let (user, role) = (side.user, side.role);
            let message = format!("database_roles is `login`, but the user {user} {wrong}");
            return Err(Failure::configuration(message).hint(format!(
                "it needs the rights of {role} and no others. As an administrator of the server: GRANT {role} TO <the login>; ALTER ROLE <the login> SET role = '{role}'; or set `database_roles` to `set`"
            )));
        }
    }
    Ok(())
}

/// Returns what is wrong with the rights of a user, such as `lacks SELECT ON slugs`; empty if
/// nothing is.
pub(crate) fn misfits(rights: &Rights) -> String {
    let lacks = Some(&rights.missing).filter(|missing| !missing.is_empty());
    let has = Some(&rights.excess).filter(|excess| !excess.is_empty());
    let lacks = lacks.map(|missing| format!("lacks {}", shorten(missing, ", ")));
    let has = has.map(|excess| format!("may also {}", shorten(excess, ", ")));
    [lacks, has]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", and ")
}

/// Returns what to do about the rights of a user.
pub(crate) fn correction(rights: &Rights) -> String {
    let granted = Some("`annai migrate` grants what is missing".to_owned());
    let granted = granted.filter(|_| !rights.missing.is_empty());
    let revoked: Vec<_> = rights
        .excess
        .iter()
        .map(|right| format!("REVOKE {right} FROM {};", rights.user))
        .collect();
    let revoked = Some(format!(
        "drafts and texts must stay out of reach: {} A right that comes from another role ends with that role",
        shorten(&revoked, " ")
    ));
    let revoked = revoked.filter(|_| !rights.excess.is_empty());
    [granted, revoked]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ")
}

/// Joins the first few of many texts.
fn shorten(texts: &[String], between: &str) -> String {
    const FEW: usize = 6;
    let few = texts[..texts.len().min(FEW)].join(between);
    match texts.len().saturating_sub(FEW) {
        0 => few,
        more => format!("{few}{between}and {more} more"),
    }
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
