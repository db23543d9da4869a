use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many letters a person counts: grapheme clusters, so that `1️⃣` and `が` are one each.
#[must_use]
pub fn graphemes(text: &str) -> usize {
    if text.is_ascii() {
        // The one cluster of two ASCII characters is CR LF.
        return text.len() - text.matches("\r\n").count();
    }
    text.graphemes(true).count()
}

/// How wide a text is set in Japanese type, in full-width units: `あ` is 1, `a` and `ｱ` are 0.5.
///
/// Characters of ambiguous width (`…`, `※`, `①`) count as full, as Japanese fonts set them;
/// accented Latin letters count as half. Line ends and other controls have no width.
#[must_use]
pub fn width(text: &str) -> f64 {
    text.graphemes(true).map(cluster_width).sum()
}

fn cluster_width(cluster: &str) -> f64 {
    let mut characters = cluster.chars();
    let (Some(first), rest) = (characters.next(), characters.next()) else {
        return 0.0;
    };
    if first.is_control() {
        return 0.0;
    }
    let half_units = if rest.is_some() {
        cluster.width()
    } else if first.is_alphabetic() {
        first.width().unwrap_or(0)
    } else {
        first.width_cjk().unwrap_or(0)
    };
    match half_units {
        0 => 0.0,
        1 => 0.5,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", 0)]
    #[case("abc", 3)]
    #[case("1️⃣", 1)]
    #[case("か\u{3099}", 1)]
    #[case("👨‍👩‍👧", 1)]
    #[case("a\r\nb", 3)]
    fn letters_are_counted_as_a_person_counts_them(#[case] text: &str, #[case] expected: usize) {
        assert_eq!(graphemes(text), expected);
    }

    #[rstest]
    #[case("", 0.0)]
    #[case("SRE", 1.5)]
    #[case("開発", 2.0)]
    #[case("ｱｲ", 1.0)]
    #[case("（A）", 2.5)]
    #[case("…※①", 3.0)]
    #[case("é", 0.5)]
    #[case("👨‍👩‍👧", 1.0)]
    #[case("か\u{3099}", 1.0)]
    #[case("1️⃣", 1.0)]
    #[case("a\nb", 1.0)]
    fn width_is_counted_in_full_width_units(#[case] text: &str, #[case] expected: f64) {
        assert!(
            (width(text) - expected).abs() < 1e-9,
            "{text:?} is {} wide",
            width(text)
        );
    }
}
