//! Python programs of exact versions, each set in an environment of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::install::{self, Need};
use crate::process;
use crate::workspace::Workspace;

/// Installs the packages that the file `pinned` names below the target folder, unless they are there.
///
/// Returns the folder of their programs.
///
/// # Errors
///
/// When Python or a package cannot be had.
pub(crate) fn environment(
    workspace: &Workspace,
    name: &str,
    pinned: &Path,
) -> anyhow::Result<PathBuf> {
    install::ensure(Need::Python)?;
    let wanted = workspace.root().join(pinned);
    let environment = workspace.target_directory.join(name);
    let programs = environment.join("bin");
    let mark = environment.join("installed.txt");
    let pinned = fs::read_to_string(&wanted).context("cannot read what to install")?;
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == pinned) {
        return Ok(programs);
    }
    let mut python = process::command("python3", workspace.root());
    process::run(python.args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut pip = process::command(programs.join("pip"), workspace.root());
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    process::run(pip.arg("--requirement").arg(&wanted))?;
    fs::write(mark, pinned)?; // last: what broke off is begun anew
    Ok(programs)
}
