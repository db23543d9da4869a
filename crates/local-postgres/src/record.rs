//! Remembers what the programs of a cluster could do.

use std::fs;
use std::io;

use serde::{Deserialize, Serialize};

use crate::LocalPostgresError;
use crate::binaries::Binaries;
use crate::folder::Folder;

/// The first major version with a provider of collations that no system library can change.
const BUILTIN_PROVIDER_SINCE: u32 = 17;

/// The abilities of the programs of a cluster; kept in `programs.json` beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) major: u32,
    /// Whether the contents may be compressed with lz4. Once true it stays true.
    pub(crate) has_lz4: bool,
    /// The provider of the cluster's collation.
    pub(crate) provider: Provider,
}

/// A provider of collations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    /// Postgres itself.
    Builtin,
    /// The C library of the system.
    Libc,
}

impl Provider {
    /// Returns the provider of clusters that these programs create.
    pub(crate) fn of_new(binaries: &Binaries) -> Self {
        if binaries.version() >= BUILTIN_PROVIDER_SINCE {
            Self::Builtin
        } else {
            Self::Libc
        }
    }
}

impl Record {
    /// Returns the record of a cluster that these programs create.
    pub(crate) fn of_new(folder: &Folder, binaries: &Binaries) -> Self {
        Self {
            major: binaries.version(),
            has_lz4: binaries.has_lz4(folder),
            provider: Provider::of_new(binaries),
        }
    }

    /// Returns the record; `None` where there is none, as beside clusters of earlier versions.
    pub(crate) fn read(folder: &Folder) -> Result<Option<Self>, LocalPostgresError> {
        let path = folder.record();
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(io::Error::from)
                .map_err(LocalPostgresError::file("read", &path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LocalPostgresError::file("read", &path)(error)),
        }
    }

    /// Writes the record, whole or not at all.
    pub(crate) fn write(self, folder: &Folder) -> Result<(), LocalPostgresError> {
        let path = folder.record();
        let new = path.with_extension("json.new");
        let write = || {
            let text = serde_json::to_string_pretty(&self)?;
            fs::write(&new, text + "\n")?;
            fs::File::open(&new)?.sync_all()?;
            fs::rename(&new, &path)
        };
        write().map_err(LocalPostgresError::file("write", &path))
    }
}
