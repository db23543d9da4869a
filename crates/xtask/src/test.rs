//! All tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::conformance;
use crate::install::{self, Need};
use crate::process;
use crate::program;
use crate::scratch::Scratch;
use crate::timings::{Announced, Timings};
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
    /// Programs that use the TypeScript types made from both descriptions.
    Client,
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

/// Runs them and prints the time of each part.
///
/// # Errors
///
/// When a test fails.
pub(crate) fn run_timed(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let mut timings = Timings::start();
    let passed = run(workspace, options, &mut timings);
    eprint!("test: took\n{}", timings.table());
    passed
}

/// Runs them on a database of their own and adds the time of each part.
///
/// # Errors
///
/// When a test fails.
pub(crate) fn run(
    workspace: &Workspace,
    options: &Options,
    timings: &mut Timings,
) -> anyhow::Result<()> {
    install::ensure(Need::Postgres)?;
    if options.wants(Part::Rust) {
        install::ensure(Need::Cache)?;
    }
    if options.wants(Part::Conformance) {
        install::ensure(Need::Python)?;
    }
    if options.wants(Part::Client) {
        install::ensure(Need::Node)?;
    }
    if options.wants(Part::Browser) {
        install::ensure(Need::Browser)?; // said now rather than after twenty minutes
    }
    if options.wants(Part::Rust) {
        run_rust(workspace, &options.arguments, timings)?;
    }
    if options.wants(Part::Conformance) {
        timings.time("conformance", || conformance::run(workspace))?;
    }
    if options.wants(Part::Client) {
        timings.time("client", || run_client(workspace))?;
    }
    if options.wants(Part::Browser) {
        run_browser(workspace, timings)?;
    }
    Ok(())
}

fn run_rust(
    workspace: &Workspace,
    arguments: &[String],
    timings: &mut Timings,
) -> anyhow::Result<()> {
    // Compiled first and without the variable below, with which the sqlx macros would query that server.
    let mut compile = cargo_test(workspace, arguments);
    timings.time("rust: compiling", || process::run(compile.arg("--no-run")))?;
    let scratch = Scratch::start()?;
    // Each test makes a fresh database on the server it finds here.
    let mut tests = cargo_test(workspace, arguments);
    tests.env("DATABASE_URL", scratch.url());
    let mut parts = Announced::new();
    let passed = process::run_watched(&mut tests, |line| parts.line(binary(line), Instant::now()));
    for (part, took) in parts.finish(Instant::now()) {
        timings.add(format!("rust: {part}"), took);
    }
    passed
}

/// Runs the Rust tests that `filters` name, in the targets that `arguments` choose, and returns the lines
/// that they print.
///
/// # Errors
///
/// When they cannot be compiled or started. A failing test is not an error.
pub(crate) fn rust_lines(
    workspace: &Workspace,
    arguments: &[String],
    filters: impl Iterator<Item = String>,
) -> anyhow::Result<Vec<String>> {
    process::run(cargo_test(workspace, arguments).arg("--no-run"))?;
    let scratch = Scratch::start()?;
    let mut tests = cargo_test(workspace, arguments);
    tests.arg("--").args(filters);
    process::lines(tests.env("DATABASE_URL", scratch.url()))
}

/// Returns the test binary that cargo announces: `annai_storage, unittests src/lib.rs`.
fn binary(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(library) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{library}, examples in comments"));
    }
    let (source, path) = line.strip_prefix("Running ")?.rsplit_once(" (")?;
    let file = path.trim_end_matches(')').rsplit('/').next()?;
    let (name, _hash) = file.rsplit_once('-')?;
    Some(format!("{name}, {source}"))
}

/// Returns the file whose end the reporter of the browser tests announces, and its time.
fn browser_file(line: &str) -> Option<(String, Duration)> {
    let (file, took) = line.strip_prefix("file: ")?.split_once(" took ")?;
    let milliseconds = took.strip_suffix(" ms")?.parse().ok()?;
    Some((file.to_owned(), Duration::from_millis(milliseconds)))
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

/// Generates typed clients from the descriptions in `docs`, and compiles programs that use them. `cargo xtask
/// openapi --check` compares the descriptions with the program.
fn run_client(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = workspace.root().join("tests/conformance");
    process::run(&mut npm(&folder, &INSTALL))?;
    process::run(&mut npm(&folder, &["test"]))
}

/// Runs the browser tests, which get three variables: the program, the Chromium, and a server for databases.
fn run_browser(workspace: &Workspace, timings: &mut Timings) -> anyhow::Result<()> {
    let folder = workspace.root().join("tests/browser");
    let scripts = workspace.root().join("admin-ui");
    timings.time("browser: scripts", || check_scripts(&scripts, &folder))?;
    let binary = timings.time("browser: compiling", || program::build(workspace))?;
    let scratch = Scratch::start()?;
    let mut tests = browser_tests(&folder, binary, &scratch)?;
    let mut files = Vec::new();
    let passed = timings.time("browser: all files, two at a time", || {
        process::run_watched(&mut tests, |line| files.extend(browser_file(line)))
    });
    for (file, took) in files {
        timings.add(format!("browser: {file}"), took);
    }
    passed
}

/// Prepares the browser tests without the check of the scripts; the command takes arguments of Node.
///
/// # Errors
///
/// When packages cannot be installed or the program does not compile.
pub(crate) fn some_browser_tests(
    workspace: &Workspace,
    scratch: &Scratch,
) -> anyhow::Result<Command> {
    let folder = workspace.root().join("tests/browser");
    process::run(&mut npm(&folder, &INSTALL))?;
    let mut tests = browser_tests(&folder, program::build(workspace)?, scratch)?;
    tests.arg("--");
    Ok(tests)
}

fn browser_tests(folder: &Path, binary: PathBuf, scratch: &Scratch) -> anyhow::Result<Command> {
    let mut tests = npm(folder, &["test"]);
    tests
        .env("ANNAI_TEST_BINARY", binary)
        .env("ANNAI_TEST_CHROMIUM", install::chromium()?)
        .env("ANNAI_TEST_DATABASE_URL", scratch.url());
    Ok(tests)
}

/// Installs packages, compares the committed bundle with them, checks types.
fn check_scripts(scripts: &Path, tests: &Path) -> anyhow::Result<()> {
    for folder in [scripts, tests] {
        process::run(&mut npm(folder, &INSTALL))?;
    }
    // Other people's code in the pages is what its packages make, byte for byte.
    process::run(&mut npm(scripts, &["run", "vendor:check"]))?;
    process::run(&mut npm(tests, &["run", "check"]))
}

/// Installs what the lock file names.
const INSTALL: [&str; 4] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut npm = process::command("npm", folder);
    npm.args(arguments)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Options, Part, binary, browser_file};

    #[test]
    fn each_announcement_names_its_part() {
        let unit = "     Running unittests src/lib.rs (target/debug/deps/annai_admin-0d3f)";
        assert_eq!(
            binary(unit).as_deref(),
            Some("annai_admin, unittests src/lib.rs")
        );
        let examples = binary("   Doc-tests annai_content");
        assert_eq!(
            examples.as_deref(),
            Some("annai_content, examples in comments")
        );
        assert_eq!(binary("   Compiling annai-admin v0.1.0"), None);
        assert_eq!(
            browser_file("file: desk.test.mjs took 1500 ms"),
            Some(("desk.test.mjs".to_owned(), Duration::from_millis(1500)))
        );
        assert_eq!(browser_file("a file: named took 1 ms"), None);
    }

    #[test]
    fn everything_runs_unless_less_is_asked_for() {
        let all = Options::default();
        assert!(all.wants(Part::Rust) && all.wants(Part::Browser) && all.wants(Part::Conformance));
        assert!(all.wants(Part::Client));

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
