//! Constructs that a reader sees otherwise than the author meant: tags, comments, footnotes, boxes and
//! tables.

use std::collections::HashSet;
use std::sync::LazyLock;

use annai_content::{GuideSource, Passage, PassageKind, Reading};
use regex::Regex;

use crate::finding::{Finding, Findings, Level};

/// Checks the body for constructs that are not shown as such.
pub(crate) fn check(source: &GuideSource, reading: &Reading, findings: &mut Findings) {
    let mut told = HashSet::new();
    for place in &reading.shown_tags {
        let tag = &source.as_str()[place.clone()];
        let name = name_of(tag);
        // An end tag needs no finding beside that of its start tag.
        if told.insert(name) || !tag.starts_with("</") {
            let finding = Finding::new(Level::Warn, "html_shown").at(place.clone());
            findings.push(finding.with("tag", name));
        }
    }
    for note in &reading.unused_footnotes {
        findings.push(Finding::new(Level::Warn, "footnote_unused").at(note.clone()));
    }
    unknown_constructs(source, reading, findings);
    let text = reading.prose.text();
    for passage in reading.prose.passages() {
        let words = &text[passage.range.clone()];
        in_passage(passage, words, reading, findings);
        for (label, end) in labels(words) {
            let start = passage.range.start + label;
            let place = reading.prose.source_of(start..passage.range.start + end);
            let finding = Finding::new(Level::Warn, "footnote_unknown").at(place);
            findings.push(finding.with("label", &words[label..end]));
        }
    }
}

/// Checks for comments without an end: they are shown, or hide what follows. Both block publishing.
pub(crate) fn check_comments(reading: &Reading, findings: &mut Findings) {
    for place in &reading.open_comments {
        findings.push(Finding::new(Level::Error, "comment_open").at(place.clone()));
    }
}

fn in_passage(passage: &Passage, words: &str, reading: &Reading, findings: &mut Findings) {
    if !matches!(passage.kind, PassageKind::Paragraph | PassageKind::Item) {
        return;
    }
    let place = || reading.prose.source_of(passage.range.clone());
    if is_table(words) {
        findings.push(Finding::new(Level::Warn, "table_shown").at(place()));
    }
    if words.lines().any(|line| line.starts_with(":::")) {
        findings.push(Finding::new(Level::Warn, "box_shown").at(place()));
    }
}

/// Returns whether a paragraph was meant as a table: two lines that begin with a bar, one behind the
/// other, or a line of bars and dashes.
fn is_table(words: &str) -> bool {
    let mut is_behind_row = false;
    words.lines().any(|line| {
        let line = line.trim();
        let is_row = line.starts_with('|');
        let is_pair = is_row && is_behind_row;
        is_behind_row = is_row;
        is_pair || is_delimiter(line)
    })
}

fn is_delimiter(line: &str) -> bool {
    line.contains('|')
        && line.contains("--")
        && line
            .chars()
            .all(|letter| "|:-".contains(letter) || letter.is_whitespace())
}

/// Constructs of other programs, which readers see as they were typed.
static SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?xim)
        \{\{[<%][^}\n]*[>%]\}\}               # a shortcode of Hugo
      | \{%[^%\n]+%\}                        # a tag of Liquid, as in Jekyll
      | \{:\s?[.\#][\w\s.\#-]*\}             # an attribute list of kramdown
      | \[\[[^\[\]\n]+\]\]                   # a link of a wiki, or [[toc]]
      | ^\[toc\]$
      | !?\[[^\[\]\n]*\]\([^()\n]*[\x20　][^()\n]*\)   # an address with a blank, or a size
      | ==[^=\s\n](?:[^=\n]*[^=\s\n])?==     # a highlight
      | ^(?:import\s[^'\n]+\sfrom|export\sconst)\s.+$
    ";
    Regex::new(pattern).expect("the pattern is well-formed")
});

/// Checks for constructs that no reader of ours knows.
fn unknown_constructs(source: &GuideSource, reading: &Reading, findings: &mut Findings) {
    for found in SHOWN.find_iter(reading.prose.text()) {
        let place = reading.prose.source_of(found.range());
        // An escaped construct is meant to be seen.
        if source.as_str()[place.clone()] == *found.as_str() {
            let finding = Finding::new(Level::Warn, "construct_shown").at(place);
            findings.push(finding.with("found", found.as_str()));
        }
    }
}

/// Returns the name of a tag, without its brackets and attributes.
fn name_of(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|letter: char| letter.is_whitespace() || "/>".contains(letter));
    &name[..end.unwrap_or(name.len())]
}

/// Lists the places of `[^label]` in a text.
fn labels(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("[^").map(|index| at + index) {
        at = start + "[^".len();
        let label = text[at..]
            .find([']', '[', '\n', ' '])
            .map(|index| at + index);
        if let Some(end) = label.filter(|end| *end > at && text[*end..].starts_with(']')) {
            at = end + 1;
            found.push((start, at));
        }
    }
    found
}
