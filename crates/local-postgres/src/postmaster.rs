//! Distinguishes a running server of ours from a stale file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::LocalPostgresError;
use crate::folder::{SOCKET_NAME, ignore_missing};

#[cfg(test)]
mod tests;

/// The time that a running server may take to answer at its socket.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// The contents of `postmaster.pid`, which the server writes about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PostmasterFile {
    /// The server's process id.
    pub(crate) pid: u32,
    /// The folder of its socket; absent at the very beginning.
    pub(crate) socket_folder: Option<PathBuf>,
    /// The server's progress.
    pub(crate) status: Status,
}

/// The progress of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// The server starts or recovers.
    Starting,
    /// The server accepts connections.
    Ready,
    /// The server shuts down.
    Stopping,
}

impl PostmasterFile {
    /// Reads the file of this cluster; returns `None` when it is missing or unusable.
    pub(crate) fn read(cluster: &Path) -> Result<Option<Self>, LocalPostgresError> {
        let path = path(cluster);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LocalPostgresError::file("read", &path)(error)),
        }
    }

    /// Parses the contents of the file.
    ///
    /// Its lines are: 1 pid, 2 data folder, 3 start time, 4 port, 5 socket folder, 6 address, 7
    /// shared memory, 8 status (PostgreSQL's `miscadmin.h`, `LOCK_FILE_LINE_…`).
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        // In single-user mode the number is negative.
        let pid = lines.first()?.trim().parse().ok()?;
        let socket_folder = lines
            .get(4)
            .filter(|line| !line.is_empty())
            .map(PathBuf::from);
        let status = match lines.get(7).map(|line| line.trim()) {
            Some("ready") => Status::Ready,
            Some("stopping") => Status::Stopping,
            _ => Status::Starting,
        };
        Some(Self {
            pid,
            socket_folder,
            status,
        })
    }
}

fn path(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

/// Removes a file that names the process of another program, as happens when a container restarts.
///
/// Postgres would refuse to start. Callers first make sure that no process uses the cluster. A
/// number that no process has is left to Postgres, which then makes checks of its own.
pub(crate) fn remove_misleading_file(pid: u32, cluster: &Path) -> Result<(), LocalPostgresError> {
    if !can_inspect_processes() || !exists(pid) {
        return Ok(());
    }
    let path = path(cluster);
    ignore_missing(fs::remove_file(&path)).map_err(LocalPostgresError::file("remove", &path))
}

/// Returns whether a server answers at the socket in this folder.
///
/// A server that was just killed is still listed as ready for an instant, so only an answer proves
/// that it runs. The question is PostgreSQL's `SSLRequest`, which needs no password. A unix socket
/// declines it with `N`.
pub(crate) async fn answers(socket_folder: &Path) -> bool {
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    let ask = async {
        let mut stream = UnixStream::connect(socket_folder.join(SOCKET_NAME)).await?;
        stream.write_all(&SSL_REQUEST).await?;
        stream.read_u8().await
    };
    matches!(tokio::time::timeout(ANSWER_TIMEOUT, ask).await, Ok(Ok(_)))
}

/// Returns whether this process is a server of this cluster.
pub(crate) fn is_server_of(pid: u32, cluster: &Path) -> bool {
    if can_inspect_processes() {
        works_in(pid, cluster)
    } else {
        exists(pid)
    }
}

/// Returns whether the cluster's own file names a server that may be running.
pub(crate) fn may_be_running(cluster: &Path) -> Result<bool, LocalPostgresError> {
    let file = PostmasterFile::read(cluster)?;
    Ok(file.is_some_and(|file| is_server_of(file.pid, cluster)))
}

/// Returns all PostgreSQL processes that work in this folder; empty if the system has no `/proc`.
///
/// A server process and its children change into their data folder and stay there.
pub(crate) fn processes_in(cluster: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| works_in(*pid, cluster))
        .collect()
}

/// Returns whether the system reveals the program of a process.
pub(crate) fn can_inspect_processes() -> bool {
    Path::new("/proc/self/cwd").exists()
}

fn works_in(pid: u32, cluster: &Path) -> bool {
    let process = Path::new("/proc").join(pid.to_string());
    let is_postgres = fs::read_to_string(process.join("comm"))
        .is_ok_and(|name| matches!(name.trim(), "postgres" | "initdb"));
    is_postgres && fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == cluster)
}

fn exists(pid: u32) -> bool {
    i32::try_from(pid)
        .is_ok_and(|pid| !matches!(signal::kill(Pid::from_raw(pid), None), Err(Errno::ESRCH)))
}

/// Sends a signal; ignores a process that is already gone.
pub(crate) fn signal(pid: u32, signal: Signal) {
    let Ok(raw) = i32::try_from(pid) else {
        return;
    };
    if let Err(error) = signal::kill(Pid::from_raw(raw), signal) {
        tracing::debug!(pid, %signal, %error, "the signal could not be sent");
    }
}
