//! The folder `<data folder>/programs`: one folder for each version that Annai got.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;

use super::archive::make_folder;
use super::error::GetError;
use crate::binaries::Binaries;
use crate::folder::{Folder, ignore_missing};

/// The endings of names that are not whole: a download, an unpacked trial, a replaced version.
const UNFINISHED: [&str; 3] = [".part", ".new", ".old"];

/// The programs that Annai got for one data folder.
#[derive(Debug)]
pub(crate) struct Store {
    root: PathBuf,
}

impl Store {
    pub(crate) fn of(folder: &Folder) -> Self {
        Self {
            root: folder.data_dir().join("programs"),
        }
    }

    /// Returns the versions that are whole and run on this machine.
    pub(crate) fn installed(&self) -> Vec<Binaries> {
        let Ok(entries) = fs::read_dir(&self.root) else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter(|entry| entry.file_name().to_str().is_some_and(is_version))
            .filter_map(|entry| Binaries::in_folder(&entry.path().join("bin")))
            .collect()
    }

    /// Creates the folder and removes the remains of an interrupted attempt.
    pub(crate) fn prepare(&self) -> Result<(), GetError> {
        if !self.root.is_dir() {
            make_folder(&self.root).map_err(GetError::file(&self.root))?;
        }
        let entries = fs::read_dir(&self.root).map_err(GetError::file(&self.root))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.to_string_lossy();
            if UNFINISHED.iter().any(|ending| name.ends_with(ending)) {
                fs::remove_dir_all(&path).map_err(GetError::file(&path))?;
            }
        }
        Ok(())
    }

    /// Checks that the disk has `needed` bytes free.
    pub(crate) fn check_room(&self, needed: u64) -> Result<(), GetError> {
        let disk = statvfs(&self.root).map_err(|error| GetError::file(&self.root)(error.into()))?;
        let free = u128::from(disk.blocks_available()) * u128::from(disk.fragment_size());
        if free >= u128::from(needed) {
            return Ok(());
        }
        Err(GetError::NoRoom {
            folder: self.root.clone(),
            free: free / 1_000_000,
            needed: needed / 1_000_000,
        })
    }

    /// Creates an empty folder for the download of that version.
    pub(crate) fn part(&self, release: &str) -> Result<PathBuf, GetError> {
        let part = self.root.join(format!("{release}.part"));
        remove(&part)?;
        make_folder(&part).map_err(GetError::file(&part))?;
        Ok(part)
    }

    /// Returns the path where that version is unpacked and tried, after removing what is there.
    pub(crate) fn new_folder(&self, release: &str) -> Result<PathBuf, GetError> {
        let new = self.root.join(format!("{release}.new"));
        remove(&new)?;
        Ok(new)
    }

    /// Puts the tried programs in their place and returns it.
    pub(crate) fn keep(&self, new: &Path, release: &str) -> Result<PathBuf, GetError> {
        let place = self.root.join(release);
        let old = self.root.join(format!("{release}.old"));
        remove(&old)?;
        let put = || {
            // A power cut must not leave the name without the bytes.
            nix::unistd::sync();
            ignore_missing(fs::rename(&place, &old))?;
            fs::rename(new, &place)?;
            File::open(&self.root)?.sync_all()
        };
        put().map_err(GetError::file(&place))?;
        remove(&old)?;
        Ok(place)
    }
}

/// Returns whether the name is that of a whole version, such as `17.10`.
fn is_version(name: &str) -> bool {
    name.chars()
        .all(|character| character.is_ascii_digit() || character == '.')
        && name.starts_with(|character: char| character.is_ascii_digit())
}

pub(crate) fn remove(folder: &Path) -> Result<(), GetError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(GetError::file(folder)(error)),
        _ => Ok(()),
    }
}
