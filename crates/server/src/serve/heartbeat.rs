use std::sync::Arc;
use std::time::Duration;

use annai_delivery::Site;
use annai_storage::{AwayState, StorageError, health};
use annai_web::{metrics, outage};
use tokio::time::{Instant, sleep, timeout};

use super::readiness::{Readiness, State};
use crate::database::OpenDatabase;
use crate::settings::Settings;

/// The pause between two checks of a database that answers.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// The shortest pause between two checks, and the usual one while the database is away.
const SHORTEST: Duration = Duration::from_secs(1);

/// The time that a check may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The pause between two searches for another primary while the one in use answers.
const SEARCH: Duration = Duration::from_secs(10);

/// The failed checks in a row after which all connections are replaced. Some may wait for a network
/// that forgot them, while new ones work.
const FAILURES: u32 = 10;

/// The regular check that keeps readiness true, follows the primary, and restarts a killed private
/// database.
#[derive(Debug, Clone)]
pub(super) struct Heartbeat {
    pub(super) open: Arc<OpenDatabase>,
    pub(super) settings: Arc<Settings>,
    pub(super) readiness: Readiness,
    pub(super) site: Site,
}

impl Heartbeat {
    /// Checks the database for ever: every 5 s, at once when a request notices a failure, and every
    /// second until it works again.
    pub(super) async fn beat_for_ever(self) {
        let mut failures = 0;
        let mut searched = Instant::now();
        loop {
            sleep(SHORTEST).await;
            if failures == 0 {
                tokio::select! {
                    () = outage::noticed() => {}
                    () = sleep(HEARTBEAT.saturating_sub(SHORTEST)) => {}
                }
            }
            match self.beat().await {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    self.recover(&error, failures).await;
                }
            }
            if failures == 0
                && searched.elapsed() >= SEARCH
                && self.open.database.has_several_servers()
            {
                self.search().await;
                searched = Instant::now();
            }
        }
    }

    async fn beat(&self) -> Result<(), StorageError> {
        let database = &self.open.database;
        for used in database.pool_use() {
            metrics::connections(used.pool, used.open, used.idle);
        }
        let checked = timeout(PATIENCE, self.check()).await;
        match checked.unwrap_or_else(|_| Err(StorageError::away(AwayState::NoAnswer))) {
            Ok(()) => {
                outage::answered();
                let is_ahead = self.site.health().is_ahead;
                self.readiness
                    .set(if is_ahead { State::Ahead } else { State::Ready });
                Ok(())
            }
            Err(error) => {
                outage::notice(metrics::Witness::Heartbeat, &error);
                let state = error.away_state().unwrap_or(AwayState::NoAnswer);
                self.readiness.set(State::Failing(state.as_str()));
                Err(error)
            }
        }
    }

    /// Checks reading, and during an outage the disk too: a full one shows in writes alone.
    async fn check(&self) -> Result<(), StorageError> {
        let database = &self.open.database;
        health::ping(&database.reader()).await?;
        if outage::is_lasting() {
            health::check_disk(database).await?;
        }
        Ok(())
    }

    /// Does what may end the outage: finds the primary, or starts the private server.
    async fn recover(&self, error: &StorageError, failures: u32) {
        let state = error.away_state();
        self.search().await;
        if failures.is_multiple_of(FAILURES) || state == Some(AwayState::ReadOnly) {
            self.open.database.replace_connections();
        }
        if state != Some(AwayState::NoAnswer) {
            return;
        }
        if let Err(failure) = self.open.revive(&self.settings).await {
            tracing::error!(error = %failure, "the private database could not be brought back");
        }
    }

    async fn search(&self) {
        if let Err(error) = self.open.database.seek_servers().await {
            tracing::debug!(%error, "no primary was found");
        }
    }
}
