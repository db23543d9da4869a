//! The file from which a node starts while the database is away.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use annai_delivery::{Site, SiteFileError};
use annai_domain::RefName;
use annai_web::error_chain;
use tokio::fs;
use tokio::sync::Mutex;

use crate::settings::Settings;

/// The shortest time between two copies: after a crash a node catches up from the one it has.
pub(super) const PAUSE: Duration = Duration::from_mins(1);

/// The pause after a copy that a take-down caused, so that many take-downs share one.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);

/// The longest wait for the newest publications at a start.
const ASKING: Duration = Duration::from_secs(1);

/// The site file and its last known state.
#[derive(Debug)]
pub(super) struct SiteFile {
    site: Site,
    path: PathBuf,
    copy: Mutex<LastCopy>,
}

#[derive(Debug, Default)]
struct LastCopy {
    /// The full name of the ref in the file, because a restored backup reuses numbers.
    kept: Option<RefName>,
    is_failing: bool,
}

impl SiteFile {
    pub(super) fn new(site: Site, settings: &Settings) -> Arc<Self> {
        Arc::new(Self {
            site,
            path: settings.data_dir.join("site.snapshot"),
            copy: Mutex::default(),
        })
    }

    /// Serves the site of the file, or a newer one if the database answers at once. Returns whether
    /// the file can be used.
    pub(super) async fn restore(&self) -> bool {
        match self.site.restore(&self.path).await {
            Ok(None) => false,
            Ok(Some(name)) => {
                self.copy.lock().await.kept = Some(name);
                // The file may be older than the ref that this node served last.
                let caught_up = tokio::time::timeout(ASKING, self.site.catch_up()).await;
                if !matches!(caught_up, Ok(Ok(_))) {
                    tracing::info!(publication_ref = %name, "the published site was loaded from its file");
                }
                true
            }
            Err(error) => {
                tracing::warn!(path = %self.path.display(), error = %error_chain(&error), "the file of the published site could not be read");
                false
            }
        }
    }

    /// Writes the site to the file, if the file holds another ref.
    pub(super) async fn write(self: Arc<Self>) {
        let mut copy = self.copy.lock().await;
        let served = self.site.health().served;
        if served.is_none() || served == copy.kept {
            return;
        }
        match self.save().await {
            Ok(saved) => {
                *copy = LastCopy {
                    kept: Some(saved),
                    is_failing: false,
                };
            }
            // The renewal follows.
            Err(SiteFileError::Outdated) => {}
            Err(error) => {
                if !copy.is_failing {
                    let path = self.path.display();
                    tracing::warn!(%path, error = %error_chain(&error), "the published site was not written to its file; this node cannot start while the database is away");
                }
                copy.is_failing = true;
            }
        }
    }

    /// Writes the site to the file again after each take-down, which withdrew the file.
    pub(super) async fn renew(self: Arc<Self>) {
        let mut seen = 0;
        loop {
            seen = self.site.file_is_withdrawn(seen).await;
            self.copy.lock().await.kept = None;
            Arc::clone(&self).write().await;
            tokio::time::sleep(RENEWAL_PAUSE).await;
        }
    }

    async fn save(&self) -> Result<RefName, SiteFileError> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).await?;
        }
        self.site.save(&self.path).await
    }
}
