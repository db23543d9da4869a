//! The places and clients of this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::unistd::geteuid;

use super::pins::{PINS, Pin};

/// Folders of packaged server programs; `*` matches any one name that contains the rest.
///
/// The empty place is `PATH`.
const SEARCHED_FOLDERS: [&str; 8] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
    "",
];

/// The free space, in bytes, that getting programs needs: the file, its contents and a trial.
const ROOM: u64 = 300_000_000;

/// The longest run of a client: 24 MB over a line of half a megabit a second.
const LIMIT: Duration = Duration::from_mins(10);

/// The places and clients of a machine.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// The places of the system's programs.
    pub(crate) places: Vec<String>,
    /// The accepted files for this system.
    pub(crate) pins: Vec<Pin>,
    /// The client of the distribution, if this process may install packages.
    pub(crate) apt: Option<Apt>,
    pub(crate) python: PathBuf,
    pub(crate) npm: PathBuf,
    /// The free space that getting programs needs, in bytes.
    pub(crate) room: u64,
    /// The longest run of a client.
    pub(crate) limit: Duration,
}

/// The programs and the folder of Debian's package client.
#[derive(Debug, Clone)]
pub(crate) struct Apt {
    pub(crate) get: PathBuf,
    pub(crate) cache: PathBuf,
    /// The folder of the settings for new clusters.
    pub(crate) settings: PathBuf,
}

impl Machine {
    /// Returns the machine that this process runs on.
    pub(crate) fn here() -> Self {
        let here = (std::env::consts::OS, std::env::consts::ARCH);
        let may_install = geteuid().is_root() && Path::new("/etc/debian_version").exists();
        Self {
            places: SEARCHED_FOLDERS.map(str::to_owned).to_vec(),
            pins: PINS.into_iter().filter(|pin| pin.system == here).collect(),
            apt: may_install.then(|| Apt {
                get: "apt-get".into(),
                cache: "apt-cache".into(),
                settings: "/etc/postgresql-common/createcluster.d".into(),
            }),
            python: "python3".into(),
            npm: "npm".into(),
            room: ROOM,
            limit: LIMIT,
        }
    }

    /// Returns the searched places for a person.
    pub(crate) fn searched(&self) -> String {
        let folders = self.places.iter().filter(|place| !place.is_empty());
        folders.cloned().collect::<Vec<_>>().join(", ")
    }
}
