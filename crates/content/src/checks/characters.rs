//! Characters that a reader cannot see: those that turn the direction of text make a page say
//! something else than it shows, and are errors; the others are warnings.

use serde_json::Value;

use super::{Finding, Level, MOST_OF_A_KIND};
use crate::source::PointerIndex;

pub(super) fn check(places: &mut PointerIndex<'_>, findings: &mut Vec<Finding>) {
    let mut found = Vec::new();
    for (key, value) in places.source().front_matter() {
        let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        if found.len() < MOST_OF_A_KIND {
            in_value(places, value, pointer, &mut found);
        }
    }
    let first = places.source().body_line();
    for (line, number) in places.source().body().split('\n').zip(first..) {
        if found.len() >= MOST_OF_A_KIND {
            break;
        }
        let hidden = hidden_characters(line);
        found.extend(hidden.map(|(level, character)| finding(level, character).at_line(number)));
    }
    found.truncate(MOST_OF_A_KIND);
    findings.append(&mut found);
}

fn in_value(
    places: &mut PointerIndex<'_>,
    value: &Value,
    pointer: String,
    found: &mut Vec<Finding>,
) {
    match value {
        Value::String(text) => {
            let first = hidden_characters(text).next();
            found.extend(
                first.map(|(level, character)| {
                    finding(level, character).at_pointer(places, pointer)
                }),
            );
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                in_value(places, item, format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let step = key.replace('~', "~0").replace('/', "~1");
                in_value(places, value, format!("{pointer}/{step}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn finding(level: Level, character: char) -> Finding {
    let code = match level {
        Level::Error => "character_bidi_control",
        Level::Warn | Level::Hint => "character_invisible",
    };
    Finding::new(level, code).with("character", format!("U+{:04X}", u32::from(character)))
}

/// The characters of `text` that show nothing, and how grave each is.
fn hidden_characters(text: &str) -> impl Iterator<Item = (Level, char)> {
    let mut previous = ' ';
    text.chars().filter_map(move |character| {
        let before = std::mem::replace(&mut previous, character);
        match character {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some((Level::Error, character)),
            '\t' | '\n' | '\r' => None,
            // A joiner belongs into a family emoji, not behind a letter.
            '\u{200c}' | '\u{200d}' if !before.is_alphanumeric() => None,
            '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' => Some((Level::Warn, character)),
            _ if character.is_control() => Some((Level::Warn, character)),
            _ => None,
        }
    })
}
