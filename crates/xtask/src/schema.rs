//! `docs/schema.sql`: the database as all migrations together make it.

use std::fmt::Write;

use crate::generated::{Mode, settle};
use crate::process;
use crate::scratch::Scratch;
use crate::workspace::Workspace;

const HEADING: &str = "\
-- The database as the migrations make it, written by `cargo xtask schema`. For reading; nothing runs it.
";

/// Dumps a freshly migrated database into the file, or compares.
pub(crate) fn run(workspace: &Workspace, scratch: &Scratch, mode: Mode) -> anyhow::Result<()> {
    let url = scratch.migrated_database(workspace, "schema_dump")?;
    let mut dump = scratch.client("pg_dump");
    dump.args(["--schema-only", "--no-owner", "--dbname"])
        .arg(url);
    let schema = normalise(&process::output(&mut dump)?);
    settle(
        &workspace.root().join("docs/schema.sql"),
        &schema,
        mode,
        "schema",
    )
}

/// Removes everything that depends on the version of `pg_dump` or is random, and runs of empty lines.
fn normalise(dump: &str) -> String {
    let mut schema = HEADING.to_owned();
    let mut after_blank = false;
    for line in dump.lines().filter(|line| !is_noise(line)) {
        let line = line.trim_end();
        if line.is_empty() {
            after_blank = true;
            continue;
        }
        if after_blank {
            schema.push('\n');
            after_blank = false;
        }
        writeln!(schema, "{line}").expect("a String takes everything");
    }
    schema
}

/// The settings that `pg_dump` writes for the restoring session.
const SESSION_SETTINGS: [&str; 12] = [
    "check_function_bodies",
    "client_encoding",
    "client_min_messages",
    "default_table_access_method",
    "default_tablespace",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "row_security",
    "standard_conforming_strings",
    "statement_timeout",
    "transaction_timeout",
    "xmloption",
];

/// Returns whether a line is noise: a session setting, a version, a random token or an empty comment.
fn is_noise(line: &str) -> bool {
    let setting = line
        .strip_prefix("SET ")
        .and_then(|rest| rest.split(' ').next());
    line == "--"
        || setting.is_some_and(|name| SESSION_SETTINGS.contains(&name))
        || line.starts_with("SELECT pg_catalog.set_config(")
        || line.starts_with("\\restrict ")
        || line.starts_with("\\unrestrict ")
        || line.starts_with("-- Dumped ")
        || line.starts_with("-- PostgreSQL database dump")
}

#[cfg(test)]
mod tests {
    use super::{HEADING, normalise};

    #[test]
    fn what_depends_on_the_version_of_the_tool_is_left_out() {
        let dump = "\
--
-- PostgreSQL database dump
--

\\restrict fG7kd
-- Dumped from database version 15.18
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);


--
-- Name: guides; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.guides (
    guide_id uuid NOT NULL
);


--
-- PostgreSQL database dump complete
--

\\unrestrict fG7kd
";

        let expected = format!(
            "{HEADING}\n-- Name: guides; Type: TABLE; Schema: public; Owner: -\n\n\
             CREATE TABLE public.guides (\n    guide_id uuid NOT NULL\n);\n"
        );
        assert_eq!(normalise(dump), expected);
    }
}
