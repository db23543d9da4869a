//! Chooses the user that the server runs as. Postgres refuses to run as root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::Path;
use std::process::Stdio;

use nix::unistd::{Uid, User, geteuid};
use tokio::process::Command;

use crate::LocalPostgresError;
use crate::binaries::Binaries;
use crate::folder::Folder;

/// Users that may run the server when this process is root, best first.
const SERVER_USERS: [&str; 2] = ["postgres", "nobody"];

/// Environment variables that would change the behaviour of the server programs.
const FOREIGN_VARIABLES: [&str; 8] = [
    "PGDATA",
    "PGPORT",
    "PGHOST",
    "PGOPTIONS",
    "PGCLIENTENCODING",
    "PGDATESTYLE",
    "PGTZ",
    "PG_COLOR",
];

/// The user that the server runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The server runs as this process's user, which is not root.
    Same,
    /// This process is root and changes to this user.
    Other {
        /// The user's id.
        uid: u32,
        /// The id of its group.
        gid: u32,
    },
    /// This process is root, and no other user can reach the folder.
    ///
    /// The server runs in a user namespace, where root's files belong to this user.
    Namespace {
        /// The user's id inside the namespace.
        uid: u32,
        /// The id of its group.
        gid: u32,
    },
}

impl Identity {
    /// Finds an identity that can run the programs and reach the folder, by trying.
    pub(crate) async fn decide(
        folder: &Folder,
        binaries: &Binaries,
    ) -> Result<Self, LocalPostgresError> {
        if !geteuid().is_root() {
            return Ok(Self::Same);
        }
        let users = candidates(folder);
        let Some((user, uid, gid)) = users.last().cloned() else {
            return Err(LocalPostgresError::NoServerUser);
        };
        for (_, uid, gid) in users {
            let identity = Self::Other { uid, gid };
            if identity.reaches(folder, binaries).await.is_ok() {
                return Ok(identity);
            }
        }
        let identity = Self::Namespace { uid, gid };
        match identity.reaches(folder, binaries).await {
            Ok(()) => Ok(identity),
            Err(detail) => Err(LocalPostgresError::Unreachable {
                folder: folder.root().to_path_buf(),
                user,
                detail,
            }),
        }
    }

    /// Runs the server program in the data folder as this identity, as a trial.
    async fn reaches(self, folder: &Folder, binaries: &Binaries) -> Result<(), String> {
        let output = self
            .command(&binaries.postgres())
            .arg("--version")
            .current_dir(folder.data_dir())
            .output()
            .await
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
        }
    }

    /// Creates a command that runs `program` as this identity, without our terminal's input.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = match self {
            Self::Same => Command::new(program),
            Self::Other { uid, gid } => {
                let mut command = Command::new(program);
                command.uid(uid).gid(gid);
                command
            }
            Self::Namespace { uid, gid } => {
                let mut command = Command::new("unshare");
                command
                    .arg("--user")
                    .arg(format!("--map-user={uid}"))
                    .arg(format!("--map-group={gid}"))
                    .arg("--")
                    .arg(program);
                command
            }
        };
        for variable in FOREIGN_VARIABLES {
            command.env_remove(variable);
        }
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// Returns the owner for the server's files; `None` if this process's user owns them anyway.
    pub(crate) fn file_owner(self) -> Option<(u32, u32)> {
        match self {
            Self::Same => None,
            Self::Other { uid, gid } => Some((uid, gid)),
            Self::Namespace { .. } => Some((0, 0)),
        }
    }

    /// Gives the folder and everything in it to the server's user.
    pub(crate) fn chown_folder(self, folder: &Folder) -> Result<(), LocalPostgresError> {
        let Some((uid, gid)) = self.file_owner() else {
            return Ok(());
        };
        chown_tree(folder.root(), uid, gid)
            .map_err(LocalPostgresError::file("hand over", folder.root()))
    }
}

/// Returns name, uid and gid of the users that may run the server: the cluster's owner, then the
/// usual ones.
fn candidates(folder: &Folder) -> Vec<(String, u32, u32)> {
    let holder = fs::symlink_metadata(folder.cluster())
        .ok()
        .filter(|metadata| metadata.uid() != 0)
        .map(|metadata| {
            let name = User::from_uid(Uid::from_raw(metadata.uid()))
                .ok()
                .flatten()
                .map(|user| user.name);
            (
                name.unwrap_or_else(|| metadata.uid().to_string()),
                metadata.uid(),
                metadata.gid(),
            )
        });
    let usual = SERVER_USERS
        .iter()
        .filter_map(|name| User::from_name(name).ok().flatten());
    holder
        .into_iter()
        .chain(usual.map(|user| (user.name, user.uid.as_raw(), user.gid.as_raw())))
        .collect()
}

/// Changes the owner of every file that does not belong to `uid`; never follows a symbolic link.
fn chown_tree(path: &Path, uid: u32, gid: u32) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.uid() != uid {
        lchown(path, Some(uid), Some(gid))?;
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            chown_tree(&entry?.path(), uid, gid)?;
        }
    }
    Ok(())
}
