//! The editors' pages in a browser, on a line with a long delay.

use std::path::PathBuf;

use xtask::program::Program;
use xtask::workspace::Workspace;
use xtask::{install, process};

/// Opens pages in Chromium and prints their requests, bytes and time until the first use.
pub(super) fn run(workspace: &Workspace, binary: PathBuf) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("annai-bench-").tempdir()?;
    let server = Program::new(binary, folder.path())?.serve_demo()?;
    let (email, password) = server.person("editor")?;
    let tests = workspace.root().join("tests/browser");
    process::run(process::command("npm", &tests).args(["ci", "--ignore-scripts"]))?;
    process::run(
        process::command("node", &tests)
            .arg("pages.bench.mjs")
            .arg(format!("http://{}", server.address()))
            .args([email, password])
            .env("ANNAI_TEST_CHROMIUM", install::chromium()?),
    )
}
