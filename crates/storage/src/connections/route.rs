use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::hosts::name;
use super::{Hosts, Pool};
use crate::{AwayState, StorageError};

#[cfg(test)]
mod tests;

/// The time that servers have to say what they are.
const PATIENCE: Duration = Duration::from_secs(2);

/// The time that the other servers have once one fits: another may fit better.
const OTHERS: Duration = Duration::from_millis(300);

/// The kind of server that a setting names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The server that writes.
    Primary,
    /// A server that replays the primary's writes.
    Standby,
}

/// The cluster that this program works with: the first one whose primary it found.
///
/// A server of another cluster holds other data, however much its address fits.
#[derive(Debug, Default)]
pub(crate) struct Cluster(OnceLock<i64>);

/// The servers of one setting, the one in use, and the pools that follow it.
#[derive(Debug)]
pub(crate) struct Route {
    setting: &'static str,
    wanted: Wanted,
    hosts: Hosts,
    /// The place of the server in use among the hosts.
    in_use: AtomicUsize,
    /// Whether the last search found no server that fits.
    is_lost: AtomicBool,
    /// The places of servers that were refused and logged.
    refused: Mutex<BTreeSet<usize>>,
    pools: Vec<Pool>,
}

/// A server's description of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Server {
    /// Its place among the hosts.
    place: usize,
    /// The identifier of its cluster.
    system: i64,
    /// The timeline that it writes, as hexadecimal digits; `None` for a standby. A promotion begins
    /// a new one.
    timeline: Option<String>,
}

impl Route {
    /// Creates a route that uses the first of `hosts` until a search finds another.
    pub(crate) fn new(
        setting: &'static str,
        wanted: Wanted,
        hosts: &Hosts,
        pools: Vec<Pool>,
    ) -> Self {
        Self {
            setting,
            wanted,
            hosts: hosts.clone(),
            in_use: AtomicUsize::new(0),
            is_lost: AtomicBool::new(false),
            refused: Mutex::default(),
            pools,
        }
    }

    /// Returns whether there is a choice.
    pub(crate) fn has_several(&self) -> bool {
        self.hosts.all().len() > 1
    }

    /// Returns the login at the server in use.
    pub(crate) fn connect(&self) -> &PgConnectOptions {
        let place = self.in_use.load(Ordering::Relaxed);
        &self.hosts.all()[place]
    }

    /// Gives the pools new connections to the server in use.
    pub(crate) fn replace_connections(&self) {
        for pool in &self.pools {
            pool.replace(self.connect());
        }
    }

    /// Looks for the server that fits. The pools get new connections if it is another one, or if the
    /// last search found none: what hung then must not be waited for.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when no server fits now.
    pub(crate) async fn seek(&self, cluster: &Cluster) -> Result<(), StorageError> {
        let found = self.find(cluster).await;
        let was_lost = self.is_lost.swap(found.is_err(), Ordering::Relaxed);
        let place = found?;
        let before = self.in_use.swap(place, Ordering::Relaxed);
        if before != place {
            let server = name(self.connect());
            tracing::info!(setting = self.setting, server, "another server was chosen");
        }
        if was_lost || before != place {
            self.replace_connections();
        }
        Ok(())
    }

    async fn find(&self, cluster: &Cluster) -> Result<usize, StorageError> {
        let in_use = self.in_use.load(Ordering::Relaxed);
        let (mut servers, error) = self.ask_all().await;
        if self.has_several() {
            self.refuse_others(cluster, &mut servers);
        }
        let Some(server) = choose(self.wanted, &servers, in_use) else {
            let read_only = || StorageError::away(AwayState::ReadOnly);
            return Err(match error {
                Some(error) if servers.is_empty() => error,
                _ if servers.is_empty() => StorageError::away(AwayState::NoAnswer),
                _ => read_only(),
            });
        };
        if self.has_several() {
            cluster.0.get_or_init(|| server.system);
        }
        Ok(server.place)
    }

    /// Asks every server at once. Returns the answers in the order of the hosts, and one error.
    async fn ask_all(&self) -> (Vec<Server>, Option<StorageError>) {
        let mut asking = JoinSet::new();
        for (place, host) in self.hosts.all().iter().enumerate() {
            let host = host.clone();
            asking.spawn(async move { ask(place, &host).await });
        }
        let mut until = Instant::now() + PATIENCE;
        let (mut servers, mut first_error) = (Vec::new(), None);
        while let Ok(Some(answer)) = timeout_at(until, asking.join_next()).await {
            match answer {
                Ok(Ok(server)) => {
                    if server.fits(self.wanted) {
                        until = until.min(Instant::now() + OTHERS);
                    }
                    servers.push(server);
                }
                Ok(Err(error)) => {
                    tracing::debug!(setting = self.setting, %error, "a server did not answer");
                    first_error.get_or_insert(error);
                }
                Err(_) => {}
            }
        }
        servers.sort_by_key(|server| server.place);
        (servers, first_error)
    }

    /// Drops the servers of other clusters. Before the cluster is known, they must agree on it.
    fn refuse_others(&self, cluster: &Cluster, servers: &mut Vec<Server>) {
        let first = servers.first().map(|server| server.system);
        let known = cluster.0.get().copied();
        let Some(right) = known.or(first) else { return };
        if servers.iter().all(|server| server.system == right) {
            return;
        }
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        for server in servers.iter().filter(|server| server.system != right) {
            if refused.insert(server.place) {
                let host = name(&self.hosts.all()[server.place]);
                let (setting, system) = (self.setting, server.system);
                tracing::error!(
                    setting,
                    host,
                    system,
                    expected = right,
                    "a server belonged to another cluster and was refused; take it out of the setting"
                );
            }
        }
        match known {
            Some(_) => servers.retain(|server| server.system == right),
            None => servers.clear(),
        }
    }
}

impl Server {
    fn fits(&self, wanted: Wanted) -> bool {
        self.timeline.is_some() == (wanted == Wanted::Primary)
    }
}

/// Returns the server that fits best: the newest timeline, then the one in use, then the first.
///
/// After a split the old primary may still write for a while; its timeline is the older one.
fn choose(wanted: Wanted, servers: &[Server], in_use: usize) -> Option<&Server> {
    let fitting = servers.iter().filter(|server| server.fits(wanted));
    fitting.max_by_key(|server| {
        let is_in_use = server.place == in_use;
        (&server.timeline, is_in_use, std::cmp::Reverse(server.place))
    })
}

async fn ask(place: usize, host: &PgConnectOptions) -> Result<Server, StorageError> {
    let mut connection: PgConnection = host.connect().await?;
    let row = sqlx::query!(
        r#"
        SELECT (SELECT system_identifier FROM pg_control_system()) AS "system!",
               CASE WHEN NOT pg_is_in_recovery()
                    THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline
        "#,
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(Server {
        place,
        system: row.system,
        timeline: row.timeline,
    })
}
