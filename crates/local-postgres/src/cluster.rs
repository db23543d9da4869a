//! Creates the database files, all or nothing.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, lchown};
use std::path::Path;
use std::time::Duration;

use crate::binaries::Binaries;
use crate::folder::Folder;
use crate::identity::Identity;
use crate::{Durability, LocalPostgresError, command, postmaster};

/// The name of both the role and the database.
pub(crate) const NAME: &str = "annai";

/// Creates a cluster with the role and the database `annai`.
///
/// The cluster is created under another name and renamed when it is whole. A crash in between
/// leaves nothing that looks like a cluster.
pub(crate) async fn create(
    folder: &Folder,
    binaries: &Binaries,
    identity: Identity,
    durability: Durability,
) -> Result<(), LocalPostgresError> {
    let new = folder.new_cluster();
    remove_incomplete(&new).await?;
    DirBuilder::new()
        .mode(0o700)
        .create(&new)
        .map_err(LocalPostgresError::file("create", &new))?;
    if let Some((uid, gid)) = identity.file_owner() {
        lchown(&new, Some(uid), Some(gid)).map_err(LocalPostgresError::file("hand over", &new))?;
    }
    initdb(folder, binaries, identity, durability).await?;
    run_sql(
        &new,
        binaries,
        identity,
        &format!("CREATE DATABASE {NAME} OWNER {NAME}"),
    )
    .await?;
    let cluster = folder.cluster();
    let publish = || {
        fs::rename(&new, &cluster)?;
        File::open(folder.root())?.sync_all()
    };
    publish().map_err(LocalPostgresError::file("put in place", &cluster))
}

/// Gives the role a new password and writes it to the password file.
///
/// The server must not be running.
pub(crate) async fn reset_password(
    folder: &Folder,
    binaries: &Binaries,
    identity: Identity,
) -> Result<(), LocalPostgresError> {
    let password = folder.write_password()?;
    identity.chown_folder(folder)?;
    let sql = format!("ALTER ROLE {NAME} PASSWORD '{password}'");
    run_sql(&folder.cluster(), binaries, identity, &sql).await
}

async fn initdb(
    folder: &Folder,
    binaries: &Binaries,
    identity: Identity,
    durability: Durability,
) -> Result<(), LocalPostgresError> {
    let new = folder.new_cluster();
    let mut initdb = identity.command(&binaries.initdb());
    // The working directory marks the process as ours, see `postmaster::processes_in`.
    initdb
        .current_dir(&new)
        .arg("-D")
        .arg(&new)
        .arg("--username")
        .arg(NAME);
    initdb.arg("--pwfile").arg(folder.password_file());
    initdb.args([
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
    ]);
    if cfg!(target_os = "macos") {
        initdb.args(["--locale=C", "--lc-ctype=UTF-8"]); // macOS has no C.UTF-8
    } else {
        initdb.arg("--locale=C.UTF-8");
    }
    if durability == Durability::Disposable {
        initdb.arg("--no-sync");
    }
    command::run("initdb", initdb, "").await
}

/// Runs one statement in single-user mode, which needs neither a server nor a password.
async fn run_sql(
    cluster: &Path,
    binaries: &Binaries,
    identity: Identity,
    statement: &str,
) -> Result<(), LocalPostgresError> {
    let mut single = identity.command(&binaries.postgres());
    single
        .current_dir(cluster)
        .arg("--single")
        .arg("-D")
        .arg(cluster);
    single.args([
        "-j",
        "-c",
        "exit_on_error=true",
        "-c",
        "log_checkpoints=off",
        "postgres",
    ]);
    command::run("postgres --single", single, &format!("{statement};\n\n")).await
}

/// Removes the remains of an interrupted creation, after ending its processes.
async fn remove_incomplete(new: &Path) -> Result<(), LocalPostgresError> {
    for _ in 0..50 {
        for pid in postmaster::processes_in(new) {
            tracing::info!(pid, "ending an interrupted initdb");
            postmaster::signal(pid, nix::sys::signal::Signal::SIGKILL);
        }
        match fs::remove_dir_all(new) {
            Ok(()) => tracing::info!(path = %new.display(), "removed an incomplete cluster"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            Err(error) => return Err(LocalPostgresError::file("remove", new)(error)),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let error = io::Error::from(io::ErrorKind::DirectoryNotEmpty);
    Err(LocalPostgresError::file("remove", new)(error))
}
