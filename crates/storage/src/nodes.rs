//! The running servers of a database, each with a row that it renews.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use std::time::Duration;

use annai_domain::{ContentHash, NodeId, Ref};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::error::corrupt;
use crate::row::ledger_ref;
use crate::{Database, Reads, StorageError, WriteTx};

/// The pause between two beats of a node.
pub const BEAT: Duration = Duration::from_secs(10);

/// The silence after which a node counts as stopped: three missed beats.
pub const SILENT: Duration = Duration::from_secs(30);

/// The silence after which a node is forgotten. Contract migrations wait as long for an older one.
pub const FORGOTTEN: Duration = Duration::from_mins(10);

/// The news that a node tells with each beat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// The node; each start of a server makes a new one.
    pub node_id: NodeId,
    /// The version of the program.
    pub version: String,
    /// The hash of the content schema.
    pub schema_hash: ContentHash,
    /// The ref that its delivery serves.
    pub served_ref: Ref,
    /// The time since its start.
    pub uptime: Duration,
    /// The host name of its machine; `None` where the system has none.
    pub machine: Option<String>,
    /// The address and port of the server.
    pub listen: String,
}

/// A node, as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRecord {
    /// The node.
    pub node_id: NodeId,
    /// Its machine and address, where it told them, and its id.
    pub label: String,
    /// The version of the program.
    pub version: String,
    /// The hash of the content schema.
    pub schema_hash: ContentHash,
    /// The ref that its delivery serves.
    pub served_ref: Ref,
    /// The instant of its last beat, by the clock of the database.
    pub last_beat_at: Timestamp,
    /// The time since then.
    pub silence: Duration,
}

/// Names a node as people and the log find it, such as `web1, 127.0.0.1:8080 (0198f1aa-…)`.
pub(crate) fn label(node_id: NodeId, machine: Option<String>, listen: Option<String>) -> String {
    let place: Vec<_> = [machine, listen].into_iter().flatten().collect();
    if place.is_empty() {
        return node_id.to_string();
    }
    format!("{} ({node_id})", place.join(", "))
}

/// Lets one node join at a time, until the transaction ends. Beats wait meanwhile.
pub async fn lock(tx: &mut WriteTx) -> Result<(), StorageError> {
    sqlx::query!("LOCK TABLE nodes IN SHARE ROW EXCLUSIVE MODE")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Adds a node, as part of the transaction.
pub async fn join(tx: &mut WriteTx, beat: &Beat) -> Result<(), StorageError> {
    write(tx.conn(), beat).await
}

/// Renews a node, or adds it again if it was forgotten.
///
/// It waits for no standby: a lost beat is made up for by the next one.
pub async fn beat(db: &Database, beat: &Beat) -> Result<(), StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    write(&mut tx, beat).await?;
    Ok(tx.commit().await?)
}

async fn write(conn: &mut PgConnection, beat: &Beat) -> Result<(), StorageError> {
    sqlx::query!(
        r#"
        INSERT INTO nodes (node_id, version, schema_hash, served_ref, started_at, last_beat_at,
                           machine, listen)
        VALUES ($1, $2, $3, $4, clock_timestamp() - make_interval(secs => $5), clock_timestamp(),
                $6, $7)
        ON CONFLICT (node_id) DO UPDATE
           SET served_ref = EXCLUDED.served_ref, last_beat_at = EXCLUDED.last_beat_at
        "#,
        beat.node_id.0,
        beat.version,
        beat.schema_hash.as_bytes(),
        beat.served_ref.get(),
        beat.uptime.as_secs_f64(),
        beat.machine,
        beat.listen,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a node that stops.
pub async fn leave(db: &Database, node_id: NodeId) -> Result<(), StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    sqlx::query!("DELETE FROM nodes WHERE node_id = $1", node_id.0)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Deletes the forgotten nodes, and returns their number.
pub async fn sweep(db: &Database) -> Result<u64, StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    let deleted = sqlx::query!(
        "DELETE FROM nodes WHERE last_beat_at < clock_timestamp() - make_interval(secs => $1)",
        FORGOTTEN.as_secs_f64(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(deleted.rows_affected())
}

/// Lists the nodes that beat within `within`, in the order of their start.
pub async fn list(db: &dyn Reads, within: Duration) -> Result<Vec<NodeRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT node_id, version, schema_hash, served_ref, machine, listen,
               last_beat_at AS "last_beat_at: jiff_sqlx::Timestamp",
               extract(epoch FROM clock_timestamp() - last_beat_at)::float8 AS "silence!"
          FROM nodes
         WHERE last_beat_at >= clock_timestamp() - make_interval(secs => $1)
         ORDER BY started_at, node_id
        "#,
        within.as_secs_f64(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(NodeRecord {
                node_id: NodeId(row.node_id),
                label: label(NodeId(row.node_id), row.machine, row.listen),
                version: row.version,
                schema_hash: row.schema_hash[..]
                    .try_into()
                    .map_err(corrupt("nodes", "schema_hash"))?,
                served_ref: ledger_ref(row.served_ref)?,
                last_beat_at: row.last_beat_at.to_jiff(),
                silence: Duration::try_from_secs_f64(row.silence).unwrap_or_default(),
            })
        })
        .collect()
}
