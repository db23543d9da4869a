//! The reasons why one way to get the programs did not work.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The reason why one way to get the programs did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GetError {
    #[error("not installed")]
    NoClient,
    #[error("its PostgreSQL is version {found}, and {wanted} is needed")]
    OtherVersion { found: String, wanted: String },
    #[error("{program} failed ({status}): {output}")]
    ClientFailed {
        program: String,
        status: String,
        output: String,
    },
    #[error("{program} did not end within {} minutes", limit.as_secs() / 60)]
    TooSlow { program: String, limit: Duration },
    #[error("{program} wrote no file of a known name")]
    NoFile { program: String },
    #[error("the file has {found} bytes instead of {wanted}")]
    Size { found: u64, wanted: u64 },
    #[error("the file has the wrong SHA-256 {found}")]
    Sum { found: String },
    #[error("the file is malformed: {0}")]
    Malformed(String),
    #[error("the file contains a link or a place outside its folder: {}", .0.display())]
    Outside(PathBuf),
    #[error("{} has {free} MB free, and {needed} MB are needed", folder.display())]
    NoRoom {
        folder: PathBuf,
        free: u128,
        needed: u64,
    },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("the programs do not work here: {0}")]
    Trial(String),
}

impl GetError {
    /// Returns a function for `map_err` that names the path.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, source }
    }
}
