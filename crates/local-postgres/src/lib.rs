#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod binaries;
mod bring_up;
mod cluster;
mod command;
mod error;
mod folder;
mod identity;
mod lock;
mod postmaster;
mod server;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use crate::error::LocalPostgresError;

use crate::binaries::Binaries;
use crate::bring_up::{Purpose, bring_up};
use crate::folder::Folder;
use crate::lock::{Lock, Mode};
use crate::server::Server;

/// The oldest major version of PostgreSQL whose programs are accepted.
pub const MINIMUM_VERSION: u32 = 15;

/// Whether this machine has server programs that a new data folder could be made with.
#[must_use]
pub fn is_installed() -> bool {
    Binaries::choose(Path::new(""), None).is_ok()
}

/// Where the private Postgres lives and how it treats the disk.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data folder, such as `./data`; everything is kept in `postgres` below it.
    pub data_dir: PathBuf,
    /// Whether data must survive a crash of the machine.
    pub durability: Durability,
}

/// Whether data must survive a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// fsync is on: what was committed is on the disk.
    Durable,
    /// fsync is off and the server ends with its handle: for tests, whose data nobody keeps.
    Disposable,
}

/// What the program is waiting for just now, to be shown to the person waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Looking for the PostgreSQL programs.
    FindingBinaries,
    /// Creating the database files, once in the life of a data folder: 3 to 15 seconds.
    Initialising,
    /// Starting the server process.
    Starting,
    /// Still waiting; after a crash the server first replays its log.
    WaitingForReady {
        /// The time since waiting began.
        elapsed: Duration,
    },
    /// The server of an earlier run is still alive and is taken over.
    Adopting {
        /// Its process id.
        pid: u32,
    },
    /// Connections are accepted.
    Ready,
}

/// A running private Postgres.
///
/// End it with [`LocalPostgres::stop`]. A durable server whose handle is merely dropped
/// lives on and is adopted by the next start; a disposable one ends with its handle.
#[derive(Debug)]
pub struct LocalPostgres {
    url: String,
    folder: Folder,
    server: Server,
    hold: Hold,
}

/// By what right this process uses the server.
#[derive(Debug)]
enum Hold {
    /// `annai serve`: the only owner of the folder.
    Owner { _owner_lock: Lock },
    /// A verb beside an owner, or for its own duration.
    Guest { guest_lock: Lock },
}

/// Starts the Postgres of this data folder, or adopts it where it is still alive, as its only owner.
///
/// # Errors
///
/// [`LocalPostgresError::AlreadyOwned`] when another process owns the folder; every other
/// variant when Postgres cannot be brought up. Each says what to do.
pub async fn start(
    settings: Settings,
    mut progress: impl FnMut(Progress),
) -> Result<LocalPostgres, LocalPostgresError> {
    let Settings {
        data_dir,
        durability,
    } = settings;
    let folder = Folder::prepare(&data_dir)?;
    let owner_lock = lock::own(&folder).await?;
    let _starting = lock::wait_for(&folder.start_lock(), Mode::Exclusive, &mut progress).await?;
    let server = bring_up(&folder, durability, Purpose::Own, &mut progress).await?;
    LocalPostgres::new(
        folder,
        server,
        Hold::Owner {
            _owner_lock: owner_lock,
        },
    )
}

/// Uses the Postgres of this data folder beside whoever owns it, or starts it for as long as it is needed.
///
/// This is what command-line verbs call. Several may run at once; the last one to leave
/// stops a server that a verb started, unless an owner has adopted it meanwhile.
///
/// # Errors
///
/// As for [`start`], except that an owner is welcome.
pub async fn join_or_start(
    settings: Settings,
    mut progress: impl FnMut(Progress),
) -> Result<LocalPostgres, LocalPostgresError> {
    let Settings {
        data_dir,
        durability,
    } = settings;
    let folder = Folder::prepare(&data_dir)?;
    let _starting = lock::wait_for(&folder.start_lock(), Mode::Exclusive, &mut progress).await?;
    let guest_lock = lock::wait_for(&folder.guest_lock(), Mode::Shared, &mut progress).await?;
    let server = bring_up(&folder, durability, Purpose::Visit, &mut progress).await?;
    LocalPostgres::new(folder, server, Hold::Guest { guest_lock })
}

impl LocalPostgres {
    fn new(folder: Folder, server: Server, hold: Hold) -> Result<Self, LocalPostgresError> {
        let password =
            folder
                .read_password()?
                .ok_or_else(|| LocalPostgresError::PasswordMissing {
                    pid: server.pid(),
                    path: folder.password_file(),
                })?;
        let url = server.url(&password);
        Ok(Self {
            url,
            folder,
            server,
            hold,
        })
    }

    /// The URL of the database `annai`, through the unix socket, with its password.
    ///
    /// Both sqlx and libpq (`psql`) read this form.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether this process owns the data folder, that is came by [`start`].
    #[must_use]
    pub fn owns(&self) -> bool {
        matches!(self.hold, Hold::Owner { .. })
    }

    /// Leaves the server, and shuts it down where that is this process's business.
    ///
    /// The owner always shuts it down. A guest does so only when a guest started the server,
    /// no owner has adopted it since and no other guest is left.
    ///
    /// # Errors
    ///
    /// [`LocalPostgresError::StopTimedOut`] when the server process does not end.
    pub async fn stop(self) -> Result<(), LocalPostgresError> {
        let Self {
            folder,
            mut server,
            hold,
            ..
        } = self;
        match hold {
            Hold::Owner { _owner_lock } => server.shut_down(&folder).await,
            Hold::Guest { guest_lock } => {
                let _starting =
                    lock::wait_for(&folder.start_lock(), Mode::Exclusive, &mut |_| {}).await?;
                drop(guest_lock);
                let only_us =
                    lock::try_lock_patiently(&folder.guest_lock(), Mode::Exclusive).await?;
                let no_owner = lock::try_lock(&folder.owner_lock(), Mode::Exclusive)?;
                if only_us.is_some() && no_owner.is_some() && folder.is_started_by_guest() {
                    server.shut_down(&folder).await
                } else {
                    server.release();
                    Ok(())
                }
            }
        }
    }
}
