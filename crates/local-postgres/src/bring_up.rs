//! Brings the server up from any state of the folder.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::binaries::Binaries;
use crate::folder::Folder;
use crate::identity::Identity;
use crate::postmaster::{self, PostmasterFile, Status};
use crate::programs::{self, Machine};
use crate::record::{Provider, Record};
use crate::server::Server;
use crate::{Durability, LocalPostgresError, Progress, Settings, cluster};

const POLL: Duration = Duration::from_millis(50);

/// The time that children of a killed server may take to notice and end.
const LEFTOVER_TIMEOUT: Duration = Duration::from_secs(15);

/// The purpose for which a process brings the server up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The process owns the folder.
    Own,
    /// A verb needs the server for its own duration.
    Visit,
}

/// Finds a living server or starts one. The caller holds the start lock.
pub(crate) async fn bring_up(
    folder: &Folder,
    settings: &Settings,
    purpose: Purpose,
    progress: &mut impl FnMut(Progress),
) -> Result<Server, LocalPostgresError> {
    let server = if let Some(living) = find_living(folder, progress).await? {
        if purpose == Purpose::Own {
            progress(Progress::Adopting { pid: living.pid });
            folder.clear_guest_mark()?;
        }
        let ends_with_handle =
            purpose == Purpose::Own && settings.durability == Durability::Disposable;
        Server::running(
            living.pid,
            folder.cluster(),
            living.socket_folder,
            ends_with_handle,
        )
    } else {
        match purpose {
            Purpose::Own => folder.clear_guest_mark()?,
            Purpose::Visit => folder.mark_started_by_guest()?,
        }
        start_new(folder, settings, progress).await?
    };
    progress(Progress::Ready);
    Ok(server)
}

/// A server that was already running.
struct Living {
    pid: u32,
    socket_folder: PathBuf,
}

impl Living {
    /// Returns the server if it is ready and responds.
    async fn check(file: PostmasterFile) -> Option<Self> {
        let socket_folder = file.socket_folder?;
        let lives = file.status == Status::Ready && postmaster::answers(&socket_folder).await;
        lives.then_some(Self {
            pid: file.pid,
            socket_folder,
        })
    }
}

/// Waits until a server is ready, or until every process of an earlier server has ended.
async fn find_living(
    folder: &Folder,
    progress: &mut impl FnMut(Progress),
) -> Result<Option<Living>, LocalPostgresError> {
    let cluster = folder.cluster();
    let begin = Instant::now();
    loop {
        let file = PostmasterFile::read(&cluster)?;
        let living = file
            .clone()
            .filter(|file| postmaster::is_server_of(file.pid, &cluster));
        if let Some(file) = living {
            if let Some(living) = Living::check(file).await {
                return Ok(Some(living));
            }
            // The server is starting, recovering, stopping or dying, so it soon reaches a clear
            // state. Where processes cannot be told apart, the number may also belong to another
            // program, and Postgres has to judge.
            if !postmaster::can_inspect_processes() && begin.elapsed() > LEFTOVER_TIMEOUT {
                return Ok(None);
            }
        } else {
            let pids = postmaster::processes_in(&cluster);
            if pids.is_empty() {
                if let Some(file) = file {
                    postmaster::remove_misleading_file(file.pid, &cluster)?;
                }
                return Ok(None);
            }
            if begin.elapsed() > LEFTOVER_TIMEOUT {
                return Err(LocalPostgresError::Leftovers { cluster, pids });
            }
        }
        progress(Progress::WaitingForReady {
            elapsed: begin.elapsed(),
        });
        tokio::time::sleep(POLL).await;
    }
}

async fn start_new(
    folder: &Folder,
    settings: &Settings,
    progress: &mut impl FnMut(Progress),
) -> Result<Server, LocalPostgresError> {
    progress(Progress::FindingBinaries);
    let version = folder.cluster_version()?;
    let binaries = programs::choose(&Machine::here(), &settings.programs, folder)?;
    let identity = Identity::decide(folder, &binaries).await?;
    let has_password = folder.read_password()?.is_some();
    if version.is_none() {
        progress(Progress::Initialising);
        if !has_password {
            folder.write_password()?;
        }
        identity.chown_folder(folder)?;
        cluster::create(folder, &binaries, identity, settings.durability).await?;
    } else {
        identity.chown_folder(folder)?;
        remember(folder, &binaries, identity).await?;
        if !has_password {
            cluster::reset_password(folder, &binaries, identity).await?;
        }
    }
    tracing::info!(
        version = binaries.release(),
        programs = %binaries.place().display(),
        "the private Postgres was chosen; for production, name a server of your own in database_url"
    );
    progress(Progress::Starting);
    Server::start(folder, &binaries, identity, settings.durability, progress).await
}

/// Notes what these programs can do before they touch the cluster of others.
async fn remember(
    folder: &Folder,
    binaries: &Binaries,
    identity: Identity,
) -> Result<(), LocalPostgresError> {
    let record = Record::read(folder)?;
    let has_lz4 = binaries.has_lz4(folder);
    // Versions without a record left collations to the C library, and compressed where they could.
    if record.is_none() && !has_lz4 && cluster::may_use_lz4(folder, binaries, identity).await {
        return Err(LocalPostgresError::NoLz4 {
            cluster: folder.cluster(),
            programs: binaries.place(),
            version: binaries.version(),
        });
    }
    let new = Record {
        major: binaries.version(),
        has_lz4: has_lz4 || record.is_some_and(|record| record.has_lz4),
        provider: record.map_or(Provider::Libc, |record| record.provider),
    };
    if record == Some(new) {
        Ok(())
    } else {
        new.write(folder)
    }
}
