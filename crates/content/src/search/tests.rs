use std::fs;
use std::path::Path;

use annai_domain::GuideId;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::{GuideSource, Profile, Schema, render};

fn schema() -> Schema {
    Schema::parse(include_str!("../../../../content/schema.json")).unwrap()
}

fn guide(number: usize) -> GuideId {
    GuideId(Uuid::from_u128(number as u128))
}

fn source(title: &str, tags: &[&str], body: &str) -> GuideSource {
    let fields = serde_json::json!({ "title": title, "tags": tags, "category": "data" });
    GuideSource::parse(format!("---json\n{fields}\n---\n{body}")).unwrap()
}

fn index_of(sources: &[GuideSource]) -> SearchIndex {
    let schema = schema();
    let mut index = SearchIndex::default();
    for (number, source) in sources.iter().enumerate() {
        let newness = i64::try_from(number).unwrap();
        index.put(guide(number), newness, SearchDocument::of(source, &schema));
    }
    index
}

fn query(text: &str) -> SearchQuery {
    SearchQuery::parse(text).unwrap()
}

/// Returns the guides found, in order.
fn found(index: &SearchIndex, text: &str) -> Vec<GuideId> {
    let hits = index.find(&query(text), &SearchFilter::default());
    hits.into_iter().map(|hit| hit.guide_id).collect()
}

/// Returns the sample guides, cut into pieces of a few paragraphs so that words distinguish them.
fn pieces() -> Vec<GuideSource> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let mut pieces = Vec::new();
    for file in files {
        let whole = GuideSource::parse(fs::read(file).unwrap()).unwrap();
        let body = whole.body().replace("\r\n", "\n");
        let paragraphs: Vec<_> = body.split("\n\n").collect();
        let pieces_of_it = paragraphs
            .chunks(3)
            .map(|chunk| source("題", &["SRE"], &chunk.join("\n\n")));
        pieces.extend(pieces_of_it);
    }
    pieces
}

/// Returns the folded text for a plain scan.
fn scanned(source: &GuideSource) -> String {
    let body = render(source.body(), Profile::Guide).unwrap().plain_text;
    SearchDocument::folded_text(["題", "SRE"], &body)
}

#[test]
fn every_word_that_occurs_is_found_wherever_a_plain_scan_finds_it() {
    let sources = pieces();
    let texts: Vec<String> = sources.iter().map(scanned).collect();
    let index = index_of(&sources);
    let mut asked = 0;
    for (number, text) in texts.iter().enumerate() {
        let characters: Vec<char> = text.chars().collect();
        for (step, length) in [1, 2, 3, 4, 6, 9, 14]
            .into_iter()
            .cycle()
            .take(40)
            .enumerate()
        {
            let start = (step * 37 + number * 11) % characters.len();
            let end = characters.len().min(start + length);
            let words: String = characters[start..end].iter().collect();
            let Ok(query) = SearchQuery::parse(&words) else {
                continue;
            };
            let mut hits = index.find(&query, &SearchFilter::default());
            if !query.is_decided_by_index() {
                let holds = |hit: &SearchHit| {
                    let number = usize::try_from(hit.guide_id.0.as_u128()).unwrap();
                    query.matches(&texts[number])
                };
                hits.retain(holds);
            }
            let mut found: Vec<_> = hits.iter().map(|hit| hit.guide_id).collect();
            found.sort_unstable();
            let wanted =
                |(number, text): (usize, &String)| query.matches(text).then(|| guide(number));
            let wanted: Vec<_> = texts.iter().enumerate().filter_map(wanted).collect();
            assert!(wanted.contains(&guide(number)), "{words:?}");
            assert_eq!(found, wanted, "{words:?}");
            asked += 1;
        }
    }
    assert!(asked > 1_000, "{asked} queries");
}

proptest! {
    #[test]
    fn no_part_of_any_text_is_missed(
        text in "[ -~ぁ-んァ-ヶｱ-ﾟ一-丅、。Ａ-Ｚ①㍿é\u{301}🚀\n]{1,60}",
        (start, length) in (0_usize..60, 1_usize..20),
    ) {
        let folded = fold(&text);
        let part: String = folded.chars().skip(start).take(length).collect();
        if let Ok(query) = SearchQuery::parse(&part) {
            let grams = super::grams::grams_of(&folded);
            prop_assert!(query.matches(&folded));
            for gram in query.grams() {
                prop_assert!(grams.contains(gram), "{part:?} in {text:?}");
            }
        }
    }

    #[test]
    fn a_query_that_the_index_decides_is_in_every_text_that_has_its_grams(
        text in "[abあい ]{1,30}", word in "[abあい]{1,4}",
    ) {
        let query = SearchQuery::parse(&word).unwrap();
        let grams = super::grams::grams_of(&text);
        let has_all = query.grams().iter().all(|gram| grams.contains(gram));
        if query.is_decided_by_index() {
            prop_assert_eq!(has_all, query.matches(&text));
        }
    }

    #[test]
    fn a_highlight_without_its_marks_is_the_escaped_text(
        text in "[a-cA-C<>&\"'クラウド㍿ｶﾞ🚀か\u{3099} ]{1,40}", word in "[a-c<&くラ株か]{1,2}",
    ) {
        let query = SearchQuery::parse(&word).unwrap();
        if let Some(html) = highlight(&text, &query) {
            let bare = html.replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!bare.contains(['<', '>', '"']));
            let unescaped = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            prop_assert_eq!(unescaped.replace("&amp;", "&"), text);
        }
    }
}

#[test]
fn the_title_comes_before_tags_before_headings_before_the_body_and_then_the_newest() {
    let sources = [
        source("題", &[], "# 題\n\n信頼性を保つ。\n"),
        source("題", &[], "# 題\n\n## 信頼性とは\n\n本文。\n"),
        source("題", &["信頼性"], "# 題\n\n本文。\n"),
        source("信頼性", &[], "# 題\n\n本文。\n"),
        source("題", &[], "# 題\n\n信頼性。\n"),
    ];
    let index = index_of(&sources);
    assert_eq!(found(&index, "信頼性"), [3, 2, 1, 4, 0].map(guide));
    assert_eq!(found(&index, "信"), [3, 2, 1, 4, 0].map(guide));
}

#[rstest]
#[case("くらうど", true)]
#[case("ｸﾗｳﾄﾞ", true)]
#[case("ＡＷＳ", true)]
#[case("aws 基盤", true)]
#[case("aws　基盤", true)]
#[case("基", true)]
#[case("ci/cd", true)]
#[case("aws azure", false)]
#[case("基本", false)]
#[case("%", false)]
fn spelling_and_width_do_not_matter_and_every_word_must_be_there(
    #[case] text: &str,
    #[case] is_found: bool,
) {
    let index = index_of(&[source("クラウド", &[], "AWSの基盤とCI/CD。\n")]);
    assert_eq!(!found(&index, text).is_empty(), is_found);
}

#[test]
fn a_changed_guide_is_found_by_its_current_text() {
    let mut index = SearchIndex::default();
    let others: Vec<_> = (1..5).map(|number| format!("他{number}")).collect();
    for (number, title) in (1..).zip(&others) {
        index.put(
            guide(number),
            0,
            SearchDocument::of(&source(title, &[], "本文"), &schema()),
        );
    }
    for round in 0..1_000 {
        let title = format!("第{round}号");
        index.put(
            guide(0),
            round,
            SearchDocument::of(&source(&title, &[], "本文"), &schema()),
        );
    }
    assert_eq!(index.len(), 5);
    assert_eq!(found(&index, "第999号"), [guide(0)]);
    assert_eq!(found(&index, "第998号"), []);
    assert_eq!(found(&index, "本文").len(), 5);
    assert_eq!(found(&index, "他3"), [guide(3)]);
    index.remove(guide(3));
    assert_eq!(found(&index, "他3"), []);
}

#[test]
fn filters_narrow_and_facets_count_the_rest() {
    let index = index_of(&[
        source("一", &["SQL", "AWS"], "本文"),
        source("二", &["SQL"], "本文"),
        source("三", &["GCP"], "本文"),
    ]);
    let filter = SearchFilter {
        categories: vec!["data".to_owned()],
        tags: vec!["SQL".to_owned(), "AWS".to_owned()],
    };
    let hits = index.find(&query("本文"), &filter);
    let facets = index.facets(hits.iter().map(|hit| hit.guide_id));
    assert_eq!(facets.categories, [("data".to_owned(), 2)]);
    assert_eq!(facets.tags, [("SQL".to_owned(), 2), ("AWS".to_owned(), 1)]);
    let nowhere = SearchFilter {
        categories: vec!["law".to_owned()],
        tags: Vec::new(),
    };
    assert!(index.find(&query("本文"), &nowhere).is_empty());
}

#[rstest]
#[case("", Err(SearchQueryError::Empty))]
#[case(" \u{3000}\n\0\u{7f}", Err(SearchQueryError::Empty))]
#[case("1 2 3 4 5 6 7 8 9 0 1 2", Ok(()))]
#[case("1 2 3 4 5 6 7 8 9 0 x", Err(SearchQueryError::TooManyWords))]
fn an_empty_or_overlong_query_is_refused(
    #[case] text: &str,
    #[case] expected: Result<(), SearchQueryError>,
) {
    assert_eq!(SearchQuery::parse(text).map(drop), expected);
    assert!(SearchQuery::parse(&"\"".repeat(200)).is_ok());
    assert_eq!(
        SearchQuery::parse(&"\"".repeat(201)),
        Err(SearchQueryError::TooLong)
    );
}

#[rstest]
#[case("クラウド基盤", "くらうど", "<mark>クラウド</mark>基盤")]
#[case("ｸﾗｳﾄﾞ基盤", "ド", "ｸﾗｳ<mark>ﾄﾞ</mark>基盤")]
#[case("㍿案内", "式", "<mark>㍿</mark>案内")]
#[case(
    "<b>SRE & sre</b>",
    "sre",
    "&lt;b&gt;<mark>SRE</mark> &amp; <mark>sre</mark>&lt;/b&gt;"
)]
#[case("信頼性", "信頼 頼性", "<mark>信頼性</mark>")]
#[case("<mark>x", "x", "&lt;mark&gt;<mark>x</mark>")]
fn marks_surround_the_original_text(
    #[case] text: &str,
    #[case] words: &str,
    #[case] expected: &str,
) {
    assert_eq!(highlight(text, &query(words)).as_deref(), Some(expected));
    assert_eq!(highlight(text, &query("無い")), None);
}

#[test]
fn an_excerpt_is_short_and_shows_the_line_with_the_most_words() {
    let long = "あ".repeat(200);
    let text = format!("信頼だけ\n{long}信頼と基盤{long}\n");
    let html = excerpt(&text, &query("基盤 信頼")).unwrap();
    let around = "あ".repeat(30);
    assert!(
        html.starts_with(&format!("…{around}<mark>信頼</mark>と<mark>基盤</mark>")),
        "{html}"
    );
    assert!(html.ends_with('…'));
    assert_eq!(crate::graphemes(&html), 120 + 2 + 2 * "<mark></mark>".len());
    assert_eq!(excerpt(&text, &query("無い")), None);
}
