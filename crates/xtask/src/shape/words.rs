//! Comments that read as translations.
//!
//! A summary is the first line of a doc comment. It begins with a verb or a noun, never with a relative
//! clause. Some words have an English that everybody reads at once; they are not used anywhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::source::Sources;
use super::{Finding, Rule};

/// First words of a summary that is a relative clause.
const CLAUSES: [&str; 7] = ["What", "Where", "Who", "Whose", "How", "Which", "Whatever"];

/// Prepositions that make a clause when `which`, `what` or `whom` follows.
const PREPOSITIONS: [&str; 9] = ["At", "By", "From", "In", "Of", "On", "To", "Under", "With"];

/// Words that are avoided in every comment.
const AVOIDED: [&str; 7] = [
    "whoever",
    "asker",
    "askers",
    "of whose",
    "of which",
    "not any more",
    "is no",
];

/// Finds comments to rewrite in every file, tests included.
///
/// # Errors
///
/// When a file cannot be read.
pub(super) fn find(workspace: &Path, sources: &Sources) -> anyhow::Result<Vec<Finding>> {
    // Several targets may share a file.
    let paths: BTreeSet<&Path> = sources
        .files
        .iter()
        .map(|file| file.path.as_path())
        .collect();
    let mut findings = Vec::new();
    for path in paths {
        let text = fs::read_to_string(workspace.join(path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        findings.extend(of_text(&text).into_iter().map(|(line, problem)| Finding {
            rule: Rule::Words,
            place: format!("{}:{line}", path.display()),
            problem,
        }));
    }
    Ok(findings)
}

/// Lists the lines of comments to rewrite, each with the problem.
fn of_text(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_comment = None;
    for (index, line) in text.lines().enumerate() {
        let (kind, words) = comment(line.trim_start());
        let is_summary = kind == Some(Kind::Doc) && in_comment != kind;
        in_comment = kind;
        let problem = match kind {
            None => continue,
            Some(_) if is_summary => clause(words).or_else(|| avoided(words)),
            Some(_) => avoided(words),
        };
        found.extend(problem.map(|problem| (index + 1, problem)));
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Doc,
    Plain,
}

fn comment(line: &str) -> (Option<Kind>, &str) {
    for mark in ["///", "//!"] {
        if let Some(words) = line.strip_prefix(mark) {
            return (Some(Kind::Doc), words.trim());
        }
    }
    match line.split_once("// ") {
        Some((code, words)) if !code.contains('"') => (Some(Kind::Plain), words),
        _ => (None, ""),
    }
}

fn clause(summary: &str) -> Option<String> {
    let mut words = summary.split(|letter: char| !letter.is_alphanumeric());
    let first = words.next()?;
    let second = words.next().unwrap_or_default();
    let is_clause = CLAUSES.contains(&first)
        || PREPOSITIONS.contains(&first) && ["which", "what", "whom", "whose"].contains(&second);
    is_clause.then(|| format!("a summary begins with `{first}`"))
}

fn avoided(words: &str) -> Option<String> {
    let spaced: String = words
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let spaced = format!(" {} ", spaced.to_lowercase());
    let spaced = spaced.replace(" is no longer ", " ");
    let avoided = AVOIDED
        .iter()
        .find(|word| spaced.contains(&format!(" {word} ")))?;
    Some(format!("it says `{avoided}`"))
}

#[cfg(test)]
mod tests {
    use super::of_text;

    fn reasons(text: &str) -> Vec<String> {
        let found = of_text(text).into_iter();
        found
            .map(|(line, problem)| format!("{line}: {problem}"))
            .collect()
    }

    #[test]
    fn a_summary_that_is_a_clause_is_found_and_a_later_line_is_not() {
        let text = [
            "/// What a site reads.",
            "///",
            "/// What follows is fine.",
            "fn f() {}",
            "/// In which encoding it comes.",
            "/// Returns the length.",
        ];

        assert_eq!(
            reasons(&text.join("\n")),
            [
                "1: a summary begins with `What`",
                "5: a summary begins with `In`"
            ]
        );
    }

    #[test]
    fn an_avoided_word_is_found_in_every_comment_and_not_in_code() {
        let text = [
            "/// Returns the key.",
            "/// The asker may keep it.",
            "let a = \"whoever // is no key\";",
            "let b = 1; // this is no key",
            "// It is no longer there.",
        ];

        assert_eq!(
            reasons(&text.join("\n")),
            ["2: it says `asker`", "4: it says `is no`"]
        );
    }
}
