//! Finds the installed PostgreSQL programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::LocalPostgresError;

#[cfg(test)]
mod tests;

/// The oldest major version of PostgreSQL whose programs are accepted.
pub const MINIMUM_VERSION: u32 = 15;

/// Folders of packaged server programs; `*` matches any one name that contains the rest.
const SEARCHED_FOLDERS: [&str; 7] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
];

/// One installed set of server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binaries {
    /// The folder of the programs; empty when they are found by name on `PATH`.
    folder: PathBuf,
    /// The major version.
    version: u32,
}

impl Binaries {
    /// Chooses the programs for a cluster of that version, or the newest for a new cluster.
    pub(crate) fn choose(
        cluster: &Path,
        cluster_version: Option<u32>,
    ) -> Result<Self, LocalPostgresError> {
        let mut found = find_in(&SEARCHED_FOLDERS);
        found.extend(probe(PathBuf::new()));
        select(found, cluster, cluster_version)
    }

    pub(crate) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub(crate) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub(crate) fn version(&self) -> u32 {
        self.version
    }
}

fn select(
    found: Vec<Binaries>,
    cluster: &Path,
    cluster_version: Option<u32>,
) -> Result<Binaries, LocalPostgresError> {
    let Some(newest) = found
        .iter()
        .max_by_key(|binaries| binaries.version)
        .cloned()
    else {
        return Err(LocalPostgresError::BinariesMissing {
            searched: SEARCHED_FOLDERS.join(", "),
        });
    };
    match cluster_version {
        None if newest.version < MINIMUM_VERSION => Err(LocalPostgresError::TooOld {
            newest: newest.version,
        }),
        None => Ok(newest),
        Some(wanted) => {
            let mut versions: Vec<u32> = found.iter().map(|binaries| binaries.version).collect();
            versions.sort_unstable();
            versions.dedup();
            let installed = versions
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(", ");
            found
                .into_iter()
                .find(|binaries| binaries.version == wanted)
                .ok_or_else(|| LocalPostgresError::VersionMissing {
                    cluster: cluster.to_path_buf(),
                    wanted,
                    installed,
                })
        }
    }
}

fn find_in(places: &[&str]) -> Vec<Binaries> {
    places
        .iter()
        .flat_map(|place| expand(place))
        .filter_map(probe)
        .collect()
}

/// Returns the folders that match `place` and contain both programs.
fn expand(place: &str) -> Vec<PathBuf> {
    let Some((before, after)) = place.split_once('*') else {
        return Vec::from([PathBuf::from(place)])
            .into_iter()
            .filter(|folder| is_complete(folder))
            .collect();
    };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| {
            entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(prefix))
        })
        .map(|entry| entry.path().join(after.trim_start_matches('/')))
        .filter(|folder| is_complete(folder))
        .collect()
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|program| folder.join(program).is_file())
}

/// Runs both programs of a folder for their version; an empty folder means `PATH`.
fn probe(folder: PathBuf) -> Option<Binaries> {
    let version = ask_version(&folder.join("postgres"))?;
    (ask_version(&folder.join("initdb"))? == version).then_some(Binaries { folder, version })
}

fn ask_version(program: &Path) -> Option<u32> {
    let output = Command::new(program)
        .arg("--version")
        .current_dir("/")
        .output()
        .ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// Parses a version line: `postgres (PostgreSQL) 15.18 (Debian …)` gives 15, `17beta1` gives 17.
fn parse_version(line: &str) -> Option<u32> {
    let (_, after) = line.split_once("(PostgreSQL) ")?;
    let digits = after
        .split(|character: char| !character.is_ascii_digit())
        .next()?;
    digits.parse().ok()
}
