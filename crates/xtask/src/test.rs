//! All tests.

use std::path::Path;
use std::process::Command;

use crate::conformance;
use crate::install::{self, Need};
use crate::process;
use crate::scratch::Scratch;
use crate::workspace::Workspace;

/// The tests to run.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Leaves out the type check of the scripts and the browser.
    #[arg(long)]
    no_browser: bool,

    /// Runs one part only.
    #[arg(long, value_enum, conflicts_with = "no_browser")]
    only: Option<Part>,

    /// Handed on to `cargo test`, such as `-p annai-storage` or a part of a test's name.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// `cargo test`.
    Rust,
    /// The delivery API against its own description.
    Conformance,
    /// Type check of the scripts, then the pages in Chromium.
    Browser,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        match self.only {
            Some(only) => only == part,
            None => part != Part::Browser || !self.no_browser,
        }
    }
}

/// Runs them on a database of their own.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    install::ensure(Need::Postgres)?;
    if options.wants(Part::Rust) {
        install::ensure(Need::Cache)?;
    }
    if options.wants(Part::Conformance) {
        install::ensure(Need::Python)?;
    }
    if options.wants(Part::Browser) {
        install::ensure(Need::Browser)?; // said now rather than after twenty minutes
    }
    if options.wants(Part::Rust) {
        run_rust(workspace, &options.arguments)?;
    }
    if options.wants(Part::Conformance) {
        conformance::run(workspace)?;
    }
    if options.wants(Part::Browser) {
        run_browser(workspace)?;
    }
    Ok(())
}

fn run_rust(workspace: &Workspace, arguments: &[String]) -> anyhow::Result<()> {
    // Compiled first and without the variable below: with it, the sqlx macros would ask that server.
    process::run(cargo_test(workspace, arguments).arg("--no-run"))?;
    let scratch = Scratch::start()?;
    // `sqlx::test` makes a fresh database for each test on the server it finds here.
    process::run(cargo_test(workspace, arguments).env("DATABASE_URL", scratch.url()))
}

fn cargo_test(workspace: &Workspace, arguments: &[String]) -> Command {
    let mut cargo = process::cargo(workspace.root());
    cargo.args(["test", "--locked"]);
    let names_packages = arguments
        .iter()
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"));
    if !names_packages {
        cargo.arg("--workspace");
    }
    cargo.args(arguments);
    cargo
}

/// Hands the scripts three variables: the program, the Chromium to drive, and a server to make databases on.
fn run_browser(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = workspace.root().join("tests/browser");
    let scripts = workspace.root().join("admin-ui");
    for folder in [&scripts, &folder] {
        let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        process::run(&mut npm(folder, &install))?;
    }
    // Other people's code in the pages is what its packages make, byte for byte.
    process::run(&mut npm(&scripts, &["run", "vendor:check"]))?;
    process::run(&mut npm(&folder, &["run", "check"]))?;
    process::run(process::cargo(workspace.root()).args([
        "build",
        "--locked",
        "--package=annai-server",
    ]))?;
    let binary = workspace.target_directory.join("debug/annai");
    let scratch = Scratch::start()?;
    let mut tests = npm(&folder, &["test"]);
    tests
        .env("ANNAI_TEST_BINARY", binary)
        .env("ANNAI_TEST_CHROMIUM", install::chromium()?)
        .env("ANNAI_TEST_DATABASE_URL", scratch.url());
    process::run(&mut tests)
}

fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut npm = process::command("npm", folder);
    npm.args(arguments)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm
}

#[cfg(test)]
mod tests {
    use super::{Options, Part};

    #[test]
    fn everything_runs_unless_less_is_asked_for() {
        let all = Options::default();
        assert!(all.wants(Part::Rust) && all.wants(Part::Browser) && all.wants(Part::Conformance));

        let no_browser = Options {
            no_browser: true,
            ..Options::default()
        };
        assert!(no_browser.wants(Part::Rust) && !no_browser.wants(Part::Browser));
        assert!(no_browser.wants(Part::Conformance));

        let only_browser = Options {
            only: Some(Part::Browser),
            ..Options::default()
        };
        assert!(!only_browser.wants(Part::Conformance));
        assert!(!only_browser.wants(Part::Rust) && only_browser.wants(Part::Browser));
    }
}
