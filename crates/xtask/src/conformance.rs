//! Tests of both API descriptions: whether they are valid, and whether the delivery API keeps its own.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::http::Client;
use crate::openapi;
use crate::process;
use crate::program::{self, Program};
use crate::python;
use crate::workspace::Workspace;

/// Validates both descriptions, starts the demonstration in a temporary folder, and tests it with
/// schemathesis.
///
/// # Errors
///
/// When a description is not valid, a response differs from it, or something cannot be installed or started.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let pinned = Path::new("tests/conformance/requirements.txt");
    let programs = python::environment(workspace, "conformance", pinned)?;
    for (_, path) in openapi::DOCUMENTS {
        let mut validator =
            process::command(programs.join("openapi-spec-validator"), workspace.root());
        process::run(validator.arg(path))?;
    }
    let binary = program::build(workspace)?;
    let folder = tempfile::Builder::new()
        .prefix("annai-conformance-")
        .tempdir()?;
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
    let mut tests = process::command(programs.join("schemathesis"), folder.path());
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
