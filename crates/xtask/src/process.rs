//! Child processes with a known environment.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// Begins a command that sees no `DATABASE_URL` and no settings of a running Annai.
///
/// A `DATABASE_URL` would make the sqlx macros contact that server while they compile. A developer's
/// `ANNAI_DATABASE_URL` would be filled with test data. `ANNAI_TEST_…` variables are meant for tests and
/// stay.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        let is_setting = name_text.starts_with("ANNAI_") && !name_text.starts_with("ANNAI_TEST_");
        if is_setting || name_text == "DATABASE_URL" {
            command.env_remove(&name);
        }
    }
    command
}

/// Begins a `cargo` command, with the cargo that called us.
#[must_use]
pub fn cargo(folder: &Path) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo names itself in this variable"
    )]
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(cargo, folder)
}

/// Runs a command in full view.
///
/// # Errors
///
/// When it cannot be started or does not succeed.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = describe(command);
    let status = command
        .status()
        .with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command in full view, and passes each line of its standard error to `seen`.
///
/// # Errors
///
/// When it cannot be started or does not succeed.
pub fn run_watched(command: &mut Command, mut seen: impl FnMut(&str)) -> anyhow::Result<()> {
    let line = describe(command);
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{line}`"))?;
    let errors = child.stderr.take().context("standard error is not piped")?;
    for text in BufReader::new(errors).split(b'\n') {
        let text = text?;
        let text = String::from_utf8_lossy(&text);
        eprintln!("{text}");
        seen(&text);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command in full view and returns the lines of its standard output, whether it succeeds or not.
///
/// # Errors
///
/// When it cannot be started.
pub fn lines(command: &mut Command) -> anyhow::Result<Vec<String>> {
    let line = describe(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{line}`"))?;
    let output = child
        .stdout
        .take()
        .context("standard output is not piped")?;
    let mut lines = Vec::new();
    for text in BufReader::new(output).split(b'\n') {
        let text = String::from_utf8_lossy(&text?).into_owned();
        eprintln!("{text}");
        lines.push(text);
    }
    child.wait()?;
    Ok(lines)
}

/// Runs a command and returns what it prints on standard output; standard error stays in view.
///
/// # Errors
///
/// When it cannot be started, does not succeed or prints something that is not UTF-8.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let line = describe(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not print text"))
}

/// Sends a signal, such as `TERM`, to a process by its id.
///
/// # Errors
///
/// When the process has gone.
pub fn signal(pid: u32, signal: &str) -> anyhow::Result<()> {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &pid.to_string()])
        .stderr(Stdio::null())
        .status();
    if !sent.context("cannot run `kill`")?.success() {
        bail!("process {pid} has gone before {signal}");
    }
    Ok(())
}

/// Returns true for a program on PATH.
#[must_use]
pub fn exists(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// Returns the command as a person would type it, without its environment.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
