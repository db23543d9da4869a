//! The checks of `annai doctor` and `/readyz`.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

mod rights;
mod sessions;

use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::Migration;
use tokio::time::timeout;

pub use rights::{Rights, rights};

use crate::migrate::{applied, is_contract};
use crate::{AwayState, Database, MIGRATOR, Reads, StorageError};

/// The time that the probe of sessions may take.
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// The state of the Postgres server and the installation in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// The version of Postgres, such as `15.18`.
    pub version: String,
    /// The time by the server's clock.
    pub now: Timestamp,
    /// The number of this program's migrations that were applied.
    pub applied_migrations: usize,
    /// The number of this program's migrations, without the waiting ones.
    pub known_migrations: usize,
    /// The number of contract migrations that wait for `annai migrate --contract`.
    pub waiting_migrations: usize,
    /// Whether the role of the editors' side exists and the login may take it on.
    pub has_app_role: bool,
    /// Whether the role of delivery exists and the login may take it on.
    pub has_delivery_role: bool,
    /// Whether `fsync` is off, so that a crash can lose committed data.
    pub fsync_is_off: bool,
}

/// Reads the state of the server, as the owner.
pub async fn server_facts(db: &Database) -> Result<ServerFacts, StorageError> {
    let mut owner = db.owner().await?;
    let row = sqlx::query!(
        r#"
        SELECT current_setting('server_version') AS "version!",
               clock_timestamp() AS "now!: jiff_sqlx::Timestamp",
               current_setting('fsync') = 'off' AS "fsync_is_off!",
               EXISTS (SELECT FROM pg_roles WHERE rolname = 'annai_app'
                          AND pg_has_role(current_user, oid, 'MEMBER')) AS "has_app_role!",
               EXISTS (SELECT FROM pg_roles WHERE rolname = 'annai_delivery'
                          AND pg_has_role(current_user, oid, 'MEMBER')) AS "has_delivery_role!"
        "#,
    )
    .fetch_one(&mut owner)
    .await?;
    let applied = applied(&mut owner).await?;
    let is_known = |version: &&i64| MIGRATOR.version_exists(**version);
    let waits = |migration: &&Migration| {
        !applied.is_empty() && is_contract(migration) && !applied.contains(&migration.version)
    };
    let waiting = MIGRATOR.iter().filter(waits).count();
    Ok(ServerFacts {
        version: row.version,
        now: row.now.to_jiff(),
        applied_migrations: applied.iter().filter(is_known).count(),
        known_migrations: MIGRATOR.iter().count() - waiting,
        waiting_migrations: waiting,
        has_app_role: row.has_app_role,
        has_delivery_role: row.has_delivery_role,
        fsync_is_off: row.fsync_is_off,
    })
}

/// Checks that the editors' side can read, and that the server takes writes.
pub async fn ping(db: &dyn Reads) -> Result<(), StorageError> {
    let is_read_only = sqlx::query_scalar!(
        r#"
        SELECT current_setting('transaction_read_only')::boolean AS "is_read_only!"
          FROM ledger_head
        "#
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    if is_read_only {
        return Err(StorageError::away(AwayState::ReadOnly));
    }
    Ok(())
}

/// Checks that the server's disk has room for another megabyte.
///
/// The statement needs that much for its result, which goes to a temporary file. Nothing is left of
/// it, and it works on tables of any size.
pub async fn check_disk(db: &Database) -> Result<(), StorageError> {
    let little_memory = "BEGIN; SET LOCAL work_mem = '64kB'";
    let mut transaction = db.app_pool().begin_with(little_memory).await?;
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "rows!" FROM unnest(array_fill(repeat('x', 65536), ARRAY[16]))"#
    )
    .fetch_one(&mut *transaction)
    .await?;
    Ok(transaction.rollback().await?)
}

/// Returns whether connections keep what a session sets, as roles and listeners need.
///
/// Behind a pooler that shares connections between transactions they do not: a value set on one
/// connection is missing from its next transaction, or appears on another connection.
pub async fn sessions_are_kept(db: &Database) -> Result<bool, StorageError> {
    match timeout(PROBE_PATIENCE, sessions::are_kept(db.owner_options())).await {
        Ok(kept) => Ok(kept?),
        // A pooler without a second connection to the server keeps the probe waiting.
        Err(_) => Err(StorageError::away(AwayState::NoAnswer)),
    }
}

/// The result of verifying a hash chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainReport {
    /// The number of entries.
    pub entries: i64,
    /// The first number with a bad entry: missing, out of order, altered, or not chained to its
    /// predecessor.
    pub first_bad: Option<i64>,
}

/// Verifies the ledger from the first entry to the head.
pub async fn check_ledger(db: &Database) -> Result<ChainReport, StorageError> {
    let mut owner = db.owner().await?;
    let row = sqlx::query!(
        r#"
        WITH walked AS (
            SELECT ref, row_number() OVER (ORDER BY ref) AS position, previous_hash, hash,
                   lag(hash) OVER (ORDER BY ref) AS hash_before,
                   publication_hash(publications) AS true_hash
              FROM publications
        ), bad AS (
            SELECT position AS number FROM walked
             WHERE ref <> position OR hash <> true_hash OR hash_before <> previous_hash
            UNION ALL
            SELECT ledger_head.ref FROM ledger_head
              LEFT JOIN publications ON publications.ref = ledger_head.ref
             WHERE ledger_head.ref > 0 AND publications.hash IS DISTINCT FROM ledger_head.hash
        )
        SELECT (SELECT count(*) FROM publications) AS "entries!", (SELECT min(number) FROM bad) AS first_bad
        "#,
    )
    .fetch_one(&mut owner)
    .await?;
    Ok(ChainReport {
        entries: row.entries,
        first_bad: row.first_bad,
    })
}

/// Verifies the audit log from the first entry to the head.
pub async fn check_audit(db: &Database) -> Result<ChainReport, StorageError> {
    let mut owner = db.owner().await?;
    let row = sqlx::query!(
        r#"
        WITH walked AS (
            SELECT audit_number, row_number() OVER (ORDER BY audit_number) AS position,
                   previous_hash, hash, lag(hash) OVER (ORDER BY audit_number) AS hash_before,
                   audit_entry_hash(audit_entries) AS true_hash
              FROM audit_entries
        ), bad AS (
            SELECT position AS number FROM walked
             WHERE audit_number <> position OR hash <> true_hash OR hash_before <> previous_hash
            UNION ALL
            SELECT audit_head.audit_number FROM audit_head
              LEFT JOIN audit_entries ON audit_entries.audit_number = audit_head.audit_number
             WHERE audit_head.audit_number > 0
               AND audit_entries.hash IS DISTINCT FROM audit_head.hash
        )
        SELECT (SELECT count(*) FROM audit_entries) AS "entries!", (SELECT min(number) FROM bad) AS first_bad
        "#,
    )
    .fetch_one(&mut owner)
    .await?;
    Ok(ChainReport {
        entries: row.entries,
        first_bad: row.first_bad,
    })
}
