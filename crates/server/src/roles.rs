//! The two roles that the program takes on, where the operator has to make them.

use annai_storage::Connections;
use annai_storage::health::ServerFacts;

use crate::failure::{Code, Failure};
use crate::settings::Settings;

/// Refuses a login that may not take on the roles; the reason would otherwise hide in a pool.
pub(crate) fn require(facts: &ServerFacts, settings: &Settings) -> Result<(), Failure> {
    let missing = missing(facts, settings);
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the roles {} are not there, or not for this login",
        missing.join(", ")
    );
    Err(Failure::message(Code::Configuration, message).hint(advice(&missing)))
}

/// The roles that are missing, or that the login may not take on. Delivery may have a login of
/// its own, which is then its own affair.
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

/// What an administrator of the server has to do about them.
pub(crate) fn advice(missing: &[&str]) -> String {
    let created: String = missing
        .iter()
        .flat_map(|role| ["CREATE ROLE ", role, " NOLOGIN; "])
        .collect();
    format!(
        "as an administrator of the server, for what is not there yet: {created}then: GRANT {} TO <the user of ANNAI_DATABASE_URL>; then run `annai migrate`",
        missing.join(", ")
    )
}
