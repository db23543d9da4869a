//! Failures at sign-in, counted for all nodes. The schema's function `admit_sign_in` holds the rule.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::closed_set;
use jiff::Timestamp;

use crate::error::corrupt;
use crate::{Database, Reads, StorageError};

closed_set! {
    /// The kind of a counter of failures.
    pub enum FailureKind: "a kind of failures" {
        /// The failures of an account.
        Account = "account",
        /// The failures of a browser that the account is known to use.
        Browser = "browser",
        /// The failures of all browsers that an account is known to use.
        Browsers = "browsers",
        /// The failures of a network, whatever the account.
        Network = "network",
        /// The failures of a session whose person gives the password again.
        Session = "session",
    }
}

/// The counters of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureCounters {
    /// The kind of the subject: an account, a browser or a session.
    pub kind: FailureKind,
    /// The keyed hash of the subject: 2 bytes of an account, otherwise 8.
    pub subject: Vec<u8>,
    /// The keyed hash of the wider counter, 8 bytes: the network of an account's attempt, and all
    /// known browsers for one of them. `None` where nothing wider counts.
    pub wider: Option<[u8; 8]>,
}

/// Returns the key of the hashes, which all nodes share.
pub async fn load_secret(db: &dyn Reads) -> Result<[u8; 32], StorageError> {
    let secret = sqlx::query_scalar!("SELECT secret FROM sign_in_secret")
        .fetch_one(&mut *db.conn().await?)
        .await?;
    secret
        .as_slice()
        .try_into()
        .map_err(corrupt("sign_in_secret", "secret"))
}

/// Counts an attempt as a failure, or returns the seconds to wait. In that case nothing is counted.
pub async fn admit(
    db: &Database,
    counters: &FailureCounters,
    now: Timestamp,
) -> Result<Option<u32>, StorageError> {
    let seconds = sqlx::query_scalar!(
        r#"SELECT admit_sign_in($1, $2, $3, $4) AS "seconds!""#,
        counters.kind.as_str(),
        counters.subject,
        counters.wider.as_ref().map(|key| &key[..]),
        crate::time::bind(now) as _,
    )
    .fetch_one(&db.app_pool())
    .await?;
    Ok(u32::try_from(seconds).ok().filter(|seconds| *seconds > 0))
}

/// Takes a counted attempt back. After a success the subject starts again at zero.
pub async fn take_back(
    db: &Database,
    counters: &FailureCounters,
    is_success: bool,
) -> Result<(), StorageError> {
    sqlx::query!(
        "SELECT take_back_sign_in($1, $2, $3, $4)",
        counters.kind.as_str(),
        counters.subject,
        counters.wider.as_ref().map(|key| &key[..]),
        is_success,
    )
    .execute(&db.app_pool())
    .await?;
    Ok(())
}

/// Deletes counters whose last failure came before `before`. Returns the number of deleted counters.
pub async fn sweep(db: &Database, before: Timestamp) -> Result<u64, StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    let removed = sqlx::query!(
        "DELETE FROM sign_in_failures WHERE at <= $1",
        crate::time::bind(before) as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}
