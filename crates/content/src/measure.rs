use unicode_segmentation::UnicodeSegmentation;

/// The reading speed for Japanese prose, in letters a minute.
const LETTERS_A_MINUTE: usize = 500;

/// Returns the number of letters a person counts: grapheme clusters, so `1️⃣` and `が` are one each.
pub(crate) fn graphemes(text: &str) -> usize {
    if text.is_ascii() {
        // CR LF is the only cluster of two ASCII characters.
        return text.len() - text.matches("\r\n").count();
    }
    text.graphemes(true).count()
}

/// Returns the number of letters of a Markdown body: its grapheme clusters that are not white space.
///
/// Markup counts, so the editor can show the same number while somebody types.
/// `admin-ui/static/js/measure.js` implements the same rule, and `tests/fixtures/measure.json`
/// holds both to it.
pub(crate) fn body_letters(body: &str) -> usize {
    // A line end ends a cluster and is white space, so every line can be counted alone.
    body.split('\n').map(line_letters).sum()
}

fn line_letters(line: &str) -> usize {
    if line.chars().all(stands_alone) {
        return line.chars().filter(|c| !c.is_whitespace()).count(); // several times as fast
    }
    let is_letter = |cluster: &&str| !cluster.chars().all(char::is_whitespace);
    line.graphemes(true).filter(is_letter).count()
}

/// Returns whether the character never joins another such character in a cluster.
fn stands_alone(character: char) -> bool {
    matches!(
        character,
        ' '..='~' | '　'..='〗' | 'ぁ'..='ゖ' | 'ァ'..='ヿ' | '一'..='\u{9fff}' | '！'..='ﾝ'
    )
}

/// Returns the minutes needed to read this number of letters, rounded up.
pub(crate) fn reading_minutes(letters: usize) -> usize {
    letters.div_ceil(LETTERS_A_MINUTE)
}

/// Returns the width of a text in full-width units: `あ` is 1, `a` and `ｱ` are 0.5.
///
/// Symbols that a Japanese font sets full width (`…`, `※`, `①`) count as full. Letters of Latin,
/// Greek and other scripts that it sets half width count as half. Line ends, other controls and
/// lone marks have no width. `admin-ui/static/js/measure.js` implements the same rule, and
/// `tests/fixtures/measure.json` holds both to it, character by character.
#[must_use]
pub fn width(text: &str) -> f64 {
    text.graphemes(true).map(cluster_width).sum()
}

/// Shortens a text to `limit` full-width units, with `…` at the end if it was cut.
///
/// No letter is split.
#[must_use]
pub fn cut(text: &str, limit: f64) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit - width("…");
    let shown = text.graphemes(true).take_while(|cluster| {
        left -= cluster_width(cluster);
        left >= 0.0
    });
    shown.chain(["…"]).collect()
}

fn cluster_width(cluster: &str) -> f64 {
    if cluster.contains(['\u{fe0f}', '\u{20e3}']) {
        return 1.0; // displayed as an emoji
    }
    cluster.chars().next().map_or(0.0, character_width)
}

fn character_width(character: char) -> f64 {
    match u32::from(character) {
        // Controls, soft hyphen, combining marks, joiners, direction marks, variation selectors.
        0..=0x1f
        | 0x7f..=0x9f
        | 0xad
        | 0x300..=0x36f
        | 0x200b..=0x200f
        | 0x2028..=0x202e
        | 0x2060..=0x206f
        | 0x3099..=0x309a
        | 0xfe00..=0xfe0f
        | 0xfeff => 0.0,
        // Of Latin-1 the letters; after that the scripts outside East Asia.
        0x20..=0x7e
        | 0xa0
        | 0xaa
        | 0xba
        | 0xc0..=0xd6
        | 0xd8..=0xf6
        | 0xf8..=0x10ff
        | 0x1160..=0x1fff
        | 0xff61..=0xffdc
        | 0xffe8..=0xffee => 0.5,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    /// The values that Rust and the browser must compute alike.
    #[derive(Deserialize)]
    struct Fixture {
        /// The width of every single character, as code points from which each width applies.
        runs: Vec<(u32, f64)>,
        samples: Vec<Sample>,
        bodies: Vec<Body>,
    }

    #[derive(Deserialize)]
    struct Sample {
        text: String,
        graphemes: usize,
        width: f64,
        /// The text cut to a width of 4.
        cut: String,
    }

    #[derive(Deserialize)]
    struct Body {
        text: String,
        /// The number of times that the body repeats the text.
        times: usize,
        letters: usize,
        reading_minutes: usize,
    }

    fn fixture() -> Fixture {
        let text = include_str!("../../../tests/fixtures/measure.json");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_character_is_as_wide_as_in_the_browser() {
        let mut runs: Vec<(u32, f64)> = Vec::new();
        for character in '\0'..=char::MAX {
            let width = width(character.encode_utf8(&mut [0; 4]));
            if runs
                .last()
                .is_none_or(|(_, last)| (last - width).abs() > 0.1)
            {
                runs.push((character.into(), width));
            }
        }
        assert_eq!(runs, fixture().runs);
    }

    #[test]
    fn texts_are_counted_and_cut_as_in_the_browser() {
        for sample in fixture().samples {
            let text = &sample.text;
            assert_eq!(graphemes(text), sample.graphemes, "{text:?}");
            let width = width(text);
            assert!(
                (width - sample.width).abs() < 1e-9,
                "{text:?} is {width} wide"
            );
            assert_eq!(cut(text, 4.0), sample.cut, "{text:?}");
        }
    }

    /// A character that joins neither a letter nor itself has no part in the rules of clusters.
    #[test]
    fn characters_that_stand_alone_are_one_letter_each() {
        for character in ('\0'..=char::MAX).filter(|character| stands_alone(*character)) {
            let text = format!("a{character}{character}a");
            assert_eq!(graphemes(&text), 4, "{character:?}");
        }
    }

    #[test]
    fn bodies_have_the_letters_and_minutes_that_the_editor_shows() {
        for body in fixture().bodies {
            let text = body.text.repeat(body.times);
            let letters = body_letters(&text);
            assert_eq!(letters, body.letters, "{:?}", body.text);
            let minutes = reading_minutes(letters);
            assert_eq!(minutes, body.reading_minutes, "{:?}", body.text);
        }
    }
}
