//! Creates the database files, all or nothing.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, lchown};
use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use crate::binaries::Binaries;
use crate::folder::Folder;
use crate::identity::Identity;
use crate::record::{Provider, Record};
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
    make_empty(&new, identity).await?;
    let mut initdb = initdb(&new, binaries, identity);
    initdb.arg("--auth=scram-sha-256");
    initdb.arg("--pwfile").arg(folder.password_file());
    if durability == Durability::Disposable {
        initdb.arg("--no-sync");
    }
    command::run("initdb", initdb, "").await?;
    run_sql(
        &new,
        binaries,
        identity,
        &format!("CREATE DATABASE {NAME} OWNER {NAME}"),
    )
    .await?;
    Record::of_new(folder, binaries).write(folder)?;
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

/// Creates a cluster with newly got programs, asks it something and removes it.
pub(crate) async fn try_out(
    folder: &Folder,
    binaries: &Binaries,
    identity: Identity,
) -> Result<(), LocalPostgresError> {
    let trial = folder.trial_cluster();
    make_empty(&trial, identity).await?;
    let mut initdb = initdb(&trial, binaries, identity);
    initdb.args(["--auth=peer", "--no-sync"]);
    command::run("initdb", initdb, "").await?;
    run_sql(&trial, binaries, identity, "SELECT 1").await?;
    fs::remove_dir_all(&trial).map_err(LocalPostgresError::file("remove", &trial))
}

/// Returns whether the server may compress a column of the cluster with lz4.
///
/// The server must not be running. A cluster that cannot answer counts as one that may.
pub(crate) async fn may_use_lz4(folder: &Folder, binaries: &Binaries, identity: Identity) -> bool {
    let fail_if_any =
        "SELECT 1 / (count(*) = 0)::integer FROM pg_attribute WHERE attcompression = 'l'";
    let cluster = folder.cluster();
    run_sql_in(NAME, &cluster, binaries, identity, fail_if_any)
        .await
        .is_err()
}

/// Creates an empty folder for a cluster and hands it to the server's user.
async fn make_empty(new: &Path, identity: Identity) -> Result<(), LocalPostgresError> {
    remove_incomplete(new).await?;
    DirBuilder::new()
        .mode(0o700)
        .create(new)
        .map_err(LocalPostgresError::file("create", new))?;
    if let Some((uid, gid)) = identity.file_owner() {
        lchown(new, Some(uid), Some(gid)).map_err(LocalPostgresError::file("hand over", new))?;
    }
    Ok(())
}

/// Returns the command that creates a cluster in `new`, without its way to authenticate.
fn initdb(new: &Path, binaries: &Binaries, identity: Identity) -> Command {
    let mut initdb = identity.command(&binaries.initdb());
    // The working directory marks the process as ours, see `postmaster::processes_in`.
    initdb
        .current_dir(new)
        .arg("-D")
        .arg(new)
        .arg("--username")
        .arg(NAME);
    initdb.args(["--encoding=UTF8", "--data-checksums"]);
    match Provider::of_new(binaries) {
        // Postgres brings this one along, so that no update of a system library changes an order.
        Provider::Builtin => initdb.args([
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]),
        Provider::Libc if cfg!(target_os = "macos") => {
            initdb.args(["--locale=C", "--lc-ctype=UTF-8"]) // macOS has no C.UTF-8
        }
        Provider::Libc => initdb.arg("--locale=C.UTF-8"),
    };
    initdb
}

/// Runs one statement in the database `postgres`.
async fn run_sql(
    cluster: &Path,
    binaries: &Binaries,
    identity: Identity,
    statement: &str,
) -> Result<(), LocalPostgresError> {
    run_sql_in("postgres", cluster, binaries, identity, statement).await
}

/// Runs one statement in single-user mode, which needs neither a server nor a password.
async fn run_sql_in(
    database: &str,
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
    ]);
    single.arg(database);
    command::run("postgres --single", single, &format!("{statement};\n\n")).await
}

/// Removes the remains of an interrupted creation, after ending its processes.
async fn remove_incomplete(new: &Path) -> Result<(), LocalPostgresError> {
    for _ in 0..50 {
        for pid in postmaster::processes_in(new) {
            postmaster::signal(pid, nix::sys::signal::Signal::SIGKILL);
            tracing::info!(pid, "an interrupted initdb was ended");
        }
        match fs::remove_dir_all(new) {
            Ok(()) => tracing::info!(path = %new.display(), "an incomplete cluster was removed"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            Err(error) => return Err(LocalPostgresError::file("remove", new)(error)),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let error = io::Error::from(io::ErrorKind::DirectoryNotEmpty);
    Err(LocalPostgresError::file("remove", new)(error))
}
