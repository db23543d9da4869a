//! The system's programs that the tests need.

use std::path::Path;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::process;

/// The names Chromium goes by, best first.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// The oldest major version of Node that the tests run with. Some distributions package an older one.
const NODE: u32 = 20;

/// The programs that a part of the tests needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A Postgres to start.
    Postgres,
    /// A cache to put in front of the server.
    Cache,
    /// A Python that can make environments.
    Python,
    /// Node and its package manager.
    Node,
    /// Node, Chromium and Japanese letters.
    Browser,
    /// A program that loads a server with requests.
    Load,
    /// The programs of a database that fails over.
    Failover,
}

/// Installs the missing packages as root with apt; elsewhere names the command to run.
///
/// # Errors
///
/// When something is missing afterwards.
pub fn ensure(need: Need) -> anyhow::Result<()> {
    let packages = missing(need);
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !(is_root() && process::exists("apt-get")) {
        bail!(
            "missing on this machine: {list}\n\
             hint: sudo apt-get install --no-install-recommends {list}\n      \
             (Fedora: postgresql-server varnish python3 chromium google-noto-sans-cjk-fonts nodejs npm; \
             macOS: brew install postgresql@17 varnish python node && brew install --cask chromium). \
             Node must be {NODE} or newer."
        );
    }
    eprintln!("installing {list}");
    let root = Path::new("/");
    process::run(process::command("apt-get", root).args(["update", "-qq"]))?;
    let mut install = process::command("apt-get", root);
    install
        .args(["install", "-qq", "--yes", "--no-install-recommends"])
        .args(&packages);
    process::run(
        install
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null()),
    )?;
    let still_missing = missing(need);
    if !still_missing.is_empty() {
        bail!(
            "still missing after the installation: {} (Node must be {NODE} or newer)",
            still_missing.join(" ")
        );
    }
    Ok(())
}

/// Returns the path of Chromium on this machine.
///
/// # Errors
///
/// When it is not on PATH.
pub fn chromium() -> anyhow::Result<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the tools look for programs as a shell does"
    )]
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .flat_map(|folder| CHROMIUM.map(|name| folder.join(name)))
        .find(|path| path.is_file())
        .context("Chromium is not on PATH")
}

/// Returns the needed Debian packages that are missing.
fn missing(need: Need) -> Vec<&'static str> {
    match need {
        Need::Postgres => Vec::from_iter((!has_postgres()).then_some("postgresql")),
        Need::Cache => Vec::from_iter((!has_varnish()).then_some("varnish")),
        Need::Python => Vec::from_iter((!has_python()).then_some("python3-venv")),
        Need::Load => Vec::from_iter((!process::exists("wrk")).then_some("wrk")),
        Need::Failover => absent([
            ("etcd-server", process::exists("etcd")),
            ("postgresql", has_postgres()),
            ("python3-venv", has_python()),
        ]),
        Need::Node => absent(node()),
        Need::Browser => absent(node().into_iter().chain([
            ("chromium", chromium().is_ok()),
            ("fonts-noto-cjk", has_japanese_font()),
        ])),
    }
}

/// Returns the packages that scripts need, each with whether it is installed.
fn node() -> [(&'static str, bool); 2] {
    [("nodejs", has_node()), ("npm", process::exists("npm"))]
}

fn absent(packages: impl IntoIterator<Item = (&'static str, bool)>) -> Vec<&'static str> {
    let packages = packages.into_iter();
    packages
        .filter_map(|(package, is_there)| (!is_there).then_some(package))
        .collect()
}

fn has_node() -> bool {
    let node = Command::new("node").arg("--version").output();
    let major = node.ok().and_then(|output| {
        let version = String::from_utf8(output.stdout).ok()?;
        version
            .strip_prefix('v')?
            .split('.')
            .next()?
            .parse::<u32>()
            .ok()
    });
    major.is_some_and(|major| major >= NODE)
}

fn has_postgres() -> bool {
    annai_local_postgres::is_installed() && process::exists("psql") && process::exists("pg_dump")
}

/// Returns whether Varnish is installed. Its folder may be missing from PATH, so that is searched too.
fn has_varnish() -> bool {
    process::exists("varnishd") || Path::new("/usr/sbin/varnishd").is_file()
}

fn has_python() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import ensurepip, venv"]);
    let output = python.stderr(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}

fn has_japanese_font() -> bool {
    let fonts = Command::new("fc-list")
        .arg(":lang=ja")
        .stderr(Stdio::null())
        .output();
    fonts.is_ok_and(|output| !output.stdout.is_empty())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout == b"0\n")
}
