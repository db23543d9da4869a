use annai_domain::decide::{Refusal, administer, change_roles};
use annai_domain::{AuditAction, RoleSet, UserId};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, users};
use serde_json::{Value, json};

use crate::{IdentityError, particulars};

/// Changes the roles of a person, and ends their sessions. Nobody changes their own.
///
/// # Errors
///
/// [`IdentityError::Field`] `last_admin` when no administrator would be left.
#[tracing::instrument(skip_all, fields(%user_id, actor_id = %tx.actor().user_id))]
pub async fn set_roles(
    tx: &mut WriteTx,
    user_id: UserId,
    roles: &RoleSet,
) -> Result<(), IdentityError> {
    change_roles(tx.actor(), user_id)?;
    let found = users::set_roles(tx, user_id, roles).await?;
    record(
        tx,
        AuditAction::UserSetRoles,
        user_id,
        found,
        json!({ "roles": roles }),
    )
    .await
}

/// Disables a person, and ends their sessions at once. A disabled person stays as they are.
///
/// # Errors
///
/// As [`set_roles`].
#[tracing::instrument(skip_all, fields(%user_id, actor_id = %tx.actor().user_id))]
pub async fn disable_user(tx: &mut WriteTx, user_id: UserId) -> Result<(), IdentityError> {
    administer(tx.actor())?;
    let changes = users::set_disabled(tx, user_id, true).await?;
    if changes == Some(false) {
        return Ok(());
    }
    let found = changes.is_some();
    record(tx, AuditAction::UserDisable, user_id, found, json!({})).await
}

/// Enables a person again. An enabled person stays as they are.
///
/// # Errors
///
/// See [`IdentityError`].
#[tracing::instrument(skip_all, fields(%user_id, actor_id = %tx.actor().user_id))]
pub async fn enable_user(tx: &mut WriteTx, user_id: UserId) -> Result<(), IdentityError> {
    administer(tx.actor())?;
    let changes = users::set_disabled(tx, user_id, false).await?;
    if changes == Some(false) {
        return Ok(());
    }
    let found = changes.is_some();
    record(tx, AuditAction::UserEnable, user_id, found, json!({})).await
}

/// Changes the actor's own name and language.
///
/// # Errors
///
/// [`IdentityError::Field`] when the name does not fit, or the language is not `ja` or `en`.
pub async fn set_profile(
    tx: &mut WriteTx,
    display_name: &str,
    locale: &str,
) -> Result<(), IdentityError> {
    let display_name = particulars::display_name(display_name)?;
    let locale = particulars::locale(locale)?;
    let user_id = tx.actor().user_id;
    let found = users::set_profile(tx, user_id, display_name, locale).await?;
    record(
        tx,
        AuditAction::UserSetProfile,
        user_id,
        found,
        json!({ "locale": locale }),
    )
    .await
}

async fn record(
    tx: &mut WriteTx,
    action: AuditAction,
    user_id: UserId,
    found: bool,
    details: Value,
) -> Result<(), IdentityError> {
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
