//! Checks that need no database.

use std::path::Path;

use super::Check;
use crate::settings::{Origin, Settings};

const MIB: u64 = 1024 * 1024;
/// The free space below which Postgres may stop at the next checkpoint.
const LITTLE_SPACE: u64 = 200 * MIB;
/// The free space below which the operator should make room.
const SOME_SPACE: u64 = 2048 * MIB;

/// Checks whether the settings fit each other. Wrong values stop the program earlier.
pub(super) fn configuration(settings: &Settings) -> Check {
    const NAME: &str = "configuration";
    let listens_everywhere = !settings.listen.ip().is_loopback();
    if listens_everywhere && settings.base_url.is_loopback() {
        return Check::warn(
            NAME,
            format!(
                "listens on {} but base_url is {}",
                settings.listen, settings.base_url
            ),
            "other machines cannot open the links; set ANNAI_BASE_URL to the https:// address that people use (in a container this is fine for a trial on this machine)",
        );
    }
    if settings.database_url.is_some() && settings.delivery_database_url.is_none() {
        return Check::ok(
            NAME,
            format!(
                "{}; delivery shares the login of database_url in the role annai_delivery",
                settings.base_url
            ),
        );
    }
    let default = if settings.base_url_origin == Origin::Default {
        ", by default"
    } else {
        ""
    };
    Check::ok(
        NAME,
        format!(
            "listens on {}, reached at {}{default}",
            settings.listen, settings.base_url
        ),
    )
}

/// Checks the free space of the private Postgres.
pub(super) fn disk(settings: &Settings) -> Check {
    const NAME: &str = "disk";
    if settings.database_url.is_some() {
        return Check::ok(
            NAME,
            "the database watches over its own; here lies only a copy of the published site",
        );
    }
    // The folder does not exist before the first start.
    let folder = existing_ancestor(&settings.data_dir);
    match rustix::fs::statvfs(folder) {
        Ok(facts) => {
            let free = facts.f_bavail.saturating_mul(facts.f_frsize);
            let found = format!("{} MiB free in {}", free / MIB, settings.data_dir.display());
            match free {
                0..LITTLE_SPACE => Check::fail(
                    NAME,
                    found,
                    "make room now: Postgres stops when the disk is full",
                ),
                LITTLE_SPACE..SOME_SPACE => Check::warn(NAME, found, "make room soon"),
                SOME_SPACE.. => Check::ok(NAME, found),
            }
        }
        Err(error) => Check::warn(
            NAME,
            format!("cannot read {}: {error}", folder.display()),
            "check the path in ANNAI_DATA_DIR",
        ),
    }
}

fn existing_ancestor(path: &Path) -> &Path {
    path.ancestors()
        .find(|path| path.exists())
        .unwrap_or(Path::new("."))
}
