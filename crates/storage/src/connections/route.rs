use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::hosts::name;
use super::servers::{Server, ServerReport, ServerState, ask};
use super::{Hosts, Pool};
use crate::{AwayState, StorageError};

#[cfg(test)]
mod tests;

/// The time that servers have to say what they are.
const PATIENCE: Duration = Duration::from_secs(2);

/// The time that the other servers have once one fits: another may fit better.
const OTHERS: Duration = Duration::from_millis(300);

/// The bytes of the log by which a standby may lag behind the best one and stay in use: one segment.
/// Without it, connections would move with every few bytes.
const LAG: i64 = 16 << 20;

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
    /// The places of servers of other clusters, which were refused and logged.
    refused: Mutex<BTreeSet<usize>>,
    /// The places of servers that refused the program, and were logged since they last answered.
    unusable: Mutex<BTreeSet<usize>>,
    pools: Vec<Pool>,
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
            unusable: Mutex::default(),
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
        let (mut servers, errors) = self.ask_all(OTHERS).await;
        if self.has_several() {
            self.note_unusable(&servers, &errors);
            self.refuse_others(cluster, &mut servers);
        }
        let Some(server) = choose(self.wanted, &servers, in_use) else {
            if !servers.is_empty() {
                return Err(StorageError::away(AwayState::ReadOnly));
            }
            let errors = errors.into_iter().map(|(_, error)| error).collect();
            return Err(unfit(self.hosts.all().len(), errors));
        };
        if self.has_several() {
            cluster.0.get_or_init(|| server.system);
        }
        Ok(server.place)
    }

    /// Describes every server of the setting, compared with `primary`. Without one, the primary
    /// among these servers becomes it.
    pub(crate) async fn report(
        &self,
        cluster: &Cluster,
        primary: &mut Option<Server>,
    ) -> Vec<ServerReport> {
        let in_use = self.in_use.load(Ordering::Relaxed);
        let (servers, errors) = self.ask_all(PATIENCE).await;
        if primary.is_none() {
            *primary = choose(Wanted::Primary, &servers, in_use).cloned();
        }
        let mut states: BTreeMap<_, _> = errors
            .into_iter()
            .map(|(place, error)| (place, ServerState::Unusable(error)))
            .collect();
        let system = cluster.0.get().copied();
        let system = system.or(primary.as_ref().map(|primary| primary.system));
        for server in servers {
            let is_foreign = system.is_some_and(|system| system != server.system);
            let state = if is_foreign {
                ServerState::OtherCluster
            } else {
                server.state(primary.as_ref())
            };
            states.insert(server.place, state);
        }
        let silent = || ServerState::Unusable(StorageError::away(AwayState::NoAnswer));
        let hosts = self.hosts.all().iter().enumerate();
        hosts
            .map(|(place, host)| ServerReport {
                setting: self.setting,
                host: name(host),
                is_in_use: place == in_use,
                state: states.remove(&place).unwrap_or_else(silent),
            })
            .collect()
    }

    /// Asks every server at once, and waits for `others` once one fits. Returns the servers in the
    /// order of the hosts, and the errors of those that gave one.
    async fn ask_all(&self, others: Duration) -> (Vec<Server>, Vec<(usize, StorageError)>) {
        let mut asking = JoinSet::new();
        for (place, host) in self.hosts.all().iter().enumerate() {
            let host = host.clone();
            asking.spawn(async move { (place, ask(place, &host).await) });
        }
        let mut until = Instant::now() + PATIENCE;
        let (mut servers, mut errors) = (Vec::new(), Vec::new());
        while let Ok(Some(answer)) = timeout_at(until, asking.join_next()).await {
            match answer {
                Ok((_, Ok(server))) => {
                    if server.fits(self.wanted) {
                        until = until.min(Instant::now() + others);
                    }
                    servers.push(server);
                }
                Ok((place, Err(error))) => {
                    tracing::debug!(setting = self.setting, %error, "a server did not answer");
                    errors.push((place, error));
                }
                Err(_) => {}
            }
        }
        servers.sort_by_key(|server| server.place);
        (servers, errors)
    }

    /// Logs each server that refuses the program, once until it answers. An outage is not logged:
    /// that is what the other servers are for.
    fn note_unusable(&self, servers: &[Server], errors: &[(usize, StorageError)]) {
        let mut unusable = self.unusable.lock().unwrap_or_else(PoisonError::into_inner);
        for server in servers {
            unusable.remove(&server.place);
        }
        for (place, error) in errors.iter().filter(|(_, error)| is_refusal(error)) {
            if unusable.insert(*place) {
                let host = name(&self.hosts.all()[*place]);
                let error = error as &dyn std::error::Error;
                tracing::error!(
                    setting = self.setting,
                    host,
                    error,
                    "a server of several refused this program and was not used"
                );
            }
        }
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

/// Returns why none of `hosts` servers could be used. A refusal counts if every server gives one:
/// then it is the login's or the database's. Otherwise the right server is away.
fn unfit(hosts: usize, mut errors: Vec<StorageError>) -> StorageError {
    if let Some(outage) = errors.iter().position(|error| !is_refusal(error)) {
        return errors.swap_remove(outage);
    }
    if errors.len() < hosts {
        return StorageError::away(AwayState::NoAnswer);
    }
    errors.swap_remove(0)
}

/// Returns whether a server answered that it does not serve this login or database.
fn is_refusal(error: &StorageError) -> bool {
    matches!(error.away_state(), None | Some(AwayState::LoginRefused))
}

impl Server {
    fn fits(&self, wanted: Wanted) -> bool {
        self.timeline.is_some() == (wanted == Wanted::Primary)
    }

    fn state(&self, primary: Option<&Self>) -> ServerState {
        if self.timeline.is_some() {
            return ServerState::Primary;
        }
        let behind = |primary: &Self| (primary.position - self.position).max(0).unsigned_abs();
        ServerState::Standby {
            behind: primary.map(behind),
            since_replay: self.since_replay,
        }
    }
}

/// Returns the server that fits best: the newest timeline, then the one in use, then the first.
///
/// After a split the old primary may still write for a while; its timeline is the older one. Of
/// standbys, those that lag behind the best one are left out.
fn choose(wanted: Wanted, servers: &[Server], in_use: usize) -> Option<&Server> {
    let fitting = servers.iter().filter(|server| server.fits(wanted));
    let newest = fitting.clone().map(|server| server.position).max()?;
    let lags = |server: &Server| wanted == Wanted::Standby && newest - server.position > LAG;
    fitting.filter(|server| !lags(server)).max_by_key(|server| {
        let is_in_use = server.place == in_use;
        (&server.timeline, is_in_use, std::cmp::Reverse(server.place))
    })
}
