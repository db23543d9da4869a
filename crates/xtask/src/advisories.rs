//! Known vulnerabilities of the packages in our lock files.
//!
//! An advisory about one of our packages fails the check. A missing database only prints a line.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustsec::advisory::Id;
use rustsec::database::Query;
use rustsec::{Collection, Database, Lockfile};
use serde::Deserialize;
use serde_json::Value;

use crate::process;
use crate::workspace::Workspace;

/// The folders with a lock file of npm.
const NPM: [&str; 2] = ["admin-ui", "tests/browser"];

/// The variable that names a clone of `RustSec`'s database.
const VARIABLE: &str = "ADVISORY_DB";

/// The outcome for one lock file.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The number of packages compared, and warnings about unmaintained packages.
    Clean(usize, Vec<String>),
    /// An advisory per line.
    Hit(Vec<String>),
    /// The reason why there is nothing to compare with.
    NoDatabase(String),
}

/// Compares every lock file with the available advisories.
///
/// # Errors
///
/// When an advisory names a package of ours, or a lock file cannot be read.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let root = workspace.root();
    let cargo = of_cargo(root, database().as_deref(), &ignored(root)?)?;
    let mut hits = settle("Cargo.lock", cargo);
    for folder in NPM {
        let lock = format!("{folder}/package-lock.json");
        hits.extend(settle(&lock, of_npm(&root.join(folder))?));
    }
    if !hits.is_empty() {
        bail!(
            "{}\nhint: update the package; if the fault cannot reach us, name the advisory in deny.toml and say why",
            hits.join("\n")
        );
    }
    Ok(())
}

/// Prints the outcome and returns the hits.
fn settle(lock: &str, outcome: Outcome) -> Vec<String> {
    match outcome {
        Outcome::Clean(packages, warnings) => {
            eprintln!("{lock}: no advisory about {packages} packages");
            for warning in warnings {
                eprintln!("{lock}: warning: {warning}");
            }
            Vec::new()
        }
        Outcome::NoDatabase(reason) => {
            eprintln!("{lock}: not compared with advisories: {reason}");
            Vec::new()
        }
        Outcome::Hit(hits) => hits.iter().map(|hit| format!("{lock}: {hit}")).collect(),
    }
}

/// Returns the clone named by the variable, or the one that `cargo audit` keeps.
#[expect(clippy::disallowed_methods, reason = "xtask reads the environment")]
fn database() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return Some(named.into());
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    Some(home.join("advisory-db")).filter(|path| path.is_dir())
}

/// The part of `deny.toml` about advisories.
#[derive(Debug, Deserialize)]
struct Deny {
    advisories: Advisories,
}

#[derive(Debug, Deserialize)]
struct Advisories {
    #[serde(default)]
    ignore: Vec<Id>,
}

fn ignored(root: &Path) -> anyhow::Result<Vec<Id>> {
    let text = std::fs::read_to_string(root.join("deny.toml"))?;
    let deny: Deny = toml::from_str(&text).context("cannot understand deny.toml")?;
    Ok(deny.advisories.ignore)
}

fn of_cargo(root: &Path, database: Option<&Path>, ignored: &[Id]) -> anyhow::Result<Outcome> {
    let Some(path) = database else {
        return Ok(Outcome::NoDatabase(format!(
            "set {VARIABLE} to a clone of RustSec's advisory-db, or run `cargo audit` once"
        )));
    };
    let database = Database::open(path)
        .with_context(|| format!("cannot read the advisories in {}", path.display()))?;
    let lock = Lockfile::load(root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let mut hits = Vec::new();
    let mut warnings = Vec::new();
    let every = Query::new().collection(Collection::Crates).withdrawn(false);
    for found in database.query_vulnerabilities(&lock, &every) {
        let advisory = &found.advisory;
        if ignored.contains(&advisory.id) {
            continue;
        }
        let (name, version) = (&found.package.name, &found.package.version);
        let line = format!("{name} {version}: {} ({})", advisory.title, advisory.id);
        match advisory.informational {
            None => hits.push(line),
            Some(_) => warnings.push(line),
        }
    }
    if !hits.is_empty() {
        return Ok(Outcome::Hit(hits));
    }
    Ok(Outcome::Clean(lock.packages.len(), warnings))
}

/// Queries the registry, which keeps npm's advisories.
fn of_npm(folder: &Path) -> anyhow::Result<Outcome> {
    let mut npm = process::command("npm", folder);
    npm.args(["audit", "--package-lock-only", "--json"])
        .args(["--fetch-retries=0", "--fetch-timeout=30000"])
        .stderr(std::process::Stdio::null());
    let output = npm.output().context("cannot run `npm audit`")?;
    judge_npm(&output.stdout)
}

/// Reads the report of `npm audit --json`, or the error in its place.
fn judge_npm(json: &[u8]) -> anyhow::Result<Outcome> {
    let report: Value =
        serde_json::from_slice(json).context("`npm audit` did not print a report")?;
    let Some(packages) = report["metadata"]["dependencies"]["total"].as_u64() else {
        let message = report["message"].as_str();
        let summary = report["error"]["summary"].as_str();
        let reason = message.or(summary).unwrap_or("`npm audit` has no report");
        let reason = reason.split(" - ").next().unwrap_or(reason); // the address behind it helps nobody
        return Ok(Outcome::NoDatabase(format!("the registry says: {reason}")));
    };
    let found = report["vulnerabilities"].as_object();
    let found = found.context("the report of `npm audit` lists no vulnerabilities")?;
    let hits = found.iter().map(|(name, hit)| {
        let severity = hit["severity"].as_str().unwrap_or("unknown");
        let via = hit["via"]
            .as_array()
            .and_then(|via| via[0]["title"].as_str());
        format!("{name}: {} ({severity})", via.unwrap_or("by a dependency"))
    });
    if !found.is_empty() {
        return Ok(Outcome::Hit(hits.collect()));
    }
    Ok(Outcome::Clean(usize::try_from(packages)?, Vec::new()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use rustsec::advisory::Id;

    use super::{Outcome, judge_npm, of_cargo};

    /// Creates a workspace with `soap` 1.0.0, and a database with an advisory about it.
    fn workspace(details: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let lock = "version = 4\n\n[[package]]\nname = \"soap\"\nversion = \"1.0.0\"\n\
                    source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
                    checksum = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";
        fs::write(folder.path().join("Cargo.lock"), lock).unwrap();
        let advisories = folder.path().join("db/crates/soap");
        fs::create_dir_all(&advisories).unwrap();
        let advisory = format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"soap\"\ndate = \"2026-11-01\"\n{details}\n\
             [versions]\npatched = [\">= 1.1.0\"]\n```\n\n# Soap is slippery\n\nIt slips.\n"
        );
        fs::write(advisories.join("RUSTSEC-2026-0001.md"), advisory).unwrap();
        folder
    }

    fn outcome(folder: &Path, ignored: &[Id]) -> Outcome {
        of_cargo(folder, Some(&folder.join("db")), ignored).unwrap()
    }

    #[test]
    fn a_vulnerable_package_is_a_hit_until_it_is_patched_or_excused() {
        let folder = workspace("");
        let hit = "soap 1.0.0: Soap is slippery (RUSTSEC-2026-0001)";
        assert_eq!(
            outcome(folder.path(), &[]),
            Outcome::Hit(vec![hit.to_owned()])
        );

        let excused: Id = "RUSTSEC-2026-0001".parse().unwrap();
        assert_eq!(
            outcome(folder.path(), &[excused]),
            Outcome::Clean(1, Vec::new())
        );

        let lock = folder.path().join("Cargo.lock");
        let patched = fs::read_to_string(&lock).unwrap().replace("1.0.0", "1.1.0");
        fs::write(&lock, patched).unwrap();
        assert_eq!(outcome(folder.path(), &[]), Outcome::Clean(1, Vec::new()));
    }

    #[test]
    fn an_unmaintained_package_is_a_warning() {
        let folder = workspace("informational = \"unmaintained\"\n");
        let warning = "soap 1.0.0: Soap is slippery (RUSTSEC-2026-0001)".to_owned();

        assert_eq!(
            outcome(folder.path(), &[]),
            Outcome::Clean(1, vec![warning])
        );
    }

    #[test]
    fn a_missing_database_is_said_and_a_broken_one_is_an_error() {
        let folder = workspace("");
        let without = of_cargo(folder.path(), None, &[]).unwrap();
        assert!(matches!(without, Outcome::NoDatabase(reason) if reason.contains("ADVISORY_DB")));

        let broken = folder.path().join("nowhere");
        assert!(of_cargo(folder.path(), Some(&broken), &[]).is_err());
    }

    #[test]
    fn the_report_of_npm_is_told_from_its_error() {
        let clean = br#"{"vulnerabilities": {}, "metadata": {"dependencies": {"total": 7}}}"#;
        assert_eq!(judge_npm(clean).unwrap(), Outcome::Clean(7, Vec::new()));

        let hit = br#"{"vulnerabilities": {"soap": {"severity": "high", "via": [{"title": "Slips"}]},
            "bath": {"severity": "low", "via": ["soap"]}}, "metadata": {"dependencies": {"total": 7}}}"#;
        let mut hits = vec![
            "soap: Slips (high)".to_owned(),
            "bath: by a dependency (low)".to_owned(),
        ];
        hits.sort();
        let Outcome::Hit(mut found) = judge_npm(hit).unwrap() else {
            panic!("not a hit");
        };
        found.sort();
        assert_eq!(found, hits);

        let error =
            br#"{"message": "405 Method Not Allowed - POST /audit", "error": {"summary": ""}}"#;
        assert_eq!(
            judge_npm(error).unwrap(),
            Outcome::NoDatabase("the registry says: 405 Method Not Allowed".to_owned())
        );
        assert!(judge_npm(b"").is_err());
    }
}
