//! Output formats of the findings, for people and for programs.

use std::fmt::Write as _;

use annai_checks::{Edit, FINDING_CODES, Level};
use annai_content::Position;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Linted, Told};

/// The escaped characters of a path: all but `/` and the unreserved ones of RFC 3986.
const PATH_ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The number of characters shown of a line, from a few before the finding.
const SNIPPET: usize = 60;

/// Writes `path:line:column: level: message [code]` and, below it, the place and its fix.
pub(super) fn text(files: &[Linted]) -> String {
    let mut text = String::new();
    for file in files {
        for told in &file.findings {
            let (at, level) = (start(told), level(told.finding.level));
            let (message, code) = (&told.message, told.finding.code);
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}:{at}: {level}: {message} [{code}]", file.path);
            let line = file.text.lines().nth(at.line as usize - 1);
            let line = line.unwrap_or_default();
            if !line.trim().is_empty() {
                let _ = writeln!(text, "    {}", snippet(line, at.column));
            }
            if let Some((line, column)) = mended(&file.text, told) {
                let _ = writeln!(text, "  → {}", snippet(&line, column));
            }
        }
    }
    text
}

/// Returns the first line that the fix changes, after the fix, and its place.
fn mended(text: &str, told: &Told) -> Option<(String, u32)> {
    let edit = edits(told).first()?;
    let line = text.lines().nth(edit.start.line as usize - 1)?;
    let characters = |skip, take| line.chars().skip(skip).take(take);
    let before = characters(0, edit.start.column as usize - 1);
    let is_one_line = edit.end.line == edit.start.line;
    let skipped = if is_one_line {
        edit.end.column as usize - 1
    } else {
        usize::MAX
    };
    let behind = characters(skipped, usize::MAX);
    let line = before.chain(edit.text.chars()).chain(behind).collect();
    Some((line, edit.start.column))
}

/// Cuts a line from a few characters before `column`; invisible characters are escaped as in Rust.
fn snippet(line: &str, column: u32) -> String {
    let skipped = (column as usize).saturating_sub(10);
    let shown: String = line.chars().skip(skipped).take(SNIPPET).collect();
    let mut snippet = String::from(if skipped > 0 { "…" } else { "" });
    for character in shown.trim().chars() {
        if character.is_control() || is_invisible(character) {
            snippet.extend(character.escape_unicode());
        } else {
            snippet.push(character);
        }
    }
    if line.chars().nth(skipped + SNIPPET).is_some() {
        snippet.push('…');
    }
    snippet
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Writes `{"files": [{"path", "findings": […]}]}`; a finding as in the API, with its `message`.
pub(super) fn json(files: &[Linted]) -> String {
    let files = files.iter().map(|file| {
        let findings = file.findings.iter().map(|told| {
            let mut finding = serde_json::to_value(&told.finding).unwrap_or_default();
            if let Value::Object(members) = &mut finding {
                members.insert("message".to_owned(), told.message.as_str().into());
            }
            finding
        });
        json!({ "path": file.path, "findings": findings.collect::<Vec<_>>() })
    });
    format!("{:#}\n", json!({ "files": files.collect::<Vec<_>>() }))
}

/// Writes SARIF 2.1.0 (OASIS): columns in code points, one rule per finding code.
pub(super) fn sarif(files: &[Linted]) -> String {
    let mut codes: Vec<&str> = files
        .iter()
        .flat_map(|file| file.findings.iter().map(|told| told.finding.code))
        .chain(FINDING_CODES.iter().copied())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let rules = codes.iter().map(|code| json!({ "id": code }));
    let results = files.iter().flat_map(|file| {
        let uri = uri(&file.path);
        file.findings.iter().map(move |told| result(told, &uri))
    });
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "annai lint",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    format!("{log:#}\n")
}

fn result(told: &Told, uri: &str) -> Value {
    let finding = &told.finding;
    let level = match finding.level {
        Level::Error => "error",
        Level::Warn => "warning",
        Level::Hint => "note",
    };
    let place = json!({ "uri": uri });
    let mut result = json!({
        "ruleId": finding.code,
        "level": level,
        "message": { "text": told.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": place,
            "region": region(start(told), finding.end.unwrap_or(start(told))),
        } }],
    });
    let replacements = edits(told).iter().map(|edit| {
        json!({
            "deletedRegion": region(edit.start, edit.end),
            "insertedContent": { "text": edit.text },
        })
    });
    let replacements: Vec<Value> = replacements.collect();
    if !replacements.is_empty() {
        let change = json!({ "artifactLocation": place, "replacements": replacements });
        result["fixes"] = json!([{ "artifactChanges": [change] }]);
    }
    result
}

fn region(start: Position, end: Position) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// Encodes a path as a relative reference of RFC 3986.
fn uri(path: &str) -> String {
    utf8_percent_encode(&path.replace('\\', "/"), PATH_ESCAPED).to_string()
}

/// Writes workflow commands; GitHub shows them beside the lines of a pull request.
pub(super) fn github(files: &[Linted]) -> String {
    let mut text = String::new();
    for file in files {
        for told in &file.findings {
            let command = match told.finding.level {
                Level::Error => "error",
                Level::Warn => "warning",
                Level::Hint => "notice",
            };
            let (start, end) = (start(told), told.finding.end.unwrap_or(start(told)));
            // GitHub refuses columns for a finding of several lines.
            let columns = if start.line == end.line {
                format!(",col={},endColumn={}", start.column, end.column)
            } else {
                String::new()
            };
            let _ = writeln!(
                text,
                "::{command} file={},line={},endLine={}{columns},title={}::{}",
                escaped_property(&file.path),
                start.line,
                end.line,
                escaped_property(told.finding.code),
                escaped(&told.message),
            );
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warning",
        Level::Hint => "hint",
    }
}

fn start(told: &Told) -> Position {
    told.finding.position.unwrap_or(Position::START)
}

fn edits(told: &Told) -> &[Edit] {
    told.finding.fix.as_ref().map_or(&[], |fix| &fix.edits)
}
