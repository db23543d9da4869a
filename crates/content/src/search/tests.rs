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
        text in "[ -~ぁ-んァ-ヶーーーーｱ-ﾟ一-丅髙高﨑〜−―、。Ａ-Ｚ①㍿é\u{301}\u{200b}\u{e0100}🚀\n]{1,60}",
        (start, length) in (0_usize..60, 1_usize..20),
    ) {
        let folded = fold(&text);
        let part: String = folded.chars().skip(start).take(length).collect();
        if let Ok(query) = SearchQuery::parse(&part) {
            let grams = super::grams::Grams::of(&folded).all;
            prop_assert!(query.matches(&folded));
            for gram in query.grams() {
                prop_assert!(grams.contains(gram), "{part:?} in {text:?}");
            }
        }
    }

    #[test]
    fn a_query_that_the_index_decides_is_in_every_text_that_has_its_grams(
        text in "[abあいー ]{1,30}", word in "[abあいー]{1,4}",
    ) {
        let query = SearchQuery::parse(&word).unwrap();
        let grams = super::grams::Grams::of(&text).all;
        let has_all = query.grams().iter().all(|gram| grams.contains(gram));
        if query.is_decided_by_index() {
            prop_assert_eq!(has_all, query.matches(&text));
        }
    }

    #[test]
    fn a_word_that_occurs_has_all_its_grams_however_its_long_vowels_are_written(
        text in "[aあいー漢 ]{1,30}", word in "[aあいー漢]{1,8}",
    ) {
        let query = SearchQuery::parse(&word).unwrap();
        if query.matches(&text) {
            let grams = super::grams::Grams::of(&text).all;
            for gram in query.grams() {
                prop_assert!(grams.contains(gram), "{word:?} in {text:?}");
            }
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

/// One word in two spellings: the index, the query and the highlight read both alike.
#[rstest]
#[case("フォルダ", "フォルダー")]
#[case("サーバ監視", "サーバー監視")]
#[case("インタフェース", "インターフェース")]
#[case("ｺﾝﾋﾟｭｰﾀ", "コンピューター")]
#[case("5〜10年", "5～10年")]
#[case("5~10年", "5〜10年")]
#[case("−40", "－40")]
#[case("2010–2020", "2010-2020")]
#[case("東京―大阪", "東京—大阪")]
#[case("高島", "髙島")]
#[case("山崎", "山﨑")]
#[case("渡辺", "渡邊")]
#[case("渡辺", "渡邉")]
#[case("吉野", "𠮷野")]
#[case("神田", "\u{fa19}田")]
#[case("辻堂", "辻\u{e0101}堂")]
#[case("葛城", "葛\u{fe00}城")]
#[case("長所", "⻑所")]
#[case("ゼロ幅", "ゼロ\u{200b}幅")]
#[case("データベース", "データ\u{ad}ベース")]
#[case("Kubernetes", "Kube\u{2060}rnetes")]
#[case("ビーオー", "ビー\u{feff}オー")]
#[case("ｸﾗｳﾄﾞ", "くらうど")]
#[case("ＳＲＥ", "sre")]
fn the_index_the_query_and_the_highlight_read_one_word_alike(#[case] one: &str, #[case] two: &str) {
    for (word, written) in [(one, two), (two, one), (two, two)] {
        let body = format!("これは{written}です。\n");
        let guide_source = source("題", &[], &body);
        let index = index_of(std::slice::from_ref(&guide_source));
        assert_eq!(
            found(&index, word),
            [guide(0)],
            "index: {word} in {written}"
        );
        let text = SearchDocument::text_of(&guide_source, &schema());
        assert!(query(word).matches(&text), "query: {word} in {written}");
        let plain = render(guide_source.body(), Profile::Guide)
            .unwrap()
            .plain_text;
        let html = excerpt(&plain, &query(word)).unwrap();
        let marked = format!("<mark>{written}</mark>");
        assert!(html.contains(&marked), "highlight: {word} in {html}");
    }
}

#[test]
fn a_word_is_found_and_marked_across_a_soft_line_break() {
    let guide_source = source("題", &[], "信頼\n性を保つフォル\nダーの監視。\n");
    let index = index_of(std::slice::from_ref(&guide_source));
    let plain = render(guide_source.body(), Profile::Guide)
        .unwrap()
        .plain_text;
    let text = SearchDocument::text_of(&guide_source, &schema());
    for (word, marked) in [("信頼性", "信頼性"), ("フォルダ", "フォルダー")] {
        assert_eq!(found(&index, word), [guide(0)], "{word}");
        assert!(query(word).matches(&text), "{word}");
        let html = excerpt(&plain, &query(word)).unwrap();
        assert!(html.contains(&format!("<mark>{marked}</mark>")), "{html}");
    }
}

#[test]
fn a_whole_latin_word_comes_before_a_part_of_a_word() {
    let sources = [
        source("題", &[], "AIを使う。\n"),
        source("Maintainerとは", &[], "# 題\n\nMaintainerの仕事。\n"),
        source("題", &[], "## Email\n\nAIと書く。\n"),
    ];
    let index = index_of(&sources);
    assert_eq!(found(&index, "AI"), [2, 0, 1].map(guide));
    assert_eq!(found(&index, "mail"), [guide(2)], "a part is found too");
}

#[test]
fn among_guides_of_one_place_the_frequent_word_comes_first() {
    let body = |times: usize| format!("{}\n", "信頼を保つ。".repeat(times));
    let sources = [8, 3, 2, 1].map(|times| source("題", &[], &body(times)));
    let index = index_of(&sources);
    assert_eq!(found(&index, "信頼"), [0, 1, 3, 2].map(guide));
}

#[test]
fn the_nearness_of_words_is_the_shortest_part_with_all_of_them() {
    let text = fold("監視と運用。長い間の運用と監視の話。運用監視。");
    let length = |part: &str| fold(part).len();
    assert_eq!(query("運用 監視").nearness(&text), length("運用監視"));
    assert_eq!(query("話 監視").nearness(&text), length("監視の話"));
    assert_eq!(query("監視").nearness(&text), 0);
    assert_eq!(query("監視 無い").nearness(&text), 0);
}

#[test]
fn a_query_names_its_words_as_they_were_typed() {
    let shorter = query("ＡＷＳ　フォルダー aws 基盤").without_one();
    let named = shorter
        .iter()
        .map(|shorter| (shorter.without.as_str(), shorter.text.as_str()));
    let expected = [
        ("ＡＷＳ", "フォルダー 基盤"),
        ("フォルダー", "ＡＷＳ 基盤"),
        ("基盤", "ＡＷＳ フォルダー"),
    ];
    assert_eq!(named.collect::<Vec<_>>(), expected);
    for shorter in &shorter {
        assert_eq!(SearchQuery::parse(&shorter.text), Ok(shorter.query.clone()));
    }
    assert!(query("基盤").without_one().is_empty());
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
