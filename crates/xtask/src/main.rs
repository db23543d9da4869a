//! The command line of the tools.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod advisories;
mod ci;
mod conformance;
mod faults;
mod generated;
mod ha;
mod layers;
mod licences;
mod lint_study;
mod lints;
mod openapi;
mod python;
mod schema;
mod scratch;
mod shape;
mod sqlx;
mod table;
mod test;
mod timings;
mod upgrade;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use xtask::workspace::Workspace;
use xtask::{http, install, process, program, workspace};

use crate::generated::Mode;
use crate::scratch::Scratch;

/// The project's own tools.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Everything that must be green before a review, ending with `test`.
    Ci(ci::Options),
    /// All tests: Rust, type check of the scripts, browser.
    Test(test::Options),
    /// Writes `.sqlx`, what the compiler knows about our queries.
    Sqlx(Check),
    /// Writes `docs/schema.sql`, the database as the migrations make it.
    Schema(Check),
    /// Writes `docs/openapi.json` and `docs/openapi-delivery.json`.
    Openapi(Check),
    /// Holds the delivery API against its own description, with schemathesis.
    Conformance,
    /// Runs an older program and this one on one database, as a rolling upgrade does.
    Upgrade {
        /// The commit of the older program; the last tag without it.
        commit: Option<String>,
    },
    /// Makes every fault by its tests, and prints which of them Annai survived.
    Faults(faults::Options),
    /// Plays faults of a database that fails over, with Patroni, before two nodes.
    Ha(ha::Options),
    /// Prints the measurements of a release build: import, lists, preview, saving, size.
    #[command(disable_help_flag = true)]
    Bench {
        /// Passed to the program of `crates/bench`; `--help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Holds the crates against the table in ARCHITECTURE.md.
    Layers,
    /// Prints what the checks find in any folder of pages, by rule, with samples to look at.
    LintStudy(lint_study::Options),
    /// Makes sure that every crate takes the workspace's lints.
    Lints,
    /// Holds the shape of the code: sizes, circles of files, what is public, words.
    Shape,
    /// Compares the lock files with the advisories that can be had.
    Advisories,
    /// Holds licences and sources of all dependencies against deny.toml.
    Licences,
}

/// For verbs that write files.
#[derive(Debug, clap::Args)]
struct Check {
    /// Writes nothing; fails when a file would change.
    #[arg(long)]
    check: bool,
}

impl Check {
    fn mode(&self) -> Mode {
        if self.check { Mode::Check } else { Mode::Write }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: &Verb) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    match verb {
        Verb::Ci(options) => ci::run(&workspace, options),
        Verb::Test(options) => test::run_timed(&workspace, options),
        Verb::Sqlx(check) => sqlx::run(&workspace, &Scratch::start()?, check.mode()),
        Verb::Schema(check) => schema::run(&workspace, &Scratch::start()?, check.mode()),
        Verb::Openapi(check) => openapi::run(&workspace, check.mode()),
        Verb::Upgrade { commit } => upgrade::run(&workspace, commit.as_deref()),
        Verb::Conformance => conformance::run(&workspace),
        Verb::Faults(options) => faults::run(&workspace, options),
        Verb::Ha(options) => ha::run(&workspace, options),
        Verb::Bench { arguments } => bench(&workspace, arguments),
        Verb::Layers => layers::run(&workspace),
        Verb::LintStudy(options) => lint_study::run(&workspace, options),
        Verb::Lints => lints::run(&workspace),
        Verb::Shape => shape::run(&workspace),
        Verb::Advisories => advisories::run(&workspace),
        Verb::Licences => licences::run(&workspace),
    }
}

fn bench(workspace: &Workspace, arguments: &[String]) -> anyhow::Result<()> {
    let mut cargo = process::cargo(workspace.root());
    cargo.args(["run", "--quiet", "--locked", "--package=annai-bench", "--"]);
    process::run(cargo.args(arguments))
}
