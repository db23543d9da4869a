//! Compares the crates with the table in ARCHITECTURE.md, so that the document stays true.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::workspace::{Package, Workspace};

#[cfg(test)]
mod tests;

/// Our crates outside the program, which the table leaves out. The program must not use them.
const TOOLS: [&str; 6] = [
    "bench",
    "test-macros",
    "test-support",
    "test-world",
    "tests",
    "xtask",
];

/// One line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    name: String,
    may_use: Allowed,
    /// The packages that this crate alone may use, as the table names them.
    alone: Vec<String>,
}

/// The crates of ours that a crate may depend on.
#[derive(Debug, PartialEq, Eq)]
enum Allowed {
    All,
    These(BTreeSet<String>),
}

/// Reads the table and checks every crate.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let path = workspace.root().join("ARCHITECTURE.md");
    let document =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rules = parse_table(&document)?;
    let members: Vec<&Package> = workspace.members().collect();
    let mut problems = judge(&rules, &members);
    problems.extend(starters_of_processes(&rules, &members)?);
    if !problems.is_empty() {
        bail!(
            "{}\nhint: mend the crate, or the table in ARCHITECTURE.md if it should be otherwise",
            problems.join("\n")
        );
    }
    eprintln!("{} crates as in the table", rules.len());
    Ok(())
}

/// Reads the lines below `| crate | may depend on … | the only one …`.
fn parse_table(document: &str) -> anyhow::Result<Vec<Rule>> {
    let mut rules = Vec::new();
    let table = document
        .lines()
        .skip_while(|line| cells(line).first().is_none_or(|cell| cell != "crate"))
        .skip(2) // the heading and the line below it
        .take_while(|line| line.trim_start().starts_with('|'));
    for line in table {
        let cells = cells(line);
        ensure!(
            cells.len() == 3,
            "the crate table has a line without three cells: {line}"
        );
        let may_use = match cells[1].as_str() {
            "all of them" => Allowed::All,
            list => Allowed::These(items(list).collect()),
        };
        rules.push(Rule {
            name: cells[0].clone(),
            may_use,
            alone: items(&cells[2]).collect(),
        });
    }
    ensure!(
        !rules.is_empty(),
        "ARCHITECTURE.md has no table that begins with `| crate |`"
    );
    Ok(rules)
}

fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|').trim_end_matches('|');
    line.split('|')
        .map(|cell| cell.trim().replace('`', ""))
        .collect()
}

/// Splits a cell: `domain, storage (reads)` gives `domain` and `storage`; `–` gives nothing.
fn items(cell: &str) -> impl Iterator<Item = String> {
    cell.split(',')
        .map(|item| item.split('(').next().unwrap_or(item).trim().to_owned())
        .filter(|item| !item.is_empty() && item != "–" && item != "-")
}

/// Compares dependencies with the table.
fn judge(rules: &[Rule], members: &[&Package]) -> Vec<String> {
    let mut problems = Vec::new();
    let all_names: BTreeSet<&str> = members.iter().map(|package| short(&package.name)).collect();
    for rule in rules
        .iter()
        .filter(|rule| !all_names.contains(rule.name.as_str()))
    {
        problems.push(format!(
            "the table has a crate `{}` that does not exist",
            rule.name
        ));
    }
    for package in members {
        let name = short(&package.name);
        if TOOLS.contains(&name) {
            continue;
        }
        let Some(rule) = rules.iter().find(|rule| rule.name == name) else {
            problems.push(format!("the table lacks the crate `{name}`"));
            continue;
        };
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind.is_none())
        {
            problems.extend(judge_dependency(rules, rule, &dependency.name, &all_names));
        }
    }
    problems
}

fn judge_dependency(
    rules: &[Rule],
    rule: &Rule,
    dependency: &str,
    ours: &BTreeSet<&str>,
) -> Option<String> {
    let name = &rule.name;
    let target = short(dependency);
    if dependency != target && ours.contains(target) {
        let allowed = match &rule.may_use {
            Allowed::All => !TOOLS.contains(&target),
            Allowed::These(these) => these.contains(target),
        };
        return (!allowed).then(|| format!("`{name}` may not depend on `{target}`"));
    }
    let holder = rules.iter().find(|other| {
        other
            .alone
            .iter()
            .any(|item| first_word(item) == dependency)
    })?;
    (holder.name != *name).then(|| {
        format!(
            "`{name}` uses `{dependency}`, which only `{}` may",
            holder.name
        )
    })
}

/// Returns the package of an item: `sqlx` for `sqlx macros`.
fn first_word(item: &str) -> &str {
    item.split(' ').next().unwrap_or(item)
}

/// Shortens a package's name: `annai-domain` gives `domain`.
fn short(package: &str) -> &str {
    package.strip_prefix("annai-").unwrap_or(package)
}

/// Looks for child processes in the sources of crates that may not start any.
fn starters_of_processes(rules: &[Rule], members: &[&Package]) -> anyhow::Result<Vec<String>> {
    let Some(holder) = rules
        .iter()
        .find(|rule| rule.alone.iter().any(|item| item == "child processes"))
    else {
        return Ok(Vec::new());
    };
    let mut problems = Vec::new();
    for package in members {
        let name = short(&package.name);
        if name == holder.name || TOOLS.contains(&name) {
            continue;
        }
        let folder = package.manifest_path.with_file_name("src");
        for file in sources(&folder)? {
            if fs::read_to_string(&file)?.contains("process::Command") {
                problems.push(format!(
                    "{} starts child processes, which only `{}` may",
                    file.display(),
                    holder.name
                ));
            }
        }
    }
    Ok(problems)
}

fn sources(folder: &Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}
