//! Runs the tests of the table and reads their results.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::table::Test;
use crate::ha;
use crate::install::{self, Need};
use crate::process;
use crate::scratch::Scratch;
use crate::test;
use crate::workspace::Workspace;

/// Whether each test that ran has passed.
pub(super) type Results = BTreeMap<Test, bool>;

/// Runs the tests. Those of a kind that cannot run have no result, and the reason is printed.
pub(super) fn of(workspace: &Workspace, tests: &[Test]) -> Results {
    let mut results = Results::new();
    for run in [rust, browser, scenes] {
        if let Err(error) = run(workspace, tests, &mut results) {
            eprintln!("faults: {error:#}");
        }
    }
    results
}

fn rust(workspace: &Workspace, tests: &[Test], results: &mut Results) -> anyhow::Result<()> {
    let mut files: Vec<&str> = Vec::new();
    let mut names: BTreeMap<&str, Test> = BTreeMap::new();
    for test in tests {
        if let Test::Rust(file, name) = test {
            files.push(file);
            names.insert(name, *test);
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    install::ensure(Need::Postgres)?;
    let mut arguments = targets(&files);
    arguments.push("--no-fail-fast".to_owned());
    let filters = names.keys().map(|name| (*name).to_owned());
    let lines = test::rust_lines(workspace, &arguments, filters)?;
    for (name, has_passed) in lines.iter().filter_map(|line| rust_result(line)) {
        if let Some(test) = names.get(name) {
            *results.entry(*test).or_insert(true) &= has_passed;
        }
    }
    Ok(())
}

/// Returns the arguments of `cargo test` that choose the targets of files, each once.
fn targets(files: &[&str]) -> Vec<String> {
    let targets: BTreeSet<_> = files.iter().map(|file| target(file)).collect();
    targets.into_iter().flatten().collect()
}

fn target(file: &str) -> Vec<String> {
    let (_crate, below) = file.split_once("tests/").unwrap_or_default();
    if file.contains("/src/") {
        return vec!["--lib".to_owned(), "--bins".to_owned()];
    }
    let target = below.split('/').next().unwrap_or_default();
    let target = target.strip_suffix(".rs").unwrap_or(target);
    vec!["--test".to_owned(), target.to_owned()]
}

/// Reads a line such as `test away::a_name ... ok`.
fn rust_result(line: &str) -> Option<(&str, bool)> {
    let (path, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let name = path.rsplit("::").next()?;
    match result {
        "ok" => Some((name, true)),
        "FAILED" => Some((name, false)),
        _ => None,
    }
}

fn browser(workspace: &Workspace, tests: &[Test], results: &mut Results) -> anyhow::Result<()> {
    let mut files: Vec<&str> = Vec::new();
    let mut wanted: Vec<(&str, Test)> = Vec::new();
    for test in tests {
        if let Test::Browser(file, name) = test {
            files.push(file);
            wanted.push((name, *test));
        }
    }
    if files.is_empty() {
        return Ok(());
    }
    files.sort_unstable();
    files.dedup();
    install::ensure(Need::Browser)?;
    let scratch = Scratch::start()?;
    let protocol = scratch.folder().join("browser.tap");
    let mut command = test::some_browser_tests(workspace, &scratch)?;
    command.arg("--test-reporter=tap");
    command.arg(format!(
        "--test-reporter-destination={}",
        protocol.display()
    ));
    command.args(
        wanted
            .iter()
            .map(|(name, _)| format!("--test-name-pattern=^{}", pattern(name))),
    );
    process::run(command.args(files)).ok(); // the protocol says what failed
    for (name, has_passed) in fs::read_to_string(protocol)?
        .lines()
        .filter_map(browser_result)
    {
        let test = wanted
            .iter()
            .find(|(beginning, _)| name.starts_with(beginning));
        if let Some((_, test)) = test {
            *results.entry(*test).or_insert(true) &= has_passed;
        }
    }
    Ok(())
}

/// Returns a regular expression that matches the text.
fn pattern(text: &str) -> String {
    let any = |letter: char| {
        if letter.is_alphanumeric() {
            letter
        } else {
            '.'
        }
    };
    text.chars().map(any).collect()
}

/// Reads a line such as `ok 1 - a name`. A test that was left out has no result.
fn browser_result(line: &str) -> Option<(&str, bool)> {
    let line = line.trim_start();
    let (result, rest) = line.split_once("ok ")?;
    let (_number, name) = rest.split_once(" - ")?;
    if name.contains("# SKIP") {
        return None;
    }
    match result {
        "" => Some((name, true)),
        "not " => Some((name, false)),
        _ => None,
    }
}

fn scenes(workspace: &Workspace, tests: &[Test], results: &mut Results) -> anyhow::Result<()> {
    let scenes = tests.iter().filter_map(|test| match test {
        Test::Scene(scene) => Some(*scene),
        Test::Rust(..) | Test::Browser(..) => None,
    });
    let scenes: Vec<_> = scenes.collect();
    if scenes.is_empty() {
        return Ok(());
    }
    for played in ha::play(workspace, &ha::Options::of(scenes))? {
        for words in &played.broken {
            eprintln!("faults: {}: {words}", played.scene.name());
        }
        results.insert(Test::Scene(played.scene), played.broken.is_empty());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{browser_result, rust_result, target, targets};

    #[test]
    fn a_file_belongs_to_the_target_that_cargo_names_after_its_folder() {
        assert_eq!(
            target("crates/server/tests/binary/away.rs"),
            ["--test", "binary"]
        );
        assert_eq!(target("tests/http/away.rs"), ["--test", "http"]);
        assert_eq!(target("crates/jobs/src/tests.rs"), ["--lib", "--bins"]);
        assert_eq!(
            target("crates/jobs/src/tests/queue.rs"),
            ["--lib", "--bins"]
        );
        assert_eq!(
            target("crates/server/tests/compose.rs"),
            ["--test", "compose"]
        );
    }

    #[test]
    fn each_target_is_chosen_once() {
        let files = [
            "tests/http/away.rs",
            "crates/jobs/src/tests.rs",
            "crates/delivery/tests/http/away.rs",
            "crates/domain/src/tests.rs",
        ];
        assert_eq!(targets(&files), ["--lib", "--bins", "--test", "http"]);
    }

    #[test]
    fn results_are_read_from_the_lines_of_both_runners() {
        assert_eq!(
            rust_result("test away::a_node ... ok"),
            Some(("a_node", true))
        );
        assert_eq!(
            rust_result("test a_node ... FAILED"),
            Some(("a_node", false))
        );
        assert_eq!(rust_result("test a_node ... ignored"), None);
        assert_eq!(rust_result("test result: ok. 1 passed"), None);

        assert_eq!(
            browser_result("    ok 1 - a tab, closed"),
            Some(("a tab, closed", true))
        );
        assert_eq!(browser_result("not ok 2 - a tab"), Some(("a tab", false)));
        assert_eq!(
            browser_result("ok 3 - a tab # SKIP test name does not match pattern"),
            None
        );
        assert_eq!(browser_result("# ok 3"), None);
    }
}
