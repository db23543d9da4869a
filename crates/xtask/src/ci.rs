//! Everything that must be green before a review.

use std::time::Instant;

use anyhow::Context;

use crate::generated::Mode;
use crate::install::{self, Need};
use crate::scratch::Scratch;
use crate::workspace::Workspace;
use crate::{advisories, layers, licences, lints, openapi, process, schema, sqlx, test};

/// Runs every step, cheap ones first, and stops at the first that fails.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let begin = Instant::now();
    let cargo = |arguments: &[&str]| process::run(process::cargo(workspace.root()).args(arguments));
    step("fmt", || cargo(&["fmt", "--all", "--check"]))?;
    step("lints", || lints::run(workspace))?;
    step("layers", || layers::run(workspace))?;
    step("licences", || licences::run(workspace))?;
    step("advisories", || advisories::run(workspace))?;
    step("clippy", || {
        cargo(&[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
    })?;
    step("traces", || {
        let feature = "--features=annai-server/otlp";
        cargo(&["check", "--locked", "--workspace", feature])
    })?;
    step("docs", || document(workspace))?;
    step("generated files of the database", || {
        install::ensure(Need::Postgres)?;
        let scratch = Scratch::start()?;
        sqlx::run(workspace, &scratch, Mode::Check)?;
        schema::run(workspace, &scratch, Mode::Check)
    })?;
    step("openapi", || openapi::run(workspace, Mode::Check))?;
    step("test", || test::run(workspace, &test::Options::default()))?;
    eprintln!("ci: everything is green after {}", elapsed(begin));
    Ok(())
}

fn document(workspace: &Workspace) -> anyhow::Result<()> {
    let mut cargo = process::cargo(workspace.root());
    cargo
        .args(["doc", "--locked", "--workspace", "--no-deps", "--quiet"])
        .env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut cargo)
}

fn step(name: &str, run: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    eprintln!("ci: {name} …");
    let begin = Instant::now();
    run().with_context(|| format!("ci step `{name}` failed after {}", elapsed(begin)))?;
    eprintln!("ci: {name} passed in {}", elapsed(begin));
    Ok(())
}

fn elapsed(begin: Instant) -> String {
    let seconds = begin.elapsed().as_secs();
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}
