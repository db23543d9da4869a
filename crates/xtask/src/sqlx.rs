//! `.sqlx`: the checked queries, so that the compiler needs no server.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, bail};

use crate::generated::{Mode, settle};
use crate::process;
use crate::scratch::Scratch;
use crate::workspace::Workspace;

/// Checks every query against a freshly migrated database, and stores or compares the results.
///
/// Comparing is the only way to notice that a column changed under an unchanged query.
pub(crate) fn run(workspace: &Workspace, scratch: &Scratch, mode: Mode) -> anyhow::Result<()> {
    let url = scratch.migrated_database(workspace, "queries")?;
    let fresh_folder = scratch.folder().join("sqlx");
    fs::create_dir_all(&fresh_folder)?;
    // Cargo would skip what it has compiled. After this run it must not take these results for compiled from
    // the committed files.
    touch(workspace)?;
    let mut cargo = process::cargo(workspace.root());
    cargo
        .args([
            "check",
            "--quiet",
            "--locked",
            // All packages, for the features that clippy has compiled the dependencies with.
            "--workspace",
            "--test=storage",
        ])
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &fresh_folder)
        .env("DATABASE_URL", url);
    let compiled = process::run(&mut cargo);
    touch(workspace)?;
    compiled.context("the queries do not fit the database that the migrations make")?;
    compare(
        &read_queries(&fresh_folder)?,
        &workspace.root().join(".sqlx"),
        mode,
    )
}

fn compare(
    fresh: &BTreeMap<String, String>,
    committed_folder: &Path,
    mode: Mode,
) -> anyhow::Result<()> {
    if fresh.is_empty() {
        bail!("the macros left nothing: no query was compiled");
    }
    for (name, text) in fresh {
        settle(&committed_folder.join(name), text, mode, "sqlx").with_context(|| query_of(text))?;
    }
    for name in read_queries(committed_folder)?
        .into_keys()
        .filter(|name| !fresh.contains_key(name))
    {
        let path = committed_folder.join(name);
        match mode {
            Mode::Write => fs::remove_file(path)?,
            Mode::Check => {
                bail!(
                    "{} belongs to no query any more\nhint: run `cargo xtask sqlx`",
                    path.display()
                );
            }
        }
    }
    eprintln!("{} queries", fresh.len());
    Ok(())
}

/// Reads the query files of a folder, by name.
fn read_queries(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut queries = BTreeMap::new();
    if !folder.exists() {
        return Ok(queries);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") {
            queries.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(queries)
}

/// Returns the statement of a query file on one line, so that a person can find it.
fn query_of(text: &str) -> String {
    let query = serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|value| {
            value
                .get("query")
                .and_then(|query| query.as_str().map(str::to_owned))
        })
        .unwrap_or_default();
    format!(
        "the query `{}`",
        query.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

/// Makes cargo compile the crate `storage` again.
fn touch(workspace: &Workspace) -> anyhow::Result<()> {
    let path = workspace.root().join("crates/storage/src/lib.rs");
    let file = File::options()
        .append(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo compares file times with the real clock"
    )]
    file.set_modified(SystemTime::now())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::compare;
    use crate::generated::Mode;

    #[test]
    fn a_query_that_is_new_gone_or_changed_fails_the_check_until_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let query = |text: &str| BTreeMap::from([("query-1.json".to_owned(), text.to_owned())]);
        assert!(compare(&query("a"), folder.path(), Mode::Check).is_err());

        compare(&query("a"), folder.path(), Mode::Write).unwrap();

        compare(&query("a"), folder.path(), Mode::Check).unwrap();
        assert!(compare(&query("b"), folder.path(), Mode::Check).is_err());
        let other = BTreeMap::from([("query-2.json".to_owned(), "a".to_owned())]);
        assert!(compare(&other, folder.path(), Mode::Check).is_err());
        compare(&other, folder.path(), Mode::Write).unwrap();
        assert!(!folder.path().join("query-1.json").exists());
    }

    #[test]
    fn no_query_at_all_is_a_failure_and_not_an_empty_success() {
        let folder = tempfile::tempdir().unwrap();

        assert!(compare(&BTreeMap::new(), folder.path(), Mode::Write).is_err());
    }
}
