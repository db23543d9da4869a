//! The programs of a database that fails over, and the user that they run as.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::install::{self, Need};
use crate::process;
use crate::python;
use crate::workspace::Workspace;

/// The programs that a folder of PostgreSQL must contain.
const SERVER_PROGRAMS: [&str; 5] = ["postgres", "initdb", "pg_rewind", "pg_basebackup", "psql"];

/// Patroni, PostgreSQL and etcd on this machine.
#[derive(Debug)]
pub(super) struct Programs {
    patroni: PathBuf,
    /// The folder of PostgreSQL's programs.
    pub(super) postgres: PathBuf,
    /// The id of the user to run as where this process is root, which Patroni's Postgres refuses.
    user: Option<String>,
}

impl Programs {
    /// Finds them, after it installed the missing ones where it may.
    ///
    /// # Errors
    ///
    /// When a program is missing; the message names it.
    pub(super) fn find(workspace: &Workspace) -> anyhow::Result<Self> {
        ensure!(
            cfg!(target_os = "linux"),
            "this lane finds processes in /proc, so it needs Linux"
        );
        install::ensure(Need::Failover)?;
        let pinned = Path::new("crates/xtask/src/ha/requirements.txt");
        let programs = Self {
            patroni: python::environment(workspace, "failover", pinned)?.join("patroni"),
            postgres: postgres()?,
            user: user()?,
        };
        programs.try_out(workspace.root())?;
        Ok(programs)
    }

    /// Begins the command of Patroni, as a user that may run PostgreSQL.
    ///
    /// Where this process is root, it gets a user namespace, in which root's files belong to that user.
    /// So it reaches every folder that root reaches.
    pub(super) fn patroni(&self, folder: &Path) -> Command {
        let Some(user) = &self.user else {
            return process::command(&self.patroni, folder);
        };
        let mut command = process::command("unshare", folder);
        command.arg("--user").arg(format!("--map-user={user}"));
        command.arg("--").arg(&self.patroni);
        command
    }

    fn try_out(&self, folder: &Path) -> anyhow::Result<()> {
        let tried = process::output(self.patroni(folder).arg("--version"));
        tried.context("cannot run Patroni: as root this lane needs `unshare --user`")?;
        Ok(())
    }
}

/// Returns the newest folder of PostgreSQL programs: of Debian's packages, else on PATH.
fn postgres() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<PathBuf> = versions
        .map_while(|entry| Some(entry.ok()?.path()))
        .collect();
    versions.sort_by_key(|path| major(path));
    let of_debian = versions.iter().rev().map(|version| version.join("bin"));
    #[expect(
        clippy::disallowed_methods,
        reason = "the tools look for programs as a shell does"
    )]
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let is_whole = |folder: &PathBuf| {
        let mut programs = SERVER_PROGRAMS.iter();
        programs.all(|program| folder.join(program).is_file())
    };
    let found = of_debian
        .chain(std::env::split_paths(&on_path))
        .find(is_whole);
    found.with_context(|| {
        let programs = SERVER_PROGRAMS.join(", ");
        format!("no folder of this machine has all of {programs}")
    })
}

fn major(version: &Path) -> u32 {
    let name = version.file_name().and_then(OsStr::to_str);
    name.and_then(|name| name.parse().ok()).unwrap_or(0)
}

/// Returns the id of the user that the servers run as, where this process is root.
fn user() -> anyhow::Result<Option<String>> {
    let id = |arguments: &[&str]| process::output(Command::new("id").args(arguments));
    if id(&["-u"])?.trim() != "0" {
        return Ok(None);
    }
    if !process::exists("unshare") {
        bail!("missing on this machine: unshare (Debian's package util-linux)");
    }
    let user = id(&["-u", "postgres"]).context("this machine has no user `postgres`")?;
    Ok(Some(user.trim().to_owned()))
}
