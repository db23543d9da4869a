//! From whatever state the folder is in to a server that accepts connections.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::binaries::Binaries;
use crate::folder::Folder;
use crate::identity::Identity;
use crate::postmaster::{self, PostmasterFile, Status};
use crate::server::Server;
use crate::{Durability, LocalPostgresError, Progress, cluster};

const POLL: Duration = Duration::from_millis(50);

/// How long the children of a killed server may take to notice and end.
const LEFTOVER_PATIENCE: Duration = Duration::from_secs(15);

/// What the server is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// By the owner of the folder.
    Own,
    /// By a verb, for its own duration.
    Visit,
}

/// Finds a living server or starts one. The caller holds the start lock.
pub(crate) async fn bring_up(
    folder: &Folder,
    durability: Durability,
    purpose: Purpose,
    progress: &mut impl FnMut(Progress),
) -> Result<Server, LocalPostgresError> {
    let server = if let Some(living) = find_living(folder, progress).await? {
        if purpose == Purpose::Own {
            progress(Progress::Adopting { pid: living.pid });
            folder.clear_guest_mark()?;
        }
        let ends_with_handle = purpose == Purpose::Own && durability == Durability::Disposable;
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
        start_new(folder, durability, progress).await?
    };
    progress(Progress::Ready);
    Ok(server)
}

/// A server that was running already.
struct Living {
    pid: u32,
    socket_folder: PathBuf,
}

impl Living {
    /// Makes sure that the server is ready and answers.
    async fn check(file: PostmasterFile) -> Option<Self> {
        let socket_folder = file.socket_folder?;
        let lives = file.status == Status::Ready && postmaster::answers(&socket_folder).await;
        lives.then_some(Self {
            pid: file.pid,
            socket_folder,
        })
    }
}

/// Waits until it is clear that a server is ready, or that there is none and nothing of an earlier one is left.
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
            // Starting, recovering, stopping or dying: it will be one or the other soon. Where
            // processes cannot be told apart it may also be somebody else's number, and Postgres
            // itself has to judge.
            if !postmaster::knows_processes() && begin.elapsed() > LEFTOVER_PATIENCE {
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
            if begin.elapsed() > LEFTOVER_PATIENCE {
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
    durability: Durability,
    progress: &mut impl FnMut(Progress),
) -> Result<Server, LocalPostgresError> {
    progress(Progress::FindingBinaries);
    let version = folder.cluster_version()?;
    let binaries = Binaries::choose(&folder.cluster(), version)?;
    let identity = Identity::decide(folder, &binaries).await?;
    let has_password = folder.read_password()?.is_some();
    if version.is_none() {
        progress(Progress::Initialising);
        if !has_password {
            folder.write_password()?;
        }
        identity.hand_over(folder)?;
        cluster::create(folder, &binaries, identity, durability).await?;
    } else {
        identity.hand_over(folder)?;
        if !has_password {
            cluster::reset_password(folder, &binaries, identity).await?;
        }
    }
    tracing::debug!(
        version = binaries.version(),
        ?identity,
        "starting the private Postgres"
    );
    progress(Progress::Starting);
    Server::start(folder, &binaries, identity, durability, progress).await
}
