use std::sync::Arc;
use std::time::Duration;

use annai_web::{metrics, outage};

use super::readiness::{Readiness, State};
use crate::database::OpenDatabase;
use crate::settings::Settings;

/// The pause between two checks of the database.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);

/// The regular check that keeps readiness true and restarts a killed private database.
#[derive(Debug, Clone)]
pub(super) struct Heartbeat {
    pub(super) open: Arc<OpenDatabase>,
    pub(super) settings: Arc<Settings>,
    pub(super) readiness: Readiness,
}

impl Heartbeat {
    pub(super) async fn beat(self) {
        let database = &self.open.database;
        for used in database.pool_use() {
            metrics::connections(used.pool, used.open, used.idle);
        }
        match annai_storage::health::ping(&database.reader()).await {
            Ok(()) => {
                outage::answered();
                self.readiness.set(State::Ready);
            }
            Err(error) => {
                outage::notice(metrics::Witness::Heartbeat, &error);
                self.readiness
                    .set(State::Failing("the database does not answer"));
                if let Err(failure) = self.open.revive(&self.settings).await {
                    tracing::error!(error = %failure, "the private database could not be brought back");
                }
            }
        }
    }
}
