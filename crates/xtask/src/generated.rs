//! Files that are made from other files and committed.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// The reaction to a generated file that is out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it.
    Write,
    /// Say so and fail.
    Check,
}

/// Writes `wanted` to the file, or checks that the file is equal to it.
///
/// # Errors
///
/// In check mode when the file differs. The message names the first different line and the `verb` that
/// updates the file.
pub(crate) fn settle(path: &Path, wanted: &str, mode: Mode, verb: &str) -> anyhow::Result<()> {
    let present = fs::read_to_string(path).unwrap_or_default();
    if present == wanted {
        return Ok(());
    }
    match mode {
        Mode::Write => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, wanted).with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("wrote {}", path.display());
            Ok(())
        }
        Mode::Check => bail!(
            "{} is not up to date: {}\nhint: run `cargo xtask {verb}` and commit the result",
            path.display(),
            first_difference(&present, wanted),
        ),
    }
}

fn first_difference(present: &str, wanted: &str) -> String {
    if present.is_empty() {
        return "it does not exist".to_owned();
    }
    let mut wanted_lines = wanted.lines();
    for (index, line) in present.lines().enumerate() {
        let wanted_line = wanted_lines.next();
        if wanted_line != Some(line) {
            let wanted_line = wanted_line.unwrap_or("the end of the file");
            return format!(
                "line {} is `{line}`, it should be `{wanted_line}`",
                index + 1
            );
        }
    }
    match wanted_lines.next() {
        Some(line) => format!("after the last line there should be `{line}`"),
        None => "it differs in its line ends only".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, first_difference, settle};

    #[test]
    fn a_stale_file_fails_the_check_and_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "one\ntwo\n").unwrap();

        let error = settle(&path, "one\n2\n", Mode::Check, "schema")
            .unwrap_err()
            .to_string();

        assert!(
            error.contains("line 2 is `two`, it should be `2`"),
            "{error}"
        );
        assert!(error.contains("cargo xtask schema"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn writing_makes_the_check_pass() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/file");

        settle(&path, "one\n", Mode::Write, "schema").unwrap();

        settle(&path, "one\n", Mode::Check, "schema").unwrap();
    }

    #[test]
    fn a_missing_end_and_a_surplus_are_both_named() {
        assert_eq!(
            first_difference("a\n", "a\nb\n"),
            "after the last line there should be `b`"
        );
        assert_eq!(
            first_difference("a\nb\n", "a\n"),
            "line 2 is `b`, it should be `the end of the file`"
        );
    }
}
