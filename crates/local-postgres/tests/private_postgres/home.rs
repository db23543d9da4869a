//! A data folder for one test, seen from outside.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use annai_local_postgres::{Durability, LocalPostgres, ProgramSettings, Progress, Settings};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Connection, Executor};

/// A temporary folder with a data folder in it; no server outlives it.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    data_dir: PathBuf,
}

impl Home {
    /// Creates a folder that every user can reach.
    pub(crate) fn new() -> Self {
        Self::with_mode(0o755)
    }

    /// Creates a folder with these permissions.
    pub(crate) fn with_mode(mode: u32) -> Self {
        let permissions = fs::Permissions::from_mode(mode);
        let folder = tempfile::Builder::new()
            .permissions(permissions)
            .tempdir()
            .unwrap();
        let data_dir = folder.path().join("data");
        Self { folder, data_dir }
    }

    /// Moves the data folder below `below` in the same temporary folder.
    pub(crate) fn with_data_below(mut self, below: impl AsRef<Path>) -> Self {
        self.data_dir = self.folder.path().join(below);
        self
    }

    /// Returns the folder around the data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn settings(&self, durability: Durability) -> Settings {
        Settings {
            data_dir: self.data_dir.clone(),
            durability,
            programs: ProgramSettings::default(),
        }
    }

    pub(crate) async fn start(&self) -> LocalPostgres {
        annai_local_postgres::start(self.settings(Durability::Durable), |_| {})
            .await
            .unwrap()
    }

    /// Starts as owner and records the progress.
    pub(crate) async fn start_noting(&self) -> (LocalPostgres, Vec<Progress>) {
        let mut steps = Vec::new();
        let postgres = annai_local_postgres::start(self.settings(Durability::Durable), |step| {
            if !matches!(step, Progress::WaitingForReady { .. }) {
                steps.push(step);
            }
        })
        .await
        .unwrap();
        (postgres, steps)
    }

    pub(crate) async fn join(&self) -> LocalPostgres {
        annai_local_postgres::join_or_start(self.settings(Durability::Durable), |_| {})
            .await
            .unwrap()
    }

    /// Returns a path below `<data folder>/postgres`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.data_dir.join("postgres").join(name)
    }

    /// Returns the server process that the cluster's own file names.
    pub(crate) fn server_pid(&self) -> Option<u32> {
        let text = fs::read_to_string(self.path("cluster/postmaster.pid")).ok()?;
        text.lines().next()?.parse().ok()
    }

    /// Runs the test function `role` of this program as a process of its own, in this home.
    pub(crate) fn spawn(&self, role: &str) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", role])
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some(pid) = self.server_pid().filter(|pid| is_alive(*pid)) {
            send(pid, Signal::SIGQUIT);
            wait_until("the server has ended", || !is_alive(pid));
        }
        if let Ok(socket_folder) = fs::read_to_string(self.path("socket-folder")) {
            let _ = fs::remove_dir_all(socket_folder);
        }
    }
}

pub(crate) fn send(pid: u32, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal).unwrap();
}

/// Returns whether the process runs; a zombie does not.
pub(crate) fn is_alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap().starts_with(" Z"))
}

/// Returns the process group of a process.
pub(crate) fn process_group(pid: u32) -> i32 {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap());
    nix::unistd::getpgid(Some(pid)).unwrap().as_raw()
}

/// Returns the user that a process runs as, seen from outside a namespace.
pub(crate) fn user_of(pid: u32) -> u32 {
    fs::metadata(format!("/proc/{pid}")).unwrap().uid()
}

pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !condition() {
        assert!(
            begin.elapsed() < Duration::from_mins(1),
            "not within a minute: {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Connects as the product does and runs one statement.
pub(crate) async fn run(url: &str, statement: &'static str) -> Vec<PgRow> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let rows = connection.fetch_all(statement).await.unwrap();
    connection.close().await.unwrap();
    rows
}

/// Returns the text in the first column of the only row.
pub(crate) async fn ask(url: &str, statement: &'static str) -> String {
    use sqlx::Row;
    run(url, statement).await[0].get(0)
}
