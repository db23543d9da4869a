//! The `annai` binary in a folder of its own.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::process;
use crate::workspace::Workspace;

/// The time the server may take to be ready.
const START: Duration = Duration::from_mins(2);

/// The binary and where it keeps its data.
pub struct Program {
    binary: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    settings: Vec<(&'static str, String)>,
    keeps_log: bool,
}

/// A running server; dropping it stops it in order.
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    announced: String,
}

/// Arguments that choose the program, compiled as `cargo test --workspace` compiles it. Another choice of packages
/// has other features, and cargo would compile nearly every dependency once more.
pub const AS_TESTED: [&str; 4] = ["--locked", "--workspace", "--bin=annai", "--test=compose"];

/// Builds the program for tests and returns its path.
///
/// # Errors
///
/// When it does not compile.
pub fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let mut cargo = process::cargo(workspace.root());
    process::run(cargo.args(["build", "--quiet"]).args(AS_TESTED))?;
    Ok(workspace.target_directory.join("debug/annai"))
}

impl Program {
    /// Chooses a free address; `folder` gets the data.
    pub fn new(binary: PathBuf, folder: &Path) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        Ok(Self {
            binary,
            folder: folder.to_path_buf(),
            address,
            settings: Vec::new(),
            keeps_log: false,
        })
    }

    /// Adds a setting of the environment.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    /// Lets the server's log go to [`Program::log`] instead of standard error.
    #[must_use]
    pub fn with_log(mut self) -> Self {
        self.keeps_log = true;
        self
    }

    /// Returns the path of the log that it keeps.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("serve.log")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::command(&self.binary, &self.folder);
        command
            .args(arguments)
            .env("ANNAI_LISTEN", self.address.to_string())
            // The tests send more requests from one address, or with one key, than any site.
            .env("ANNAI_RATE_LIMIT_PER_ADDRESS", "0")
            .env("ANNAI_RATE_LIMIT_PER_KEY", "0")
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a verb in full view.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        process::run(&mut self.command(arguments))
    }

    /// Runs a verb and returns its output.
    pub fn output(&self, arguments: &[&str]) -> anyhow::Result<String> {
        process::output(&mut self.command(arguments))
    }

    /// Runs a verb and returns its peak memory as Linux counts it; 0 elsewhere.
    pub fn run_watched(&self, arguments: &[&str]) -> anyhow::Result<u64> {
        let mut child = self.command(arguments).stdout(Stdio::null()).spawn()?;
        let mut peak = 0;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            peak = memory(child.id(), "VmHWM:").unwrap_or(peak).max(peak);
            std::thread::sleep(Duration::from_millis(20));
        };
        ensure!(
            status.success(),
            "annai {} failed ({status})",
            arguments.join(" ")
        );
        Ok(peak)
    }

    /// Starts the server with the demonstration's people and waits until it is ready.
    pub fn serve_demo(&self) -> anyhow::Result<Server> {
        self.start(&["serve", "--demo", "--log-filter", "warn"])?
            .ready()
    }

    /// Starts the server and waits until it is ready.
    pub fn serve(&self) -> anyhow::Result<Server> {
        self.serve_at_once()?.ready()
    }

    /// Starts the server and waits for nothing.
    pub fn serve_at_once(&self) -> anyhow::Result<Server> {
        self.start(&["serve", "--log-filter", "warn"])
    }

    fn start(&self, arguments: &[&str]) -> anyhow::Result<Server> {
        let log = self.folder.join("serve.out");
        let mut command = self.command(arguments);
        if self.keeps_log {
            command.stderr(File::create(self.log())?);
        }
        Ok(Server {
            child: command.stdout(File::create(&log)?).spawn()?,
            address: self.address,
            log,
            announced: String::new(),
        })
    }
}

impl Server {
    /// Waits until it is ready.
    pub fn ready(mut self) -> anyhow::Result<Self> {
        let begin = Instant::now();
        while !self.announced.contains("Ctrl-C") {
            if let Some(status) = self.child.try_wait()? {
                bail!("annai serve ended ({status})");
            }
            ensure!(
                begin.elapsed() < START,
                "annai serve is not ready after {} s",
                START.as_secs()
            );
            std::thread::sleep(Duration::from_millis(50));
            self.announced = fs::read_to_string(&self.log)?;
        }
        Ok(self)
    }

    /// Returns the address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns its memory without that of its Postgres, as Linux counts it; 0 elsewhere.
    #[must_use]
    pub fn memory(&self) -> u64 {
        memory(self.child.id(), "VmRSS:").unwrap_or_default()
    }

    /// Returns the e-mail address and password of the demonstration's person with that role.
    pub fn person(&self, role: &str) -> anyhow::Result<(String, String)> {
        let role = format!(" {role} ");
        let mut lines = self.announced.lines();
        let line = lines.find(|line| line.contains(&role));
        let mut words = line
            .context("the demonstration has nobody of that role")?
            .split_whitespace()
            .rev();
        let (password, email) = (words.next(), words.next());
        Ok((
            email.context("no address")?.to_owned(),
            password.context("no password")?.to_owned(),
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The signal that lets it shut its Postgres down.
        if process::signal(self.child.id(), "TERM").is_err() {
            self.child.kill().ok();
        }
        self.child.wait().ok();
    }
}

/// Returns a figure of a process's memory, such as `VmHWM:`, in bytes.
fn memory(pid: u32, figure: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(figure))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
