use annai_domain::{RevisionId, limits};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;

const FRONT_MATTER: &str = "---json\n{\n  \"title\": \"題\",\n  \"slug\": \"a\"\n}\n---\n";

fn guide(body: &str) -> GuideSource {
    GuideSource::parse(format!("{FRONT_MATTER}{body}")).unwrap()
}

/// Returns the quotation of `words`, selected in `body` after `before`.
fn quoted(body: &str, before: &str, words: &str) -> Quotation {
    let start = body.find(&format!("{before}{words}")).unwrap() + before.len();
    chosen(body, start..start + words.len())
}

/// Returns the quotation that results from a selection of those bytes.
fn chosen(body: &str, bytes: Range<usize>) -> Quotation {
    let (before, behind) = (&body[..bytes.start], &body[bytes.end..]);
    let rough = rough(&body[bytes], last(before, 64), first(behind, 64));
    taken(&rough, body).unwrap()
}

fn rough(quote: &str, prefix: &str, suffix: &str) -> Quotation {
    Quotation {
        revision_id: RevisionId(Uuid::nil()),
        quote: quote.to_owned(),
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
    }
}

fn taken(rough: &Quotation, body: &str) -> Option<Quotation> {
    AnchoredText::new(&guide(body)).quotation(rough)
}

/// Returns the place in `body`, as bytes of the body.
fn found(quotation: &Quotation, body: &str) -> Option<Range<usize>> {
    let source = guide(body);
    let place = AnchoredText::new(&source).place(&Anchor::Quote(quotation.clone()));
    let (range, _) = place.at()?;
    Some(range.start - FRONT_MATTER.len()..range.end - FRONT_MATTER.len())
}

const BODY: &str = "# 案内\n\n開発の現場は複雑です。複数の環境を複製し、複雑さを減らします。\n\n\
    - 設計：基盤を設計する人です。\n- 運用：基盤を運用する人です。\n\n## まとめ\n\n\
    最後に、この仕事の将来について短くまとめます。\n";

#[test]
fn a_single_letter_is_identified_by_its_surroundings() {
    for (before, start) in [
        ("現場は", "複雑です"),
        ("です。", "複数"),
        ("環境を", "複製"),
    ] {
        let quotation = quoted(BODY, before, "複");
        let place = found(&quotation, BODY).unwrap();
        assert!(BODY[place.start..].starts_with(start), "{quotation:?}");

        let edited = BODY
            .replace("# 案内", "# 長い長い案内です")
            .replace("短く", "手短かに");
        let place = found(&quotation, &edited).unwrap();
        assert!(edited[place.start..].starts_with(start), "{quotation:?}");
    }
}

#[rstest]
#[case::the_word_before("開発の現場は", "開発の職場は")]
#[case::the_word_behind("複数の環境", "複数のクラウド")]
#[case::the_letter_next_to_it("です。複数", "です！複数")]
#[case::both_sides("です。複数の", "だ。複数のクラウドの")]
fn a_nearby_edit_does_not_lose_the_quotation(#[case] old: &str, #[case] new: &str) {
    let quotation = quoted(BODY, "です。", "複");
    let edited = BODY.replace(old, new);
    assert_ne!(edited, BODY);
    let place = found(&quotation, &edited).unwrap();
    assert!(edited[place.start..].starts_with("複数"));
}

#[rstest]
#[case::the_letter("です。複数", "です。数")]
#[case::its_sentence("複数の環境を複製し、複雑さを減らします。", "")]
#[case::its_paragraph(
    "開発の現場は複雑です。複数の環境を複製し、複雑さを減らします。\n\n",
    ""
)]
#[case::another_letter_in_its_place("です。複数", "です。多数")]
fn a_deleted_quotation_is_gone_however_often_its_words_occur_elsewhere(
    #[case] old: &str,
    #[case] new: &str,
) {
    let quotation = quoted(BODY, "です。", "複");
    let edited = BODY.replace(old, new);
    assert_ne!(edited, BODY);
    assert_eq!(found(&quotation, &edited), None);
}

#[test]
fn a_moved_sentence_is_found() {
    let sentence = "最後に、この仕事の将来について短くまとめます。";
    let quotation = quoted(BODY, "", sentence);
    let edited = format!("{sentence}\n\n{}", BODY.replace(sentence, ""));
    assert_eq!(found(&quotation, &edited), Some(0..sentence.len()));
}

#[rstest]
#[case::spacing("複雑です", "複雑 です")]
#[case::line_ends("\n", "\r\n")]
#[case::a_broken_line("環境を複製し", "環境を\n複製し")]
#[case::width("10人", "１０人")]
#[case::composition("ガイド", "カ\u{3099}イト\u{3099}")]
#[case::half_width_kana("ガイド", "ｶﾞｲﾄﾞ")]
fn white_space_width_and_composition_change_nothing(#[case] old: &str, #[case] new: &str) {
    let body = format!("{BODY}\n10人のガイドです。\n");
    let edited = body.replace(old, new);
    assert_ne!(edited, body);
    for words in ["現場は複雑です", "複数の環境を複製し", "10人のガイド"] {
        let place = found(&quoted(&body, "", words), &edited).unwrap();
        let plain = |text: &str| text.replace([' ', '\r', '\n'], "");
        let expected = plain(&words.replace(&plain(old), &plain(new)));
        assert_eq!(plain(&edited[place]), expected);
    }
}

#[rstest]
#[case::another_letter("①", "1")]
#[case::another_case("SRE", "sre")]
#[case::another_kana("サーバー", "サーバ")]
fn any_other_change_loses_the_quotation(#[case] old: &str, #[case] new: &str) {
    let body = format!("{BODY}\n{old}\n");
    assert_eq!(
        found(&quoted(&body, "", old), &body.replace(old, new)),
        None
    );
}

#[test]
fn a_letter_is_a_whole_grapheme_cluster() {
    let body = "家族は👨‍👩‍👧です。か\u{3099}くせい。👩です。";
    for part in ["👨", "か"] {
        assert_eq!(taken(&rough(part, "", ""), body), None, "{part}");
    }
    let place = found(&quoted(body, "。", "👩"), body).unwrap();
    assert_eq!(&body[place.start..], "👩です。");
}

#[test]
fn indistinguishable_places_are_ambiguous() {
    let row =
        "| はい | はい | はい | はい | はい | はい | はい | はい | はい | はい | はい | はい |\n";
    let body = row.repeat(12);
    let at = body.len() / 2;
    let start = at + body[at..].find("はい").unwrap();
    let source = guide(&body);
    let quotation = chosen(&body, start..start + "はい".len());
    let place = AnchoredText::new(&source).place(&Anchor::Quote(quotation));
    assert!(matches!(place, Place::Ambiguous { .. }), "{place:?}");
}

#[test]
fn a_place_has_the_bytes_and_the_line_of_the_file() {
    let source = guide(BODY);
    let text = AnchoredText::new(&source);
    let place = text.place(&Anchor::Quote(quoted(BODY, "", "複数")));
    let Place::Found { range, line } = place else {
        panic!("{place:?}")
    };
    assert_eq!((&source.as_str()[range], line), ("複数", 9));
}

#[test]
fn a_field_is_found_whether_filled_in_or_not() {
    let source = guide("本文");
    let text = AnchoredText::new(&source);
    for (key, value, line) in [("slug", "\"a\"", 4), ("thumbnail", "{", 2)] {
        let place = text.place(&Anchor::Field(key.to_owned()));
        let (range, at) = place.at().unwrap();
        assert!(source.as_str()[range].starts_with(value), "{key}");
        assert_eq!(at, line, "{key}");
    }
    let bare = GuideSource::parse("本文").unwrap();
    let place = AnchoredText::new(&bare).place(&Anchor::Field("slug".to_owned()));
    assert_eq!(
        place,
        Place::Found {
            range: 0..0,
            line: 1
        }
    );
}

#[test]
fn white_space_and_empty_text_cannot_be_quoted() {
    for quote in ["", " ", "\n\n", "\u{3000}", "無い文"] {
        assert_eq!(taken(&rough(quote, "", ""), BODY), None, "{quote:?}");
    }
}

#[test]
fn a_stored_quotation_is_bounded() {
    let mark = "e\u{301}\u{302}".repeat(3);
    let body = format!("{}あ{mark}い{}", mark.repeat(40), "\u{301}".repeat(5_000));
    let kept = taken(&rough("あ", "", ""), &body).unwrap();
    for context in [&kept.prefix, &kept.suffix] {
        assert!(context.chars().count() <= limits::QUOTE_CONTEXT, "{kept:?}");
    }
    assert_eq!(
        taken(&rough(&body, "", ""), &body),
        None,
        "longer than a quotation may be"
    );
}

/// Both must return at once; in quadratic time they would take minutes.
#[rstest]
#[case::one_letter(1)]
#[case::a_long_run(2_000)]
fn a_hostile_text_is_searched_in_time_that_grows_with_its_length(#[case] length: usize) {
    let body = "あ".repeat(170_000);
    let run = "あ".repeat(length);
    let context = "あ".repeat(31);
    let quotation = rough(&run, &format!("い{context}"), &format!("{context}い"));
    assert!(found(&quotation, &body).is_some());
    assert!(found(&rough(&run, &body, &body), &body).is_some());
}

/// Generates texts with many similar words: a few syllables, punctuation and line ends.
fn texts() -> impl Strategy<Value = String> {
    let parts = [
        "複",
        "雑",
        "の",
        "です",
        "。",
        "\n",
        "設計",
        "運用",
        "A",
        "👨‍👩‍👧",
        "か\u{3099}",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 1..160)
        .prop_map(|parts| parts.concat())
}

/// Generates texts together with the bytes of selected letters.
fn selections() -> impl Strategy<Value = (String, Range<usize>)> {
    let chosen = (texts(), any::<proptest::sample::Index>(), 1..12_usize);
    chosen.prop_filter_map("white space only", |(body, start, length)| {
        let letters = Letters::of(&body);
        let start = start.index(letters.len().max(1));
        let end = letters.len().min(start + length);
        (start < end).then(|| (body, letters.bytes(start..end)))
    })
}

/// Returns whether the words at `place` in `body` stand in all the surroundings of `quotation`.
///
/// White space is not compared.
fn is_in_its_surroundings(quotation: &Quotation, body: &str, place: Range<usize>) -> bool {
    let there = chosen(body, place);
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    let (prefix, suffix) = (letters(&there.prefix), letters(&there.suffix));
    prefix.ends_with(&letters(&quotation.prefix)) && suffix.starts_with(&letters(&quotation.suffix))
}

#[test]
fn a_line_end_around_a_word_does_not_identify_its_place() {
    let quotation = chosen("\n複", 1..4);
    let edited = "複\n\n複\n複";
    let place = found(&quotation, edited).unwrap();
    assert!(is_in_its_surroundings(&quotation, edited, place));
}

proptest! {
    #[test]
    fn an_edit_elsewhere_never_loses_a_quotation(
        (body, bytes) in selections(),
        in_front in texts(),
        behind in texts(),
    ) {
        let quotation = chosen(&body, bytes.clone());
        // Everything but the letters and their stored surroundings is replaced.
        let from = bytes.start - quotation.prefix.len();
        let to = bytes.end + quotation.suffix.len();
        let edited = format!("{in_front}\n{}\n{behind}", &body[from..to]);
        let start = in_front.len() + 1 + quotation.prefix.len();
        match found(&quotation, &edited) {
            Some(place) if place.start == start => prop_assert_eq!(place.len(), bytes.len()),
            Some(twin) => prop_assert!(is_in_its_surroundings(&quotation, &edited, twin)),
            None => prop_assert!(false, "it was lost"),
        }
    }

    #[test]
    fn a_deleted_quotation_is_gone_unless_its_twin_remains((body, bytes) in selections()) {
        let quotation = chosen(&body, bytes.clone());
        let edited = format!("{}{}", &body[..bytes.start], &body[bytes.end..]);
        if let Some(twin) = found(&quotation, &edited) {
            prop_assert!(is_in_its_surroundings(&quotation, &edited, twin));
        }
    }
}
