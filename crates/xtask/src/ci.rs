//! Everything that must be green before a review.

use anyhow::Context;

use crate::generated::Mode;
use crate::install::{self, Need};
use crate::scratch::Scratch;
use crate::timings::Timings;
use crate::workspace::Workspace;
use crate::{
    advisories, faults, ha, layers, licences, lints, openapi, process, program, schema, shape,
    sqlx, test,
};

/// The steps beside the usual ones.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Ends with the scenes of a database that fails over.
    #[arg(long)]
    ha: bool,
}

/// Runs every step, cheap ones first, and stops at the first that fails.
///
/// # Errors
///
/// When a step fails.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let mut timings = Timings::start();
    let mut passed = steps(workspace, &mut timings);
    if options.ha && passed.is_ok() {
        eprintln!("ci: ha …");
        let played = timings.time("ha", || ha::run(workspace, &ha::Options::default()));
        passed = played.context("ci step `ha` failed");
    }
    eprint!("ci: took\n{}", timings.table());
    passed?;
    eprintln!("ci: everything is green");
    Ok(())
}

fn steps(workspace: &Workspace, timings: &mut Timings) -> anyhow::Result<()> {
    let cargo = |arguments: &[&str]| process::run(process::cargo(workspace.root()).args(arguments));
    let mut step = |name: &str, run: &dyn Fn() -> anyhow::Result<()>| {
        eprintln!("ci: {name} …");
        let passed = timings.time(name, run);
        passed.with_context(|| format!("ci step `{name}` failed"))
    };
    step("fmt", &|| cargo(&["fmt", "--all", "--check"]))?;
    step("lints", &|| lints::run(workspace))?;
    step("layers", &|| layers::run(workspace))?;
    step("shape", &|| shape::run(workspace))?;
    step("faults", &|| faults::check(workspace))?;
    step("licences", &|| licences::run(workspace))?;
    step("advisories", &|| advisories::run(workspace))?;
    step("clippy", &|| {
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
    step("traces", &|| {
        let mut clippy = process::cargo(workspace.root());
        clippy.arg("clippy").args(program::AS_TESTED);
        process::run(clippy.args(["--features=annai-server/otlp", "--", "-D", "warnings"]))
    })?;
    step("docs", &|| document(workspace))?;
    step("generated files of the database", &|| {
        install::ensure(Need::Postgres)?;
        let scratch = Scratch::start()?;
        sqlx::run(workspace, &scratch, Mode::Check)?;
        schema::run(workspace, &scratch, Mode::Check)
    })?;
    step("openapi", &|| openapi::run(workspace, Mode::Check))?;
    eprintln!("ci: test …");
    test::run(workspace, &test::Options::default(), timings).context("ci step `test` failed")
}

fn document(workspace: &Workspace) -> anyhow::Result<()> {
    let mut cargo = process::cargo(workspace.root());
    cargo
        .args(["doc", "--locked", "--workspace", "--no-deps", "--quiet"])
        .env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut cargo)
}
