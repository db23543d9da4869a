//! Characters that a reader cannot see. Those that turn the direction of text make a page show
//! something else than it says, and control characters break the places that show a field: both are
//! errors. The others are warnings.

use annai_content::{PointerIndex, Schema, Widget};
use annai_domain::text;
use serde_json::Value;

use crate::finding::{Edit, Finding, Findings, Level};
use crate::front_matter::respelt;
use crate::pointer_step;

/// The kinds of hidden characters, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    TurnsText,
    Control,
    Invisible,
}

/// The place of a text decides which control characters it may hold.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// A field of one line.
    Line,
    /// A field of several lines.
    Lines,
    /// The body, or a key outside the schema: a control character is only invisible.
    Free,
}

/// Checks the whole file.
pub(crate) fn check(places: &mut PointerIndex<'_>, schema: &Schema, findings: &mut Findings) {
    for (key, value) in places.source().front_matter() {
        let place = match schema.field(key).map(|field| &field.widget) {
            Some(Widget::TextArea) => Place::Lines,
            Some(_) => Place::Line,
            None => Place::Free,
        };
        let pointer = format!("/{}", pointer_step(key));
        in_value(places, value, place, pointer, findings);
    }
    let start = places.source().body_start();
    for (offset, kind, character) in characters(places.source().body(), Place::Free) {
        let range = start + offset..start + offset + character.len_utf8();
        let edit = Edit::new(range.clone(), "");
        let finding = finding(kind, character).at(range);
        findings.push(finding.fixed_by(Some(edit)));
    }
}

fn in_value(
    places: &mut PointerIndex<'_>,
    value: &Value,
    place: Place,
    pointer: String,
    findings: &mut Findings,
) {
    match value {
        Value::String(text) => {
            // The gravest decides: a harmless one before it must not hide it.
            let gravest = characters(text, place).min_by_key(|(_, kind, _)| *kind);
            let Some((_, kind, character)) = gravest else {
                return;
            };
            let mut finding = finding(kind, character);
            if kind == Kind::Control {
                finding = finding.with("key", pointer.trim_start_matches('/'));
            }
            if findings.is_full(finding.code) {
                return;
            }
            let edit = respelt(places, &pointer, &visible(text, place));
            findings.push(finding.at_pointer(places, pointer).fixed_by(edit));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                in_value(places, item, place, format!("{pointer}/{index}"), findings);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let pointer = format!("{pointer}/{}", pointer_step(key));
                in_value(places, value, place, pointer, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Removes the hidden characters; a blank takes the place of line breaks and tabs.
fn visible(text: &str, place: Place) -> String {
    let mut visible = String::with_capacity(text.len());
    let mut rest = 0;
    for (offset, _, character) in characters(text, place) {
        visible.push_str(&text[rest..offset]);
        if character.is_whitespace() && !visible.ends_with([' ', '\u{3000}']) {
            visible.push(' ');
        }
        rest = offset + character.len_utf8();
    }
    visible.push_str(&text[rest..]);
    match place {
        Place::Line => visible.trim().to_owned(),
        Place::Lines | Place::Free => visible,
    }
}

fn finding(kind: Kind, character: char) -> Finding {
    let (level, code) = match kind {
        Kind::TurnsText => (Level::Error, "character_bidi_control"),
        Kind::Control => (Level::Error, "field_control_character"),
        Kind::Invisible => (Level::Warn, "character_invisible"),
    };
    Finding::new(level, code).with("character", format!("U+{:04X}", u32::from(character)))
}

/// Finds the hidden characters of `text`: each with its offset, its kind and itself.
fn characters(text: &str, place: Place) -> impl Iterator<Item = (usize, Kind, char)> {
    let mut previous = ' ';
    text.char_indices().filter_map(move |(offset, character)| {
        let before = std::mem::replace(&mut previous, character);
        let is_control = match place {
            Place::Line => text::is_control(character),
            Place::Lines => text::is_control_in_lines(character),
            Place::Free => false,
        };
        let kind = match character {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Kind::TurnsText,
            _ if is_control => Kind::Control,
            '\t' | '\n' | '\r' => return None,
            // A joiner is right in a family emoji, but not behind a letter.
            '\u{200c}' | '\u{200d}' if !before.is_alphanumeric() && before != '\n' => return None,
            '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' => Kind::Invisible,
            _ if character.is_control() => Kind::Invisible,
            _ => return None,
        };
        Some((offset, kind, character))
    })
}
