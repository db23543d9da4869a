//! Finds sets of PostgreSQL programs and asks them about themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::folder::Folder;

#[cfg(test)]
mod tests;

/// The oldest major version of PostgreSQL whose programs are accepted.
pub const MINIMUM_VERSION: u32 = 15;

/// One set of server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binaries {
    /// The folder of the programs; empty when they are found by name on `PATH`.
    folder: PathBuf,
    /// The major version.
    version: u32,
    /// The whole version, such as `17.10`.
    release: String,
}

impl Binaries {
    /// Returns the programs in the folder if they are complete and run.
    pub(crate) fn in_folder(folder: &Path) -> Option<Self> {
        is_complete(folder)
            .then(|| Self::try_folder(folder).ok())
            .flatten()
    }

    /// Returns the programs in the folder that a person named, or in its folder `bin`.
    pub(crate) fn named(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        Self::in_folder(&folder.join("bin")).or_else(|| Self::in_folder(&folder))
    }

    /// Runs the programs for their version, or says why they do not run.
    pub(crate) fn try_folder(folder: &Path) -> Result<Self, String> {
        let release = ask_version(&folder.join("postgres"))?;
        if ask_version(&folder.join("initdb"))? != release {
            return Err("postgres and initdb have different versions".to_owned());
        }
        let version = major_of(&release).ok_or("the version has no number")?;
        Ok(Self {
            folder: folder.to_path_buf(),
            version,
            release,
        })
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

    pub(crate) fn release(&self) -> &str {
        &self.release
    }

    /// Returns the place of the programs for a person.
    pub(crate) fn place(&self) -> PathBuf {
        if self.folder.as_os_str().is_empty() {
            "PATH".into()
        } else {
            self.folder.clone()
        }
    }

    /// Returns whether the server can read and write contents compressed with lz4.
    ///
    /// A server without lz4 refuses the setting. It answers without a cluster, and even as root.
    pub(crate) fn has_lz4(&self, folder: &Folder) -> bool {
        let Ok(configuration) = folder.empty_configuration() else {
            return false;
        };
        let mut postgres = Command::new(self.postgres());
        postgres.args(["-C", "default_toast_compression"]);
        postgres.args(["-c", "default_toast_compression=lz4", "-D"]);
        let output = postgres.arg(configuration).current_dir("/").output();
        output.is_ok_and(|output| output.status.success())
    }
}

/// Finds the programs in these places. The empty place is `PATH`.
pub(crate) fn find_in(places: &[String]) -> Vec<Binaries> {
    let expand_or_path = |place: &String| {
        if place.is_empty() {
            vec![PathBuf::new()]
        } else {
            expand(place)
        }
    };
    places
        .iter()
        .flat_map(expand_or_path)
        .filter_map(|folder| Binaries::try_folder(&folder).ok())
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

fn ask_version(program: &Path) -> Result<String, String> {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(program)
        .arg("--version")
        .current_dir("/")
        .output()
        .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    parse_version(&String::from_utf8_lossy(&stdout)).ok_or_else(|| {
        let said = String::from_utf8_lossy(&stderr);
        format!("{} ended ({status}): {}", program.display(), said.trim())
    })
}

/// Parses a version line: `postgres (PostgreSQL) 15.18 (Debian …)` gives `15.18`.
fn parse_version(line: &str) -> Option<String> {
    let (_, after) = line.split_once("(PostgreSQL) ")?;
    after.split_whitespace().next().map(str::to_owned)
}

/// Returns the major version: 15 of `15.18`, 18 of `18beta2`.
fn major_of(release: &str) -> Option<u32> {
    let digits = release
        .split(|character: char| !character.is_ascii_digit())
        .next()?;
    digits.parse().ok()
}
