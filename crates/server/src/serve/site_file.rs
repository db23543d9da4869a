//! The file from which a node starts while the database is away.

use std::path::{Path, PathBuf};
use std::time::Duration;

use annai_delivery::Site;
use annai_web::error_chain;
use tokio::fs;

use crate::settings::Settings;

/// The shortest time between two copies: after a crash a node catches up from the one it has.
const PAUSE: Duration = Duration::from_mins(1);

/// Where it lies.
pub(crate) fn path(settings: &Settings) -> PathBuf {
    settings.data_dir.join("site.snapshot")
}

/// Serves what the file holds. Whether it holds a site.
pub(crate) async fn restore(site: &Site, path: &Path) -> bool {
    match site.restore(path).await {
        Ok(None) => false,
        Ok(Some(name)) => {
            tracing::info!(publication_ref = %name, "the published site is served from its file");
            true
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), error = %error_chain(&error), "the file of the published site cannot be used");
            false
        }
    }
}

/// Keeps the file as new as the site, for ever.
pub(crate) async fn keep(site: &Site, path: &Path) {
    let mut kept = None;
    let mut is_failing = false;
    loop {
        let served = site.health().served;
        if served != kept {
            match save(site, path).await {
                Ok(()) => (kept, is_failing) = (served, false),
                Err(error) => {
                    if !is_failing {
                        let path = path.display();
                        tracing::warn!(%path, error = %error_chain(&*error), "the published site cannot be kept in a file; while the database is away this node cannot start");
                    }
                    is_failing = true;
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn save(site: &Site, path: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await?;
    }
    site.save(path).await?;
    Ok(())
}
