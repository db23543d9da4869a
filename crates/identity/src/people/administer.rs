use annai_domain::decide::{Forbidden, Refusal};
use annai_domain::{RoleSet, UserId};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, users};
use serde_json::{Value, json};

use super::administer;
use crate::{CommandError, fields};

/// Gives a person other roles; their sessions end. Nobody changes their own.
///
/// # Errors
///
/// [`CommandError::Field`] `last_admin` when nobody would be left who can let people in.
#[tracing::instrument(skip_all, fields(%user_id, actor_id = %tx.actor().user_id))]
pub async fn set_roles(
    tx: &mut WriteTx,
    user_id: UserId,
    roles: &RoleSet,
) -> Result<(), CommandError> {
    administer(tx)?;
    if tx.actor().user_id == user_id {
        return Err(Refusal::Forbidden(Forbidden::Role).into());
    }
    let found = users::set_roles(tx, user_id, roles).await?;
    record(
        tx,
        "user.set_roles",
        user_id,
        found,
        json!({ "roles": roles }),
    )
    .await
}

/// Shuts a person out; their sessions end at once.
///
/// # Errors
///
/// As [`set_roles`].
#[tracing::instrument(skip_all, fields(%user_id, actor_id = %tx.actor().user_id))]
pub async fn disable_user(tx: &mut WriteTx, user_id: UserId) -> Result<(), CommandError> {
    administer(tx)?;
    let found = users::set_disabled(tx, user_id, true).await?;
    record(tx, "user.disable", user_id, found, json!({})).await
}

/// Lets a person in again.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%user_id, actor_id = %tx.actor().user_id))]
pub async fn enable_user(tx: &mut WriteTx, user_id: UserId) -> Result<(), CommandError> {
    administer(tx)?;
    let found = users::set_disabled(tx, user_id, false).await?;
    record(tx, "user.enable", user_id, found, json!({})).await
}

/// Changes the actor's own name and language.
///
/// # Errors
///
/// [`CommandError::Field`] when the name does not fit or the language is not ja or en.
pub async fn set_profile(
    tx: &mut WriteTx,
    display_name: &str,
    locale: &str,
) -> Result<(), CommandError> {
    let display_name = fields::required("display_name", display_name)?;
    fields::at_most("display_name", display_name, 100)?;
    if !matches!(locale, "ja" | "en") {
        return Err(CommandError::Field {
            field: "locale",
            code: "unknown",
        });
    }
    let user_id = tx.actor().user_id;
    let found = users::set_profile(tx, user_id, display_name, locale).await?;
    record(
        tx,
        "user.set_profile",
        user_id,
        found,
        json!({ "locale": locale }),
    )
    .await
}

async fn record(
    tx: &mut WriteTx,
    action: &'static str,
    user_id: UserId,
    found: bool,
    details: Value,
) -> Result<(), CommandError> {
    if !found {
        return Err(Refusal::NotFound.into());
    }
    let entry = NewAuditEntry {
        action,
        guide_id: None,
        subject_id: Some(user_id.0),
        details,
    };
    Ok(audit::record(tx, entry).await?)
}
