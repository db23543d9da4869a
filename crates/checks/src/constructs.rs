//! Constructs that a reader sees otherwise than the author meant: tags, comments, footnotes, boxes and
//! tables.

use std::collections::HashSet;

use annai_content::{GuideSource, Passage, PassageKind, Reading};

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
    let is_row = |line: &str| line.trim_start().starts_with('|');
    if words.lines().count() > 1 && words.lines().all(is_row) {
        findings.push(Finding::new(Level::Warn, "table_shown").at(place()));
    }
    if words.lines().any(|line| line.starts_with(":::")) {
        findings.push(Finding::new(Level::Warn, "box_shown").at(place()));
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
