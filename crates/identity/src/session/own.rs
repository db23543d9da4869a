use annai_domain::UserId;
use annai_storage::{StorageError, sessions};
use jiff::Timestamp;
use serde::Serialize;

use super::signed_in::SignedIn;
use crate::Identity;

/// One of a person's own sessions.
#[derive(Debug, Clone, Serialize)]
pub struct OwnSession {
    /// An identifier among the person's sessions. It opens nothing.
    pub session_id: String,
    /// The `User-Agent` of the browser.
    pub user_agent: String,
    /// The time of sign-in.
    pub signed_in_at: Timestamp,
    /// The time of the last use.
    pub last_seen_at: Timestamp,
    /// The time at which it ends by itself.
    pub expires_at: Timestamp,
    /// Whether the request belongs to it.
    pub is_current: bool,
}

/// Lists the person's sessions, the last used first.
pub async fn list_own_sessions(
    identity: &Identity,
    signed_in: &SignedIn,
) -> Result<Vec<OwnSession>, StorageError> {
    let (db, now) = (identity.database.reader(), identity.database.clock().now());
    let sessions = sessions::list_of_user(&db, signed_in.actor.user_id, now).await?;
    let sessions = sessions.into_iter().map(|session| OwnSession {
        session_id: public_id(&session.session_hash),
        user_agent: session.user_agent,
        signed_in_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
        is_current: session.session_hash == signed_in.session.session_hash,
    });
    Ok(sessions.collect())
}

/// Ends one of the person's own sessions. Returns whether it existed.
pub async fn end_own_session(
    identity: &Identity,
    signed_in: &SignedIn,
    session_id: &str,
) -> Result<bool, StorageError> {
    let (db, now) = (identity.database.reader(), identity.database.clock().now());
    let sessions = sessions::list_of_user(&db, signed_in.actor.user_id, now).await?;
    let found = sessions
        .iter()
        .find(|session| public_id(&session.session_hash) == session_id);
    match found {
        Some(session) => sessions::remove(&identity.database, &session.session_hash).await,
        None => Ok(false),
    }
}

/// Ends the person's other sessions. Returns how many.
pub async fn end_other_sessions(
    identity: &Identity,
    signed_in: &SignedIn,
) -> Result<u64, StorageError> {
    let kept = Some(&signed_in.session.session_hash);
    sessions::remove_others(&identity.database, signed_in.actor.user_id, kept).await
}

/// Ends every session of a person. Returns how many.
pub async fn end_all_sessions(identity: &Identity, user_id: UserId) -> Result<u64, StorageError> {
    sessions::remove_others(&identity.database, user_id, None).await
}

/// Returns half of the session's hash: it identifies the row, and cannot be used to find it.
fn public_id(session_hash: &[u8; 32]) -> String {
    hex::encode(&session_hash[..16])
}
