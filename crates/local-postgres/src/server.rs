//! Starts, watches and ends the server process.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use tokio::process::{Child, Command};

use crate::binaries::Binaries;
use crate::cluster::NAME;
use crate::folder::Folder;
use crate::identity::Identity;
use crate::postmaster::{self, PostmasterFile, Status};
use crate::{Durability, LocalPostgresError, Progress};

const POLL: Duration = Duration::from_millis(50);

/// The time for a fast shutdown; then an immediate one follows, which recovers at the next start.
const FAST_SHUTDOWN_TIMEOUT: Duration = Duration::from_mins(1);

/// The time for an immediate shutdown.
const IMMEDIATE_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// The time for which dropping a disposable server may block its thread.
const DROP_TIMEOUT: Duration = Duration::from_secs(3);

/// A server that accepts connections.
#[derive(Debug)]
pub(crate) struct Server {
    pid: u32,
    cluster: PathBuf,
    socket_folder: PathBuf,
    /// The server process, if this process started it.
    child: Option<Child>,
    ends_with_handle: bool,
}

impl Server {
    /// Adopts a server that is already running.
    pub(crate) fn running(
        pid: u32,
        cluster: PathBuf,
        socket_folder: PathBuf,
        ends_with_handle: bool,
    ) -> Self {
        Self {
            pid,
            cluster,
            socket_folder,
            child: None,
            ends_with_handle,
        }
    }

    /// Starts the server and waits until it accepts connections, as long as it runs.
    pub(crate) async fn start(
        folder: &Folder,
        binaries: &Binaries,
        identity: Identity,
        durability: Durability,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Self, LocalPostgresError> {
        let socket_folder = folder.socket_folder(identity.file_owner())?;
        Folder::clear_socket(&socket_folder)?;
        let (log, log_start) = folder.open_log()?;
        let second_log = log
            .try_clone()
            .map_err(LocalPostgresError::file("open", &folder.log()))?;
        let cluster = folder.cluster();
        let mut command = identity.command(&binaries.postgres());
        // The server gets its own process group. Ctrl-C in the terminal then reaches only us, and
        // we end the server in order.
        command
            .stdout(log)
            .stderr(second_log)
            .process_group(0)
            .arg("-D")
            .arg(&cluster);
        add_settings(&mut command, &socket_folder, durability);
        let child = command.spawn().map_err(|source| LocalPostgresError::Run {
            program: binaries.postgres(),
            source,
        })?;
        let mut server = Self {
            pid: child.id().unwrap_or_default(),
            cluster,
            socket_folder,
            child: Some(child),
            ends_with_handle: durability == Durability::Disposable,
        };
        server.wait_until_ready(folder, log_start, progress).await?;
        Ok(server)
    }

    async fn wait_until_ready(
        &mut self,
        folder: &Folder,
        log_start: u64,
        progress: &mut impl FnMut(Progress),
    ) -> Result<(), LocalPostgresError> {
        let begin = Instant::now();
        loop {
            let file = PostmasterFile::read(&self.cluster)?;
            if file.is_some_and(|file| file.pid == self.pid && file.status == Status::Ready) {
                return Ok(());
            }
            if let Some(status) = self.exit_status() {
                return Err(LocalPostgresError::Ended {
                    status,
                    log: folder.log(),
                    tail: folder.log_tail(log_start),
                });
            }
            progress(Progress::WaitingForReady {
                elapsed: begin.elapsed(),
            });
            tokio::time::sleep(POLL).await;
        }
    }

    /// Returns the server's exit status; `None` while it runs.
    fn exit_status(&mut self) -> Option<String> {
        match &mut self.child {
            Some(child) => match child.try_wait() {
                Ok(status) => status.map(|status| status.to_string()),
                Err(error) => Some(error.to_string()),
            },
            None => (!postmaster::is_server_of(self.pid, &self.cluster)).then(|| "gone".to_owned()),
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Returns the URL of the database `annai`.
    ///
    /// The socket's folder, percent-encoded, takes the place of the host name. Port and TLS are
    /// named because `PGPORT` and `PGSSLMODE` would apply otherwise.
    pub(crate) fn url(&self, password: &str) -> String {
        let folder = self.socket_folder.as_os_str().as_bytes();
        let host = percent_encode(folder, NON_ALPHANUMERIC);
        format!("postgres://{NAME}:{password}@{host}:5432/{NAME}?sslmode=disable")
    }

    /// Lets the server outlive this handle.
    pub(crate) fn release(&mut self) {
        self.ends_with_handle = false;
    }

    /// Ends the server: clients are disconnected, and all committed data is written to the disk.
    pub(crate) async fn shut_down(&mut self, folder: &Folder) -> Result<(), LocalPostgresError> {
        self.ends_with_handle = false;
        for (signal, patience) in [
            (Signal::SIGINT, FAST_SHUTDOWN_TIMEOUT),
            (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN_TIMEOUT),
        ] {
            if self.exit_status().is_none() {
                postmaster::signal(self.pid, signal);
            }
            let begin = Instant::now();
            while begin.elapsed() < patience {
                if self.exit_status().is_some() {
                    folder.remove_short_socket_folder();
                    return folder.clear_guest_mark();
                }
                tokio::time::sleep(POLL).await;
            }
        }
        Err(LocalPostgresError::StopTimedOut {
            pid: self.pid,
            log: folder.log(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.ends_with_handle || self.exit_status().is_some() {
            return;
        }
        // An immediate shutdown, unlike SIGKILL, lets the server clean up its shared memory.
        postmaster::signal(self.pid, Signal::SIGQUIT);
        let begin = Instant::now();
        while begin.elapsed() < DROP_TIMEOUT && self.exit_status().is_none() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Adds the settings to the command line, so that a later version finds none to migrate.
fn add_settings(command: &mut Command, socket_folder: &Path, durability: Durability) {
    let mut set = |setting: &str| {
        command.arg("-c").arg(setting);
    };
    set("listen_addresses=");
    set("port=5432"); // the port only names the socket: the server does not listen on the network
    // The value is a list; within quotes a comma in the path does not end an item.
    set(&format!(
        "unix_socket_directories=\"{}\"",
        socket_folder.display()
    ));
    set("unix_socket_permissions=0700");
    set("logging_collector=off");
    set("log_destination=stderr");
    set("log_checkpoints=off");
    set("log_timezone=UTC");
    set("timezone=UTC");
    match durability {
        Durability::Durable => set("max_connections=100"),
        Durability::Disposable => {
            set("max_connections=200");
            set("fsync=off");
            set("synchronous_commit=off");
            set("full_page_writes=off");
        }
    }
}
