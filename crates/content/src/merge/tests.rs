use proptest::prelude::*;
use rstest::rstest;

use super::sentences::sentences;
use super::{Choice, Conflict, ConflictPlace, Merge, Piece, ResolveError, merge};
use crate::GuideSource;

fn source(text: &str) -> GuideSource {
    GuideSource::parse(text).unwrap()
}

fn merged(base: &str, ours: &str, theirs: &str) -> Merge {
    merge(source(base), source(ours), source(theirs))
}

/// Returns the result of a merge without conflicts.
fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let merge = merged(base, ours, theirs);
    let conflicts: Vec<_> = merge.conflicts().collect();
    assert!(conflicts.is_empty(), "{conflicts:?}");
    merge.resolve(&[]).unwrap().as_str().to_owned()
}

fn resolved(merge: &Merge, choice: &Choice) -> String {
    let choices = vec![choice.clone(); merge.conflicts().count()];
    merge.resolve(&choices).unwrap().as_str().to_owned()
}

/// Returns a guide with these fields as one line of JSON.
fn with_fields(fields: &str) -> String {
    format!("---json\n{fields}\n---\n本文。\n")
}

#[rstest]
#[case("一つ。二つ！三つ", &["一つ。", "二つ！", "三つ"])]
#[case("「はい。」と言う。", &["「はい。」", "と言う。"])]
#[case("本当！？はい……そう", &["本当！？", "はい……", "そう"])]
#[case("Yes! No? https://a.jp/?q=1!x end", &["Yes! ", "No? ", "https://a.jp/?q=1!x end"])]
#[case("Go!です", &["Go!", "です"])]
#[case("一。\r\n\r\n二。\r三", &["一。", "\r\n", "\r\n", "二。", "\r", "三"])]
#[case("| 一。| 二。|\n|---|", &["| 一。| 二。|", "\n", "|---|"])]
#[case("## 何？なぜ？\n", &["## 何？なぜ？", "\n"])]
#[case("```\n一。二。\n```\n三。四。", &["```", "\n", "一。二。", "\n", "```", "\n", "三。", "四。"])]
#[case("```\n一。二。", &["```", "\n", "一。", "二。"])]
#[case("", &[])]
fn a_body_is_cut_into_sentences(#[case] body: &str, #[case] tokens: &[&str]) {
    assert_eq!(sentences(body), tokens);
}

#[test]
fn different_sentences_of_one_paragraph_are_both_kept() {
    let base = "一つ目。二つ目。三つ目。\n";
    assert_eq!(
        clean(
            base,
            "壱つ目。二つ目。三つ目。\n",
            "一つ目。二つ目。参つ目。\n"
        ),
        "壱つ目。二つ目。参つ目。\n"
    );
    let neighbours = clean(
        base,
        "壱つ目。二つ目。三つ目。\n",
        "一つ目。弐つ目。三つ目。\n",
    );
    assert_eq!(neighbours, "壱つ目。弐つ目。三つ目。\n");
}

#[test]
fn a_sentence_that_both_changed_alike_is_agreed() {
    let ours = "一個。二。三。\n";
    assert_eq!(
        clean("一。二。三。\n", ours, "一個。二。三個。\n"),
        "一個。二。三個。\n"
    );
}

#[test]
fn a_sentence_that_both_changed_is_a_conflict_in_its_place() {
    let base = "---json\n{}\n---\n# 題\n\n## 節\n\n一。二。三。\n";
    let merge = merged(base, &base.replace("二", "弐"), &base.replace("二", "2"));
    let conflict = Conflict {
        place: ConflictPlace::Body {
            headings: vec!["題".to_owned(), "節".to_owned()],
            line: 5,
        },
        base: Some("二。".to_owned()),
        ours: Some("弐。".to_owned()),
        theirs: Some("2。".to_owned()),
    };
    assert_eq!(merge.conflicts().collect::<Vec<_>>(), [&conflict]);
    assert_eq!(resolved(&merge, &Choice::Ours), base.replace("二", "弐"));
    assert_eq!(resolved(&merge, &Choice::Theirs), base.replace("二", "2"));
    assert_eq!(
        resolved(&merge, &Choice::Both),
        base.replace("二。", "2。弐。")
    );
    let own = Choice::Own("two。".to_owned());
    assert_eq!(resolved(&merge, &own), base.replace("二", "two"));
    assert_eq!(merge.resolve(&[]), Err(ResolveError::Undecided));
}

#[rstest]
#[case::sentences("一。\n", "一。甲。\n", "一。乙。\n", "一。乙。甲。\n")]
#[case::lines("- 一\n", "- 一\n- 甲\n", "- 一\n- 乙\n", "- 一\n- 乙\n- 甲\n")]
#[case::paragraphs(
    "一。\n\n二。\n",
    "一。\n\n甲。\n\n二。\n",
    "一。\n\n乙。\n\n二。\n",
    "一。\n\n乙。\n\n甲。\n\n二。\n"
)]
#[case::at_the_end("一。\n", "一。\n\n甲。\n", "一。\n\n乙。\n", "一。\n\n乙。\n\n甲。\n")]
#[case::rows(
    "|1|\n|2|\n",
    "|1|\n|a|\n|2|\n",
    "|1|\n|b|\n|2|\n",
    "|1|\n|b|\n|a|\n|2|\n"
)]
#[case::windows(
    "一\r\n二\r\n",
    "一\r\n甲\r\n二\r\n",
    "一\r\n乙\r\n二\r\n",
    "一\r\n乙\r\n甲\r\n二\r\n"
)]
fn additions_at_one_point_are_a_conflict_and_both_can_stay(
    #[case] base: &str,
    #[case] ours: &str,
    #[case] theirs: &str,
    #[case] both: &str,
) {
    let merge = merged(base, ours, theirs);
    assert_eq!(merge.conflicts().count(), 1, "{:?}", merge.pieces());
    assert_eq!(resolved(&merge, &Choice::Both), both);
}

#[test]
fn an_addition_next_to_a_change_conflicts_only_if_the_change_adds_too() {
    assert_eq!(
        clean("一。二。\n", "一。甲。二。\n", "一。弐。\n"),
        "一。甲。弐。\n"
    );
    let merge = merged("一。二。\n", "一。甲。二。\n", "一。弐。参。\n");
    assert_eq!(merge.conflicts().count(), 1, "{:?}", merge.pieces());
}

#[test]
fn a_sentence_that_one_side_removed_and_the_other_changed_is_a_conflict() {
    let merge = merged("一。二。三。\n", "一。三。\n", "一。弐。三。\n");
    let [conflict] = merge.conflicts().collect::<Vec<_>>()[..] else {
        panic!("{:?}", merge.pieces());
    };
    assert_eq!(conflict.ours.as_deref(), Some(""));
    assert_eq!(conflict.theirs.as_deref(), Some("弐。"));
}

#[test]
fn a_persons_own_text_takes_the_line_ends_of_the_body() {
    let merge = merged("一。\r\n二。\r\n", "壱。\r\n二。\r\n", "1。\r\n二。\r\n");
    let own = Choice::Own("上。\r\n\r\n下。".to_owned());
    assert_eq!(resolved(&merge, &own), "上。\r\n\r\n下。\r\n二。\r\n");
}

#[test]
fn fields_are_merged_by_key_on_our_bytes() {
    let base = "---json\n{\n  \"title\" : \"題\",\n  \"n\": 1.50,\n  \"gone\": 1,\n  \"tags\": [\"a\", \"b\"]\n}\n---\n本文。\n";
    let ours = base.replace("\"題\"", "\"わたしの題\"");
    let theirs = base.replace("1.50", "2.50").replace("  \"gone\": 1,\n", "");
    let expected = ours.replace("1.50", "2.5").replace("  \"gone\": 1,\n", "");
    assert_eq!(clean(base, &ours, &theirs), expected);
}

#[test]
fn objects_are_merged_by_their_keys_too() {
    let base = with_fields(r#"{"og": {"title": "題", "image": "a.png"}, "slug": "s"}"#);
    let ours = base.replace("a.png", "b.png");
    let theirs = base.replace("題", "別の題");
    assert_eq!(clean(&base, &ours, &theirs), ours.replace("題", "別の題"));
    let merge = merged(&base, &ours, &base.replace("a.png", "c.png"));
    let place = &merge.conflicts().next().unwrap().place;
    let path = vec!["og".to_owned(), "image".to_owned()];
    assert_eq!(
        *place,
        ConflictPlace::Field {
            path,
            is_text: true
        }
    );
}

#[rstest]
#[case(
    r#"["a","b"]"#,
    r#"["a","b","x"]"#,
    r#"["a","b","y"]"#,
    r#"["a","b","x","y"]"#
)]
#[case(
    r#"["a","b"]"#,
    r#"["a","b","y"]"#,
    r#"["a","b","x"]"#,
    r#"["a","b","x","y"]"#
)]
#[case(
    r#"["a","b","c"]"#,
    r#"["b","c"]"#,
    r#"["a","b","c","d"]"#,
    r#"["b","c","d"]"#
)]
#[case(
    r#"["a","b","c"]"#,
    r#"["c","a","b"]"#,
    r#"["a","x","b"]"#,
    r#"["a","x","b"]"#
)]
#[case(
    r#"["a","b","c"]"#,
    r#"["c","a","b"]"#,
    r#"["a","b","c","x"]"#,
    r#"["c","x","a","b"]"#
)]
#[case(r#"["a"]"#, r#"["a","x"]"#, r#"["x","a"]"#, r#"["x","a"]"#)]
#[case(r#"["a"]"#, r#"["甲"]"#, r#"["乙"]"#, r#"["乙","甲"]"#)]
fn lists_are_sets_that_keep_their_order(
    #[case] base: &str,
    #[case] ours: &str,
    #[case] theirs: &str,
    #[case] expected: &str,
) {
    let guide = |list: &str| with_fields(&format!(r#"{{"tags": {list}}}"#));
    let text = clean(&guide(base), &guide(ours), &guide(theirs));
    let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
    assert_eq!(source(&text).front_matter()["tags"], expected);
}

#[rstest]
#[case::text(r#""a""#, r#""b""#, r#""c""#)]
#[case::removed(r#""a""#, "", r#""c""#)]
#[case::both_new("", r#""b""#, r#""c""#)]
#[case::both_reordered(r#"["a","b","c"]"#, r#"["c","a","b"]"#, r#"["b","a","c"]"#)]
#[case::no_set(r#"["a"]"#, r#"["a","a"]"#, r#"["a","b"]"#)]
#[case::another_type(r#"{"a":1}"#, r#"{"a":2}"#, "[1]")]
fn a_field_that_cannot_be_merged_is_a_conflict(
    #[case] base: &str,
    #[case] ours: &str,
    #[case] theirs: &str,
) {
    let guide = |value: &str| {
        with_fields(&if value.is_empty() {
            r#"{"slug": "s"}"#.to_owned()
        } else {
            format!(r#"{{"key": {value}, "slug": "s"}}"#)
        })
    };
    let merge = merged(&guide(base), &guide(ours), &guide(theirs));
    assert_eq!(merge.conflicts().count(), 1);
    for (choice, side) in [(Choice::Ours, ours), (Choice::Theirs, theirs)] {
        let text = resolved(&merge, &choice);
        let chosen = source(&guide(side));
        assert_eq!(source(&text).front_matter(), chosen.front_matter());
    }
    assert_eq!(merge.resolve(&[Choice::Both]), Err(ResolveError::Undecided));
    let own = resolved(&merge, &Choice::Own(String::new()));
    assert_eq!(source(&own).front_matter().get("key"), None);
}

#[test]
fn an_own_value_is_a_text_where_one_stood_and_json_elsewhere() {
    let guide = |value: &str| with_fields(&format!(r#"{{"key": {value}}}"#));
    let texts = merged(&guide(r#""a""#), &guide(r#""b""#), &guide(r#""c""#));
    let text = resolved(&texts, &Choice::Own("1".to_owned()));
    assert_eq!(source(&text).front_matter()["key"], "1");
    let numbers = merged(&guide("1"), &guide("2"), &guide("3"));
    let text = resolved(&numbers, &Choice::Own("4".to_owned()));
    assert_eq!(source(&text).front_matter()["key"], 4);
    let no_json = numbers.resolve(&[Choice::Own("{".to_owned())]);
    assert_eq!(no_json, Err(ResolveError::NotJson { index: 0 }));
}

#[test]
fn a_file_without_front_matter_can_get_one() {
    let text = clean(
        "一。\n",
        "---json\n{\n  \"slug\": \"s\"\n}\n---\n一。\n",
        "一。二。\n",
    );
    assert_eq!(text, "---json\n{\n  \"slug\": \"s\"\n}\n---\n一。二。\n");
    let text = clean(
        "---json\n{}\n---",
        "---json\n{}\n---",
        "---json\n{\"a\":1}\n---",
    );
    assert_eq!(text, "---json\n{\"a\":1}\n---");
    let both = clean(
        "---json\n{}\n---",
        "---json\n{}\n---\n一。",
        "---json\n{\"a\":1}\n---",
    );
    assert_eq!(both, "---json\n{\n  \"a\": 1\n}\n---\n一。");
}

#[test]
fn without_a_question_the_body_keeps_both_and_the_front_matter_ours() {
    let text =
        |title: &str, body: &str| format!("---json\n{{\"title\": \"{title}\"}}\n---\n{body}\n");
    let merge = merged(
        &text("元", "前。元の文。"),
        &text("甲", "前。甲の文。"),
        &text("乙", "前。乙の文。"),
    );
    assert_eq!(merge.conflicts().count(), 2);
    let kept = merge.keep_both().unwrap();
    assert_eq!(kept.as_str(), text("甲", "前。乙の文。甲の文。"));
}

#[test]
fn a_result_that_is_not_a_guide_is_refused() {
    let half = "あ".repeat(GuideSource::MAX_BYTES / 3 / 2);
    let merge = merged(
        "一。二。三。",
        &format!("{half}。二。三。"),
        &format!("一。二。{half}い。"),
    );
    assert_eq!(merge.conflicts().count(), 0);
    assert!(matches!(merge.resolve(&[]), Err(ResolveError::Source(_))));
}

/// Generates bodies with all the difficult features.
fn body() -> impl Strategy<Value = Vec<String>> {
    let sentence = prop_oneof![
        8 => "[あいう漢]{1,3}[。！？]",
        2 => Just("\n".to_owned()),
        2 => Just("\r\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => Just("```\n".to_owned()),
        1 => Just("| 甲。 | 乙。 |\n".to_owned()),
        1 => Just("## 節\n".to_owned()),
        1 => Just("か\u{3099}👨\u{200d}👩\u{200d}👧！」".to_owned()),
    ];
    prop::collection::vec(sentence, 0..24)
}

/// Generates edits of sentences: keep, replace, remove, insert before.
fn edits(name: &'static str) -> impl Strategy<Value = Vec<(usize, u8, String)>> {
    let text = "[0-9]{1,2}".prop_map(move |number| format!("{name}{number}。"));
    prop::collection::vec((0..24_usize, 0..3_u8, text), 0..4)
}

fn edited(base: &[String], edits: &[(usize, u8, String)]) -> Vec<String> {
    let mut body = base.to_vec();
    for (place, kind, text) in edits {
        let place = place % (body.len() + 1);
        match kind {
            0 => body.insert(place, text.clone()),
            _ if place == body.len() => {}
            1 => body[place].clone_from(text),
            _ => drop(body.remove(place)),
        }
    }
    body
}

fn mirrored(piece: &Piece) -> Piece {
    match piece.clone() {
        Piece::Agreed(text) => Piece::Agreed(text),
        Piece::OnlyOurs { base, ours } => Piece::OnlyTheirs { base, theirs: ours },
        Piece::OnlyTheirs { base, theirs } => Piece::OnlyOurs { base, ours: theirs },
        Piece::Conflict(conflict) => Piece::Conflict(Conflict {
            ours: conflict.theirs,
            theirs: conflict.ours,
            ..conflict
        }),
    }
}

/// Returns a piece without its place, which depends on our lines.
fn placeless(piece: &Piece) -> Piece {
    match piece.clone() {
        Piece::Conflict(conflict) => Piece::Conflict(Conflict {
            place: ConflictPlace::Body {
                headings: Vec::new(),
                line: 0,
            },
            ..conflict
        }),
        other => other,
    }
}

proptest! {
    #[test]
    fn sentences_join_to_the_same_bytes(text in "[あ。！？!?」\\r\\n|`# a]{0,60}") {
        prop_assert_eq!(sentences(&text).concat(), text);
    }

    #[test]
    fn a_change_of_one_side_alone_is_kept(base in body(), edits in edits("甲")) {
        let changed = edited(&base, &edits).concat();
        let base = base.concat();
        prop_assert_eq!(clean(&base, &changed, &base), changed.as_str());
        prop_assert_eq!(clean(&base, &base, &changed), changed.as_str());
        prop_assert_eq!(clean(&base, &changed, &changed), changed.as_str());
    }

    #[test]
    fn nothing_of_either_side_disappears(base in body(), ours in edits("甲"), theirs in edits("乙")) {
        let ours = edited(&base, &ours).concat();
        let theirs = edited(&base, &theirs).concat();
        let base = base.concat();
        let merge = merged(&base, &ours, &theirs);
        let side = |pick: fn(&Piece) -> &str| merge.pieces().iter().map(pick).collect::<String>();
        prop_assert_eq!(side(|piece| match piece {
            Piece::OnlyTheirs { base, .. } => base,
            other => other.text(),
        }), ours.as_str());
        prop_assert_eq!(side(|piece| match piece {
            Piece::Agreed(text) | Piece::OnlyOurs { base: text, .. } | Piece::OnlyTheirs { theirs: text, .. } => text,
            Piece::Conflict(conflict) => conflict.theirs.as_deref().unwrap(),
        }), theirs.as_str());
        // Choosing "both" everywhere keeps every sentence that either side wrote.
        let both = resolved(&merge, &Choice::Both);
        for sentence in sentences(&ours).into_iter().chain(sentences(&theirs)) {
            if sentence.starts_with(['甲', '乙']) {
                prop_assert!(both.contains(sentence), "{sentence} is not in {both:?}");
            }
        }
    }

    #[test]
    fn swapping_the_sides_mirrors_the_result(base in body(), ours in edits("甲"), theirs in edits("乙")) {
        let ours = edited(&base, &ours).concat();
        let theirs = edited(&base, &theirs).concat();
        let base = base.concat();
        let here = merged(&base, &ours, &theirs);
        let there = merged(&base, &theirs, &ours);
        let here: Vec<_> = here.pieces().iter().map(placeless).collect();
        let there: Vec<_> = there.pieces().iter().map(|piece| placeless(&mirrored(piece))).collect();
        prop_assert_eq!(here, there);
    }

    #[test]
    fn swapping_the_sides_of_a_list_changes_nothing(
        base in prop::collection::hash_set("[a-f]", 0..6),
        ours in prop::collection::hash_set("[a-i]", 0..6),
        theirs in prop::collection::hash_set("[a-i]", 0..6),
    ) {
        let values = |set: &std::collections::HashSet<String>| {
            set.iter().map(|text| serde_json::Value::from(text.as_str())).collect::<Vec<_>>()
        };
        let (base, ours, theirs) = (values(&base), values(&ours), values(&theirs));
        let list = super::lists::merge(&base, &ours, &theirs);
        prop_assert_eq!(&list, &super::lists::merge(&base, &theirs, &ours));
        for (side, other) in [(&ours, &theirs), (&theirs, &ours)] {
            let added = side.iter().filter(|item| !base.contains(item) || other.contains(item));
            for item in added {
                prop_assert!(list.as_ref().is_none_or(|list| list.contains(item)));
            }
        }
    }
}

/// Texts that would keep a quadratic search busy for hours; here each takes seconds, unoptimised.
#[rstest]
#[case::one_long_line("あ".repeat(170_000))]
#[case::line_ends("\n".repeat(100_000))]
#[case::few_kinds_of_sentences("い。ろ。は。い。い。ろ。".repeat(14_000))]
#[case::every_sentence_another(sentences_of(0..20_000, |number| [number, number]))]
#[case::fences("```\n~~~~\n".repeat(50_000))]
#[case::anchors_below_anchors(sentences_of(1..30_000, |number| [number + 1, number]))]
fn hostile_texts_are_merged_in_bounded_time(#[case] base: String) {
    let middle = base.floor_char_boundary(base.len() / 2);
    let (left, right) = base.split_at(middle);
    let turned: String = sentences(&base).into_iter().rev().collect();
    for (ours, theirs) in [
        (format!("甲。{base}"), format!("{left}乙。{right}")),
        (turned.clone(), format!("{left}乙。{right}")),
        (turned, format!("{right}{left}")),
    ] {
        let merge = merged(&base, &ours, &theirs);
        assert!(!resolved(&merge, &Choice::Ours).is_empty());
    }
}

/// Returns two sentences for each number.
fn sentences_of(numbers: std::ops::Range<u32>, pair: fn(u32) -> [u32; 2]) -> String {
    let sentences = numbers.flat_map(pair);
    sentences
        .flat_map(|number| [number.to_string(), "。".to_owned()])
        .collect()
}

#[test]
fn rows_against_one_replaced_table_are_one_conflict() {
    let base = "| 番号 | 値 |\n|---|---|\n| 1 | 甲 |\n| 2 | 乙 |\n| 3 | 丙 |\n| 4 | 丁 |\n";
    let ours = "| 番号 | 値 |\n|---|---|\n| 1 | 甲。 |\n| 2 | 乙。 |\n| 3 | 丙。 |\n| 4 | 丁。 |\n";
    let theirs = "表は図に替えました。\n\n```text\nabc\ndef\nghi\njkl\n```\n";
    let merge = merged(base, ours, theirs);
    assert_eq!(merge.conflicts().count(), 1, "{:?}", merge.pieces());
    assert_eq!(resolved(&merge, &Choice::Theirs), theirs);
    assert_eq!(resolved(&merge, &Choice::Ours), ours);
}

#[test]
fn corrected_rows_stay_conflicts_of_their_own() {
    let base = "| 一番目の行 |\n| 二番目の行 |\n";
    let ours = "| 一番目の列 |\n| 二番目の列 |\n";
    let theirs = "| 一番目の欄 |\n| 二番目の欄 |\n";
    assert_eq!(merged(base, ours, theirs).conflicts().count(), 2);
}

/// A block in place of a table, and the corrections that somebody else made to that table.
#[rstest]
#[case::code("```text\nA = 1\nB = 2\nC = 3\n```\n")]
#[case::open_box(":::note\nA は 1。\n\nB は 2。C は 3。\n:::\n")]
#[case::list("- A は 1\n- B は 2\n- C は 3\n")]
fn a_replaced_table_is_one_choice(#[case] block: &str) {
    let around = |block: &str| format!("# 題\n\n前。\n\n{block}\n後。\n");
    let table = "| 項目 | 値 |\n|---|---|\n| A | 1 |\n| B | 2 |\n| C | 3 |\n";
    for corrected in [
        table.replace("| A | 1 |", "| A | 100 |"),
        table
            .replace("| A | 1 |", "| A | 100 |")
            .replace("| C | 3 |", "| C | 300 |"),
        table.replace("| C |", "| B2 | 22 |\n| C |"),
        format!("{table}| D | 4 |\n"),
    ] {
        let (ours, theirs) = (around(block), around(&corrected));
        let merge = merged(&around(table), &ours, &theirs);
        assert_eq!(merge.conflicts().count(), 1, "{:?}", merge.pieces());
        assert_eq!(resolved(&merge, &Choice::Ours), ours);
        assert_eq!(resolved(&merge, &Choice::Theirs), theirs);
    }
}

#[test]
fn a_box_that_became_a_quotation_is_one_choice() {
    let base = "前。\n\n:::note\n一つ目。\n\n二つ目。\n:::\n\n後。\n";
    let ours = base.replace("二つ目。", "二つ目の直し。");
    let theirs = "前。\n\n> 一つ目。\n>\n> 二つ目。\n\n後。\n";
    let merge = merged(base, &ours, theirs);
    let conflicts: Vec<_> = merge.conflicts().collect();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].combined(), None);
    assert_eq!(resolved(&merge, &Choice::Ours), ours);
    assert_eq!(resolved(&merge, &Choice::Theirs), theirs);
}

#[test]
fn lines_of_code_that_stays_code_are_merged_alone() {
    let base = "```\na\nb\nc\nd\n```\n";
    let (ours, theirs) = (base.replace('a', "x"), base.replace('d', "y"));
    assert_eq!(clean(base, &ours, &theirs), "```\nx\nb\nc\ny\n```\n");
}
