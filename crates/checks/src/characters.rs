//! Characters that differ from their looks. Those that turn the direction of text make a page show
//! something else than it says, and are errors; the others are warnings.

use std::ops::Range;

use annai_content::{PointerIndex, Prose, Schema};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::finding::{Edit, Finding, Findings, Level};
use crate::front_matter::respelt;
use crate::pointer_step;
use crate::words::texts;

/// Checks the whole file for characters that a reader cannot see.
pub(crate) fn hidden(places: &mut PointerIndex<'_>, findings: &mut Findings) {
    for (key, value) in places.source().front_matter() {
        in_value(places, value, format!("/{}", pointer_step(key)), findings);
    }
    let start = places.source().body_start();
    for (offset, level, character) in hidden_characters(places.source().body()) {
        let range = start + offset..start + offset + character.len_utf8();
        let edit = Edit::new(range.clone(), "");
        findings.push(
            hidden_finding(level, character)
                .at(range)
                .fixed_by(Some(edit)),
        );
    }
}

fn in_value(
    places: &mut PointerIndex<'_>,
    value: &Value,
    pointer: String,
    findings: &mut Findings,
) {
    match value {
        Value::String(text) => {
            let Some((_, level, character)) = hidden_characters(text).next() else {
                return;
            };
            let finding = hidden_finding(level, character);
            if findings.is_full(finding.code) {
                return;
            }
            let mut visible = text.clone();
            let hidden: Vec<usize> = hidden_characters(text).map(|(offset, ..)| offset).collect();
            for offset in hidden.into_iter().rev() {
                visible.remove(offset);
            }
            let edit = respelt(places, &pointer, &visible);
            findings.push(finding.at_pointer(places, pointer).fixed_by(edit));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                in_value(places, item, format!("{pointer}/{index}"), findings);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let pointer = format!("{pointer}/{}", pointer_step(key));
                in_value(places, value, pointer, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn hidden_finding(level: Level, character: char) -> Finding {
    let code = match level {
        Level::Error => "character_bidi_control",
        Level::Warn | Level::Hint => "character_invisible",
    };
    Finding::new(level, code).with("character", format!("U+{:04X}", u32::from(character)))
}

/// Finds the invisible characters of `text`: each with its offset, its level and itself.
fn hidden_characters(text: &str) -> impl Iterator<Item = (usize, Level, char)> {
    let mut previous = ' ';
    text.char_indices().filter_map(move |(offset, character)| {
        let before = std::mem::replace(&mut previous, character);
        match character {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                Some((offset, Level::Error, character))
            }
            '\t' | '\n' | '\r' => None,
            // A joiner is right in a family emoji, but not behind a letter.
            '\u{200c}' | '\u{200d}' if !before.is_alphanumeric() && before != '\n' => None,
            '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' => Some((offset, Level::Warn, character)),
            _ if character.is_control() => Some((offset, Level::Warn, character)),
            _ => None,
        }
    })
}

/// Checks the read texts for letters of the wrong width, and for the tilde that looks like a wave
/// dash.
pub(crate) fn check(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    prose: &Prose,
    findings: &mut Findings,
) {
    for (pointer, text) in texts(places.source(), schema) {
        for (code, range, right) in odd_runs(&text) {
            let mut whole = text.clone();
            whole.replace_range(range.clone(), &right);
            let edit = respelt(places, &pointer, &whole);
            let finding = odd_finding(code, &text[range], &right);
            findings.push(finding.at_pointer(places, pointer.clone()).fixed_by(edit));
        }
    }
    for (code, range, right) in odd_runs(prose.text()) {
        let finding = odd_finding(code, &prose.text()[range.clone()], &right);
        let edit = prose.verbatim(range.clone()).map(|at| Edit::new(at, right));
        findings.push(finding.at(prose.source_of(range)).fixed_by(edit));
    }
}

fn odd_finding(code: &'static str, found: &str, right: &str) -> Finding {
    let finding = Finding::new(Level::Warn, code);
    finding.with("found", found).with("expected", right)
}

/// Finds the runs of one kind of odd character, each with its correction.
fn odd_runs(text: &str) -> impl Iterator<Item = (&'static str, Range<usize>, String)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, code) = rest.find_map(|(offset, c)| Some((offset, odd(c)?)))?;
        let mut end = start + text[start..].chars().next().map_or(0, char::len_utf8);
        while let Some((offset, character)) = rest.next_if(|(_, c)| odd(*c) == Some(code)) {
            end = offset + character.len_utf8();
        }
        let right = match code {
            "character_wave_dash" => text[start..end].replace('～', "〜"),
            _ => text[start..end].nfkc().collect(),
        };
        Some((code, start..end, right))
    })
}

fn odd(character: char) -> Option<&'static str> {
    match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => Some("character_full_width"),
        '｡'..='ﾟ' => Some("character_half_width_kana"),
        '～' => Some("character_wave_dash"),
        _ => None,
    }
}
