//! Lock files. The system releases them when a process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::{LocalPostgresError, Progress};

const RETRY: Duration = Duration::from_millis(50);

/// How long a starting owner asks again: a leaving guest holds the owner's lock for an instant.
const OWNER_PATIENCE: Duration = Duration::from_millis(500);

/// How long a leaving guest asks whether it is the last one: a process that this one is just
/// starting holds copies of its locks until it has become another program.
const LEAVING_PATIENCE: Duration = Duration::from_millis(200);

/// A held lock; dropping it releases it.
#[derive(Debug)]
pub(crate) struct Lock(File);

/// Who else may hold the lock.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mode {
    /// Nobody.
    Exclusive,
    /// Others in this mode.
    Shared,
}

/// Takes the lock if nobody is in the way.
pub(crate) fn try_lock(path: &Path, mode: Mode) -> Result<Option<Lock>, LocalPostgresError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(LocalPostgresError::file("open", path))?;
    let result = match mode {
        Mode::Exclusive => file.try_lock(),
        Mode::Shared => file.try_lock_shared(),
    };
    match result {
        Ok(()) => Ok(Some(Lock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(LocalPostgresError::file("lock", path)(source)),
    }
}

/// Takes the lock if nobody is in the way for longer than an instant.
pub(crate) async fn try_lock_patiently(
    path: &Path,
    mode: Mode,
) -> Result<Option<Lock>, LocalPostgresError> {
    let begin = Instant::now();
    loop {
        let lock = try_lock(path, mode)?;
        if lock.is_some() || begin.elapsed() >= LEAVING_PATIENCE {
            return Ok(lock);
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Takes the lock, waiting as long as it takes and saying so.
pub(crate) async fn wait_for(
    path: &Path,
    mode: Mode,
    progress: &mut impl FnMut(Progress),
) -> Result<Lock, LocalPostgresError> {
    let begin = Instant::now();
    loop {
        if let Some(lock) = try_lock(path, mode)? {
            return Ok(lock);
        }
        progress(Progress::WaitingForReady {
            elapsed: begin.elapsed(),
        });
        tokio::time::sleep(RETRY).await;
    }
}

/// Becomes the owner of the folder and leaves the process id for whoever comes second.
pub(crate) async fn own(folder: &Folder) -> Result<Lock, LocalPostgresError> {
    let path = folder.owner_lock();
    let begin = Instant::now();
    loop {
        if let Some(mut lock) = try_lock(&path, Mode::Exclusive)? {
            lock.write_pid()
                .map_err(LocalPostgresError::file("write", &path))?;
            return Ok(lock);
        }
        if begin.elapsed() >= OWNER_PATIENCE {
            return Err(LocalPostgresError::AlreadyOwned {
                folder: folder.root().to_path_buf(),
                pid: read_pid(&path),
            });
        }
        tokio::time::sleep(RETRY).await;
    }
}

impl Lock {
    fn write_pid(&mut self) -> std::io::Result<()> {
        self.0.set_len(0)?;
        self.0.rewind()?;
        writeln!(self.0, "{}", std::process::id())
    }
}

fn read_pid(path: &Path) -> Option<u32> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
