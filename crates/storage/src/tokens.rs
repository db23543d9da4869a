//! One-time links for set-up, invitation and a new password, stored as their SHA-256.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{UserId, closed_set};
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::corrupt;
use crate::{Reads, StorageError, WriteTx, users};

/// The most set-up links that work at a time. Each node that starts without an administrator
/// prints one, and a start makes no other node's link void.
pub const SETUP_LINKS: i64 = 20;

closed_set! {
    /// The purpose of a one-time link.
    pub enum UserTokenKind: "a kind of link" {
        /// The link creates the first administrator.
        Setup = "setup",
        /// The link lets an invited person choose a password.
        Invite = "invite",
        /// The link lets a person choose a new password.
        Reset = "reset",
    }
}

/// A link that is neither used nor expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsableToken {
    /// The purpose of the link.
    pub kind: UserTokenKind,
    /// The person with the link; `None` for the set-up link.
    pub user_id: Option<UserId>,
}

struct TokenRow {
    kind: String,
    user_id: Option<Uuid>,
}

impl TryFrom<TokenRow> for UsableToken {
    type Error = StorageError;

    fn try_from(row: TokenRow) -> Result<Self, StorageError> {
        Ok(Self {
            kind: row.kind.parse().map_err(corrupt("user_tokens", "kind"))?,
            user_id: row.user_id.map(UserId),
        })
    }
}

impl UserTokenKind {
    /// Returns how many links of this kind for the same person work at a time.
    fn most(self) -> i64 {
        match self {
            Self::Setup => SETUP_LINKS,
            Self::Invite | Self::Reset => 1,
        }
    }
}

/// Stores a new link. The oldest unused links of the same kind for the same person become invalid:
/// a person has one, and there are at most [`SETUP_LINKS`] for set-up.
pub async fn insert(
    tx: &mut WriteTx,
    token_hash: &[u8; 32],
    kind: UserTokenKind,
    user_id: Option<UserId>,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    let (now, actor) = (tx.now(), tx.actor().user_id);
    let user_id = user_id.map(|user| user.0);
    sqlx::query!(
        r#"
        UPDATE user_tokens SET used_at = $3
         WHERE token_hash IN (
                   SELECT token_hash FROM user_tokens
                    WHERE kind = $1 AND user_id IS NOT DISTINCT FROM $2 AND used_at IS NULL
                    ORDER BY created_at DESC, token_hash
                   OFFSET $4)
        "#,
        kind.as_str(),
        user_id,
        crate::time::bind(now) as _,
        kind.most() - 1,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO user_tokens (token_hash, kind, user_id, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        "#,
        token_hash,
        kind.as_str(),
        user_id,
        actor.0,
        crate::time::bind(now) as _,
        crate::time::bind(expires_at) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a link that is neither used nor expired. A set-up link is dead once an administrator can
/// sign in.
pub async fn find_usable(
    db: &dyn Reads,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<UsableToken>, StorageError> {
    let row = sqlx::query_as!(
        TokenRow,
        r#"
        SELECT kind, user_id FROM user_tokens
         WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
        "#,
        token_hash,
        crate::time::bind(now) as _,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    let token = row.map(UsableToken::try_from).transpose()?;
    living(db, token).await
}

/// Uses a link up and returns it. Among concurrent callers exactly one gets it, and exactly one
/// gets any of the set-up links.
pub async fn take(
    tx: &mut WriteTx,
    token_hash: &[u8; 32],
) -> Result<Option<UsableToken>, StorageError> {
    let now = crate::time::bind(tx.now());
    let row = sqlx::query_as!(
        TokenRow,
        r#"
        UPDATE user_tokens SET used_at = $2
         WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
        RETURNING kind, user_id
        "#,
        token_hash,
        now as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    let token = row.map(UsableToken::try_from).transpose()?;
    if token.is_some_and(|token| token.kind == UserTokenKind::Setup) {
        // Somebody may use another set-up link now; the second one waits, and finds the first
        // one's administrator. Locks with two numbers are apart from those with one.
        sqlx::query!(r#"SELECT pg_advisory_xact_lock(1, 2) AS "locked: ()""#)
            .execute(tx.conn())
            .await?;
    }
    living(&*tx, token).await
}

/// Drops a set-up link when an administrator can sign in.
async fn living(
    db: &dyn Reads,
    token: Option<UsableToken>,
) -> Result<Option<UsableToken>, StorageError> {
    let is_setup = token.is_some_and(|token| token.kind == UserTokenKind::Setup);
    if is_setup && users::admin_exists(db).await? {
        return Ok(None);
    }
    Ok(token)
}
