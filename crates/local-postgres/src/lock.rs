//! Lock files. The system releases them when a process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::{LocalPostgresError, Progress};

const RETRY: Duration = Duration::from_millis(50);

/// The time for which a starting owner retries, because a leaving guest briefly holds its lock.
const OWNER_LOCK_TIMEOUT: Duration = Duration::from_millis(500);

/// The time for which a leaving guest checks whether it is the last one.
///
/// A child that this process is just starting holds copies of its locks until it has become another
/// program.
const LEAVING_TIMEOUT: Duration = Duration::from_millis(200);

/// A held lock; dropping it releases the lock.
#[derive(Debug)]
pub(crate) struct Lock(File);

/// The sharing of a lock.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mode {
    /// No other process may hold the lock.
    Exclusive,
    /// Other processes may hold the lock in this mode.
    Shared,
}

/// Takes the lock if no other process blocks it.
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

/// Takes the lock if no other process blocks it for more than an instant.
pub(crate) async fn try_lock_briefly(
    path: &Path,
    mode: Mode,
) -> Result<Option<Lock>, LocalPostgresError> {
    let begin = Instant::now();
    loop {
        let lock = try_lock(path, mode)?;
        if lock.is_some() || begin.elapsed() >= LEAVING_TIMEOUT {
            return Ok(lock);
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Waits for the lock without a limit and reports the wait.
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

/// Becomes the owner of the folder and writes the process id for a second owner's error message.
pub(crate) async fn own(folder: &Folder) -> Result<Lock, LocalPostgresError> {
    let path = folder.owner_lock();
    let begin = Instant::now();
    loop {
        if let Some(mut lock) = try_lock(&path, Mode::Exclusive)? {
            lock.write_pid()
                .map_err(LocalPostgresError::file("write", &path))?;
            return Ok(lock);
        }
        if begin.elapsed() >= OWNER_LOCK_TIMEOUT {
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
