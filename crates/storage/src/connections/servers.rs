use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::StorageError;

/// A server's description of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// Its place among the hosts.
    pub(super) place: usize,
    /// The identifier of its cluster.
    pub(super) system: i64,
    /// The timeline that it writes, as hexadecimal digits; `None` for a standby. A promotion begins
    /// a new one.
    pub(super) timeline: Option<String>,
    /// The bytes of the log that it wrote, or that it replayed.
    pub(super) position: i64,
    /// The time since the last change that it replayed; `None` for a primary.
    pub(super) since_replay: Option<Duration>,
}

/// A server that a setting names, for `annai doctor`.
#[derive(Debug)]
pub struct ServerReport {
    /// The setting that names it.
    pub setting: &'static str,
    /// Its host and port.
    pub host: String,
    /// Whether connections lead to it.
    pub is_in_use: bool,
    /// Its present state.
    pub state: ServerState,
}

/// The present state of a named server.
#[derive(Debug)]
pub enum ServerState {
    /// It takes writes.
    Primary,
    /// It replays the writes of the primary.
    Standby {
        /// The bytes of the log that it has not replayed yet; `None` while no primary answers.
        behind: Option<u64>,
        /// The time since the last change that it replayed, however few changes there are.
        since_replay: Option<Duration>,
    },
    /// It holds the data of another cluster.
    OtherCluster,
    /// It cannot be used.
    Unusable(StorageError),
}

/// Asks the server at `host` to describe itself.
pub(super) async fn ask(place: usize, host: &PgConnectOptions) -> Result<Server, StorageError> {
    let mut connection: PgConnection = host.connect().await?;
    let row = sqlx::query!(
        r#"
        SELECT (SELECT system_identifier FROM pg_control_system()) AS "system!",
               CASE WHEN NOT pg_is_in_recovery()
                    THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline,
               (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                     ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn)::bigint AS "position!",
               CASE WHEN pg_is_in_recovery()
                    THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8
                END AS since_replay
        "#,
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    let since_replay = row.since_replay.map(Duration::try_from_secs_f64);
    Ok(Server {
        place,
        system: row.system,
        timeline: row.timeline,
        position: row.position,
        since_replay: since_replay.and_then(Result::ok),
    })
}
