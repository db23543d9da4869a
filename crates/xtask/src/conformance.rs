//! Tests of the delivery API against its own description, by schemathesis.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::Value;

use crate::http::Client;
use crate::install::{self, Need};
use crate::process;
use crate::program::Program;
use crate::workspace::Workspace;

/// Starts the demonstration in a temporary folder, and tests it with schemathesis.
///
/// # Errors
///
/// When a response differs from the description, or something cannot be installed or started.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let schemathesis = installed(workspace)?;
    process::run(process::cargo(workspace.root()).args([
        "build",
        "--locked",
        "--package=annai-server",
    ]))?;
    let folder = tempfile::Builder::new()
        .prefix("annai-conformance-")
        .tempdir()?;
    let binary = workspace.target_directory.join("debug/annai");
    let program = Program::new(binary, folder.path())?;
    let server = program.serve_demo()?;
    let key = program.output(&["key", "create", "conformance", "--scope", "preview"])?;
    let mut client = Client::connect(server.address())?;
    let mut ask = |path: &str, pointer: &str| -> anyhow::Result<String> {
        let document: Value = serde_json::from_slice(&client.get(path)?)?;
        let text = document.pointer(pointer).and_then(Value::as_str);
        Ok(text
            .with_context(|| format!("{path} has no {pointer}"))?
            .to_owned())
    };
    let reference = ask("/v1/refs/current", "/data/ref")?;
    let slug = ask("/v1/guides?limit=1", "/data/0/slug")?;

    let settings = workspace.root().join("tests/conformance");
    let mut tests = process::command(schemathesis, folder.path());
    tests
        .arg("--config-file")
        .arg(settings.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("http://{}/v1/openapi.json", server.address()))
        .env("SCHEMATHESIS_HOOKS", settings.join("hooks.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("ANNAI_TEST_KEY", key.trim())
        .env("ANNAI_TEST_REF", reference)
        .env("ANNAI_TEST_SLUG", slug);
    process::run(&mut tests)
}

/// Installs the pinned schemathesis below the target folder unless it is there, and returns the program.
fn installed(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    install::ensure(Need::Python)?;
    let wanted = workspace.root().join("tests/conformance/requirements.txt");
    let environment = workspace.target_directory.join("conformance");
    let program = environment.join("bin/schemathesis");
    let mark = environment.join("installed.txt");
    let pinned = fs::read_to_string(&wanted).context("cannot read what to install")?;
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == pinned) {
        return Ok(program);
    }
    let mut python = process::command("python3", workspace.root());
    process::run(python.args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut pip = process::command(environment.join("bin/pip"), workspace.root());
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    process::run(pip.arg("--requirement").arg(&wanted))?;
    fs::write(mark, pinned)?; // last: what broke off is begun anew
    Ok(program)
}
