//! Letters of another width than their word's, and the tilde that looks like a wave dash.

use std::ops::Range;

use annai_content::{PointerIndex, Prose, Schema};
use unicode_normalization::UnicodeNormalization;

use crate::finding::{Edit, Finding, Findings, Level};
use crate::front_matter::respelt;
use crate::words::texts;

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
