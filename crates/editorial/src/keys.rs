use annai_domain::decide::{Refusal, administer};
use annai_domain::token::{Token, TokenKind};
use annai_domain::{ApiKeyId, AuditAction, FieldFault, limits};
use annai_storage::WriteTx;
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::keys::{self, KeyScope, NewKeyRow};
use jiff::Timestamp;
use serde_json::json;

use crate::{CommandError, fields};

/// A key that exists once the transaction is committed. The secret is shown once and never stored.
#[derive(Debug)]
pub struct NewKey {
    /// The id by which administrators revoke the key.
    pub api_key_id: ApiKeyId,
    /// The key itself.
    pub secret: Token,
}

/// Makes a consumer's key.
///
/// # Errors
///
/// [`CommandError::Field`] when the name does not fit or the expiry is past.
#[tracing::instrument(skip_all, fields(actor_id = %tx.actor().user_id))]
pub async fn create_key(
    tx: &mut WriteTx,
    name: &str,
    scope: KeyScope,
    expires_at: Option<Timestamp>,
) -> Result<NewKey, CommandError> {
    administer(tx.actor())?;
    let name = fields::required("name", name)?;
    let name = fields::line("name", name, limits::KEY_NAME)?;
    if expires_at.is_some_and(|at| at <= tx.now()) {
        return Err(CommandError::Field {
            field: "expires_at",
            fault: FieldFault::Past,
        });
    }
    let secret = Token::generate(match scope {
        KeyScope::Reader => TokenKind::Reader,
        KeyScope::Preview => TokenKind::Preview,
    });
    let api_key_id = ApiKeyId::new();
    let key_hash = secret.hash();
    let row = NewKeyRow {
        api_key_id,
        name,
        scope,
        key_hash: &key_hash,
        hint: secret.hint(),
        expires_at,
    };
    keys::insert(tx, row).await?;
    record(
        tx,
        AuditAction::KeyCreate,
        api_key_id,
        json!({ "name": name, "scope": scope }),
    )
    .await?;
    Ok(NewKey { api_key_id, secret })
}

/// Revokes a key: within ten seconds every node refuses it. A revoked key stays as it is.
///
/// # Errors
///
/// [`Refusal::NotFound`] when no key has that id.
#[tracing::instrument(skip_all, fields(%api_key_id, actor_id = %tx.actor().user_id))]
pub async fn revoke_key(tx: &mut WriteTx, api_key_id: ApiKeyId) -> Result<(), CommandError> {
    administer(tx.actor())?;
    let changes = keys::revoke(tx, api_key_id).await?;
    if !changes.ok_or(Refusal::NotFound)? {
        return Ok(());
    }
    record(tx, AuditAction::KeyRevoke, api_key_id, json!({})).await
}

async fn record(
    tx: &mut WriteTx,
    action: AuditAction,
    api_key_id: ApiKeyId,
    details: serde_json::Value,
) -> Result<(), CommandError> {
    let entry = NewAuditEntry {
        action,
        guide_id: None,
        subject_id: Some(api_key_id.0),
        details,
    };
    Ok(audit::record(tx, entry).await?)
}
