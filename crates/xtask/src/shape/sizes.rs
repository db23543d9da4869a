//! Sizes: of files, of crates, of a template's lines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::source::Sources;
use super::{Finding, Rule};

/// The longest file, tests inside it included.
const FILE_LINES: usize = 400;

/// The longest line of a template, in characters.
const TEMPLATE_LINE: usize = 160;

/// The largest share of a crate in all lines that are no tests, in percent.
const CRATE_SHARE: usize = 15;

/// Finds files that are too long.
pub(super) fn files(sources: &Sources) -> Vec<Finding> {
    let too_long = sources.files.iter();
    let too_long = too_long.filter(|file| !file.is_test && file.lines > FILE_LINES);
    let mut findings: Vec<Finding> = too_long
        .map(|file| Finding {
            rule: Rule::FileLines,
            place: file.path.display().to_string(),
            problem: format!("{} lines, more than {FILE_LINES}", file.lines),
        })
        .collect();
    findings.dedup_by(|one, other| one.place == other.place);
    findings
}

/// Counts the lines of each crate without its tests.
pub(super) fn lines(sources: &Sources) -> BTreeMap<&str, usize> {
    let mut lines = BTreeMap::new();
    for file in sources.files.iter().filter(|file| !file.is_test) {
        *lines.entry(sources.package_of(file)).or_default() += file.lines - file.test_lines;
    }
    lines
}

/// Finds crates that outgrow the others.
pub(super) fn crates(lines: &BTreeMap<&str, usize>) -> Vec<Finding> {
    let all: usize = lines.values().sum();
    let too_large = lines
        .iter()
        .filter(|(_, own)| *own * 100 > all * CRATE_SHARE);
    too_large
        .map(|(package, own)| Finding {
            rule: Rule::CrateShare,
            place: format!("crates/{package}"),
            problem: format!(
                "{own} of {all} lines are {:.1} %, more than {CRATE_SHARE} %",
                percent(*own, all)
            ),
        })
        .collect()
}

/// Returns `part` in percent of `all`.
#[expect(clippy::cast_precision_loss, reason = "lines of code are few")]
pub(super) fn percent(part: usize, all: usize) -> f64 {
    part as f64 * 100.0 / all.max(1) as f64
}

/// Finds long lines in every file below `folder`.
///
/// # Errors
///
/// When a template cannot be read.
pub(super) fn templates(workspace: &Path, folder: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in files_below(folder)? {
        let text = fs::read_to_string(&path)?;
        for (index, line) in text.lines().enumerate() {
            let length = line.chars().count();
            if length > TEMPLATE_LINE {
                let path = path.strip_prefix(workspace).unwrap_or(&path);
                findings.push(Finding {
                    rule: Rule::TemplateLine,
                    place: format!("{}:{}", path.display(), index + 1),
                    problem: format!("{length} characters, more than {TEMPLATE_LINE}"),
                });
            }
        }
    }
    Ok(findings)
}

fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
