//! The file from which a node starts while the database is away.

use std::path::{Path, PathBuf};
use std::time::Duration;

use annai_delivery::Site;
use annai_domain::RefName;
use annai_web::error_chain;
use tokio::fs;

use crate::settings::Settings;

/// The shortest time between two copies: after a crash a node catches up from the one it has.
const PAUSE: Duration = Duration::from_mins(1);

/// Where it lies.
pub(crate) fn path(settings: &Settings) -> PathBuf {
    settings.data_dir.join("site.snapshot")
}

/// How long a database that is there may take to tell what is new.
const ASKING: Duration = Duration::from_secs(1);

/// Serves what the file holds, or what the database says is newer, where it answers at once.
/// Gives the ref that the file holds, where it can be used.
pub(crate) async fn restore(site: &Site, path: &Path) -> Option<RefName> {
    match site.restore(path).await {
        Ok(None) => None,
        Ok(Some(name)) => {
            // Where it is older than what was served before, nobody need notice.
            let caught_up = tokio::time::timeout(ASKING, site.catch_up()).await;
            if !matches!(caught_up, Ok(Ok(_))) {
                tracing::info!(publication_ref = %name, "the published site is served from its file");
            }
            Some(name)
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), error = %error_chain(&error), "the file of the published site cannot be used");
            None
        }
    }
}

/// Keeps the file, which holds the site at ref `kept`, as new as the site, for ever. Of another
/// history the same number is another ref.
pub(crate) async fn keep(site: &Site, path: &Path, mut kept: Option<RefName>) {
    let mut is_failing = false;
    loop {
        if site.health().served != kept {
            match save(site, path).await {
                Ok(saved) => (kept, is_failing) = (Some(saved), false),
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

/// Writes the file once more before the program ends, where it is not up to date.
pub(crate) async fn keep_last(site: &Site, path: &Path) {
    if site.health().served.is_some()
        && let Err(error) = save(site, path).await
    {
        tracing::debug!(error = %error_chain(&*error), "the published site was not kept in its file");
    }
}

async fn save(
    site: &Site,
    path: &Path,
) -> Result<RefName, Box<dyn std::error::Error + Send + Sync>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await?;
    }
    Ok(site.save(path).await?)
}
