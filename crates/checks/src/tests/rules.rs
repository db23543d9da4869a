//! Each rule about the guide itself: a text that breaks it, one that keeps it, and its fix.

use std::sync::LazyLock;

use annai_content::{GuideSource, Position};
use rstest::rstest;

use super::{good, schema};
use crate::*;

pub(super) fn dictionary() -> &'static Dictionary {
    static OURS: LazyLock<Dictionary> = LazyLock::new(|| {
        Dictionary::parse(include_str!("../../../../content/dictionary.yml")).unwrap()
    });
    &OURS
}

fn found(front_matter: &str, body: &str) -> (GuideSource, Vec<Finding>) {
    let source = format!("---json\n{front_matter}\n---\n{body}");
    let source = GuideSource::parse(source).unwrap();
    let findings = check(&source, &schema(), &Surroundings::default(), dictionary());
    (source, findings)
}

/// Returns the codes of the findings for a body beneath a right heading.
fn codes(body: &str) -> Vec<&'static str> {
    let (_, findings) = found(&good(""), &format!("# 題\n\n{body}\n"));
    findings.iter().map(|finding| finding.code).collect()
}

#[rstest]
#[case::levels(
    "## 節\n\n#### 深い",
    "heading_skips_level",
    "## 節\n\n### 深い\n\n## 次"
)]
#[case::repeated(
    "## 節\n\n### 同\n\n### 同",
    "heading_repeated",
    "## 節\n\n### 同\n\n## 次\n\n### 同"
)]
#[case::keycap(
    "### 1️⃣ 一\n\n### 3️⃣ 三",
    "heading_keycap",
    "## 節\n\n### 1️⃣ 一\n\n### 2️⃣ 二"
)]
#[case::keycap_ten("## 1️⃣ 一\n\n## 🔟 十", "heading_keycap", "## 1️⃣ 一")]
#[case::nested(
    "## 1️⃣ 一\n\n## 1. 小",
    "heading_not_nested",
    "## 1️⃣ 一\n\n### 1. 小\n\n## 節"
)]
#[case::columns(
    "| 表 | 題 |\n|---|---|\n| 一 |",
    "table_columns",
    "| 表 | 題 |\n|---|---|\n| 一 | `a\\|b` |"
)]
#[case::too_many(
    "| 表 | 題 |\n|---|---|\n| 一 | 二 | 三 |",
    "table_columns",
    "表 | 題\n---|---\n一 | 二"
)]
#[case::empty(
    "| 表 | 題 |\n|---|---|\n| 一 |  |",
    "table_cell_empty",
    "|  | 題 |\n|---|---|\n| 一 | ![絵](/a.png) |"
)]
#[case::wide(
    "ＡＷＳを使います。",
    "character_full_width",
    "AWSと（括弧）！`ＡＢＣ`"
)]
#[case::kana("ｶﾅです。", "character_half_width_kana", "カナと`ｶﾅ`です。")]
#[case::wave("一～二", "character_wave_dash", "一〜二`～`")]
#[case::emphasis("これは** 太字 **です", "emphasis_literal", "これは**太字（よ）**です")]
#[case::tag(
    "<div>箱</div>",
    "html_shown",
    "H<sub>2</sub>O <kbd>K</kbd><br>`<div>`"
)]
#[case::comment("<!-- 終わらない", "comment_open", "本文 <!-- 終わる --> `<!--`")]
#[case::comment_in_html("<!-- 終わる --> `<!--`", "comment_open", "<!-- 終わる -->\n\n`<!--`")]
#[case::footnote("本文[^1]です。", "footnote_unknown", "本文[^1]です。\n\n[^1]: 注")]
#[case::footnote_unused("[^1]: 注", "footnote_unused", "本文[^1]です。\n\n[^1]: 注")]
#[case::box_unknown(
    ":::column\n本文\n:::",
    "box_shown",
    ":::note\n本文\n:::\n\n```\n:::column\n```"
)]
#[case::box_open(":::note\n本文", "box_shown", "> [!NOTE]\n> 本文")]
#[case::pipes("| 表 |\n|--x|\n| 一 |", "table_shown", "| 表 |\n|---\t|\n| 一 |")]
#[case::insecure(
    "[x](http://example.com)",
    "address_insecure",
    "[x](https://example.com) [y](/z)"
)]
#[case::image("![](/a.png)", "image_without_text", "![絵](/a.png)")]
#[case::unsafe_link("[x](javascript:y)", "address_unsafe", "[x](mailto:a@example.com)")]
#[case::dictionary(
    "Githubを使います。",
    "spelling_dictionary",
    "GitHubと`Github`とhttps://github.com/xです。"
)]
#[case::host(
    "Githubです。",
    "spelling_dictionary",
    "github.comとdocs.docker.ioと/usr/docker/binとdocker.ymlです。"
)]
#[case::varies("メモリーとメモリとメモリ", "spelling_varies", "メモリとメモ")]
#[case::pipes_behind_text("文です。\n| 一 |\n| 二 |", "table_shown", "a | b\n\n`| 一 |\n| 二 |`")]
#[case::shortcode(
    "{{< figure >}}です。",
    "construct_shown",
    "`{{< figure >}}`です。{{ 値 }}"
)]
#[case::liquid("{% include a %}です。", "construct_shown", "50%と{%")]
#[case::kramdown("本文{:.note}です。", "construct_shown", "本文{: 値}です。")]
#[case::wiki("[[頁]]です。", "construct_shown", "\\[\\[頁]]と[1][2]です。")]
#[case::toc("[toc]", "construct_shown", "配列[toc]です。")]
#[case::size("![絵](/a.png =250x)", "construct_shown", "![絵](/a.png) 図[1] (注 a)")]
#[case::highlight("これは==大事==です。", "construct_shown", "a == bとc == dです。")]
#[case::import("import A from 'b'", "construct_shown", "importとfromです。")]
#[case::redundant(
    "利用することができます。",
    "expression_redundant",
    "愛することができます。利用できます。"
)]
#[case::particle("設定をを開く。", "particle_doubled", "母はははと笑う。")]
#[case::particle_between_words("設定がが必要です。", "particle_doubled", "道ものののようです。")]
#[case::object(
    "設定を変更を行う。",
    "particle_doubled",
    "設定を変え、値を見ます。値を根拠をもって決めます。"
)]
#[case::successive(
    "設定設定を開く。",
    "word_successive",
    "大学大学院と一歩一歩とドキドキと人々です。"
)]
#[case::successive_katakana(
    "サーバーサーバーを開く。",
    "word_successive",
    "ワンワンとサーバー、サーバーです。"
)]
#[case::successive_ending("これは本文ですです。", "word_successive", "ますます本文です。")]
#[case::ways("分かるとわかると分かる", "spelling_varies", "分かると分かる")]
#[case::tone(
    "設計します。重要である。運用します。",
    "style_mixed",
    "設計します。運用します。"
)]
fn a_rule_finds_what_breaks_it_and_nothing_else(
    #[case] broken: &str,
    #[case] code: &str,
    #[case] kept: &str,
) {
    assert!(codes(broken).contains(&code), "{:?}", codes(broken));
    assert_eq!(codes(kept), [""; 0]);
}

#[test]
fn a_tag_and_its_end_tag_are_one_finding() {
    assert_eq!(codes("<div>箱</div>"), ["html_shown"]);
    assert_eq!(codes("箱</div>"), ["html_shown"]);
    assert_eq!(codes("<b>一</b>と<b>二</b>"), ["html_shown"; 2]);
}

#[test]
fn a_sentence_of_more_than_120_letters_is_long() {
    let sentence = |letters: usize| format!("{}。", "あ".repeat(letters - 1));
    assert_eq!(codes(&sentence(120)), [""; 0]);
    assert_eq!(codes(&sentence(121)), ["sentence_long"]);
    assert_eq!(codes(&format!("{}{}", sentence(80), sentence(80))), [""; 0]);
    assert_eq!(
        codes(&format!("| 表 |\n|---|\n| {} |", sentence(121))),
        [""; 0]
    );
}

#[test]
fn latin_letters_are_half_as_wide_and_other_languages_are_not_counted() {
    let english = "This is an English sentence that cites a paper with a long title. ".repeat(5);
    assert_eq!(codes(&english), [""; 0]);
    assert_eq!(codes(&"目次・概要・設計・運用・".repeat(12)), [""; 0]);
    let mixed = |letters: usize| format!("{}です。", "a".repeat(letters));
    assert_eq!(codes(&mixed(234)), [""; 0]);
    assert_eq!(codes(&mixed(235)), ["sentence_long"]);
}

#[test]
fn the_top_heading_holds_the_title() {
    let (_, findings) = found(&good(""), "# 別の名\n");
    assert_eq!(findings[0].code, "top_heading_without_title");
    let (_, findings) = found(&good(""), "# [完全ガイド] SRE: 題\n");
    assert_eq!(findings, []);
}

#[test]
fn words_of_the_front_matter_are_looked_for_in_the_body() {
    let front_matter =
        good(",\n  \"keywords\": [\"ＳＲＥ\", \"監視\"],\n  \"tags\": [\"Go 言語\", \"Rust\"]");
    let (_, findings) = found(&front_matter, "# 題\n\nsreがGo言語で書く。\n");
    let told: Vec<_> = findings
        .iter()
        .map(|finding| (finding.code, finding.pointer.as_deref().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("keyword_unused", "/keywords/1"), ("tag_unused", "/tags/1")]
    );
}

#[rstest]
#[case(
    "### 1️⃣ 一\n\n### 3️⃣ 三\n",
    "heading_keycap",
    "### 1️⃣ 一\n\n### 2️⃣ 三\n"
)]
#[case(
    "## 1️⃣ 章\n\n## 1. 小\n\n### 細\n\n## 2. 小\n\n## 2️⃣ 章\n",
    "heading_not_nested",
    "## 1️⃣ 章\n\n### 1. 小\n\n#### 細\n\n### 2. 小\n\n## 2️⃣ 章\n"
)]
#[case("*サーバ*の\r\n", "spelling_dictionary", "*サーバー*の\r\n")]
#[case(
    "[サーバの話](https://a.example/)です\n",
    "spelling_dictionary",
    "[サーバの話](https://a.example/)です\n"
)]
#[case("サ&#12540;バ。\n", "spelling_dictionary", "サ&#12540;バ。\n")]
#[case("隠\u{202e}し\n", "character_bidi_control", "隠し\n")]
fn a_fix_changes_its_bytes_and_no_other(
    #[case] body: &str,
    #[case] code: &str,
    #[case] expected: &str,
) {
    let (source, findings) = found(&good(""), body);
    let finding = findings.iter().find(|finding| finding.code == code);
    let fix = finding.and_then(|finding| finding.fix.as_ref());
    let fixed = fix.map_or(source.clone(), |fix| fix.apply(&source).unwrap());
    assert_eq!(fixed.body(), expected);
    assert_eq!(fixed.front_matter_text(), source.front_matter_text());
}

/// Nobody looked at 50 real places of these rules yet.
#[rstest]
#[case("Ａの", "character_full_width")]
#[case("ｶﾞの", "character_half_width_kana")]
#[case("一～二", "character_wave_dash")]
#[case("隠\u{200b}し", "character_invisible")]
#[case("Githubの", "spelling_dictionary")]
#[case("致します。", "spelling_dictionary")]
#[case("メモリーとメモリとメモリ", "spelling_varies")]
#[case("利用することができます。", "expression_redundant")]
#[case("[x](http://a.example)", "address_insecure")]
fn a_rule_without_a_study_is_told_and_offers_no_fix(#[case] body: &str, #[case] code: &str) {
    let (_, findings) = found(&good(""), &format!("# 題\n\n{body}\n"));
    let finding = findings.iter().find(|finding| finding.code == code);
    assert_eq!(finding.map(|finding| &finding.fix), Some(&None));
}

#[rstest]
#[case(
    "\"tags\": [\"a\",\"サーバ\" , \"c\"]",
    "spelling_dictionary",
    "\"tags\": [\"a\",\"サーバー\" , \"c\"]"
)]
#[case(
    "\"tags\": [\"a\", \"a\", \"b\"]",
    "list_repeats",
    "\"tags\": [\"a\", \"b\"]"
)]
#[case(
    "\"related_jobs\": [\"b\", \"a\", \"c\"]",
    "related_self",
    "\"related_jobs\": [\"b\", \"c\"]"
)]
#[case(
    "\"x\": {\"y\": \"z\\u202e\"}",
    "character_bidi_control",
    "\"x\": {\"y\": \"z\"}"
)]
fn a_fix_of_the_front_matter_goes_through_its_spelling(
    #[case] line: &str,
    #[case] code: &str,
    #[case] expected: &str,
) {
    let (source, findings) = found(&good(&format!(",\n  {line}")), "# 題\n");
    let finding = findings
        .iter()
        .find(|finding| finding.code == code)
        .unwrap();
    let fixed = finding.fix.as_ref().unwrap().apply(&source).unwrap();
    assert_eq!(fixed.as_str(), source.as_str().replace(line, expected));
}

#[test]
fn a_finding_says_where_it_begins_and_ends() {
    let (source, findings) = found(&good(""), "# 題\r\n\r\n👨‍👩‍👧と**Github**です。\r\n");
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}")
    };
    let line = |column| Some(Position { line: 11, column });
    assert_eq!((finding.position, finding.end), (line(9), line(15)));
    let range = finding.range.clone().unwrap();
    assert_eq!(&source.as_str()[range.clone()], "Github");
    // A browser counts UTF-16 units, and each line end as one.
    let offsets = source.browser_offsets(&[0, range.start, range.end]);
    assert_eq!(offsets, [None, Some(16), Some(22)]);
}

#[test]
fn the_errors_alone_are_those_of_the_whole() {
    let body = "# 題\n\n[x](javascript:y) [z](http://a) Github\u{202e}\n";
    for front_matter in [
        "{}".to_owned(),
        good(""),
        good(",\n  \"tags\": [\"a\", \"a\"]"),
    ] {
        let (source, mut findings) = found(&front_matter, body);
        findings.retain(Finding::is_error);
        assert_eq!(blocking(&source, &schema()), findings);
    }
}

/// Texts that no person writes give lists of bounded length. Quadratic work on half a megabyte
/// would time out.
#[rstest]
#[case::tags(&format!(",\n\"tags\": [{}]", (0..10_000).map(|n| format!("\"Ｔ{n}\"")).collect::<Vec<_>>().join(",")), "")]
#[case::table("", &format!("|{}\n|{}\n{}", " a |".repeat(200), "---|".repeat(200), format!("|{}\n", " |".repeat(200)).repeat(100)))]
#[case::one_line("", &"～Githubを出来る。サーバとサーバー（".repeat(6_000))]
#[case::joined("", &"👨‍👩‍👧か\u{3099}\u{202e}\u{5d0}".repeat(8_000))]
#[case::headings("", &"### 3️⃣ 章\n\n### 1. 節\n\n".repeat(6_000))]
#[case::brackets("", &"「（".repeat(40_000))]
#[case::guides("", &"[a](guide:b#c)[](#d)[e]()".repeat(8_000))]
#[case::links("", &"[a](http://b)![](javascript:c)".repeat(8_000))]
fn hostile_texts_are_checked_in_bounded_time(#[case] line: &str, #[case] body: &str) {
    let (_, findings) = found(&good(line), &format!("# 題\n\n{body}\n"));
    let most = finding::MOST_OF_A_KIND;
    for code in FINDING_CODES {
        let same = findings.iter().filter(|finding| finding.code == *code);
        assert!(same.count() <= most, "{code}");
    }
}

#[rstest]
#[case::cloud_architect(include_str!("../../../../content/cloud_architect.md"))]
#[case::data_engineer(include_str!("../../../../content/data_engineer.md"))]
#[case::devops_engineer(include_str!("../../../../content/devops_engineer.md"))]
#[case::security_engineer(include_str!("../../../../content/security_engineer.md"))]
#[case::sre_engineer(include_str!("../../../../content/sre_engineer.md"))]
fn our_own_guides_are_without_fault(#[case] text: &str) {
    let source = GuideSource::parse(text).unwrap();
    let findings = check(&source, &schema(), &Surroundings::default(), dictionary());
    let told: Vec<_> = findings
        .iter()
        .map(|finding| (finding.code, finding.position, &finding.arguments))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn the_dictionary_has_what_this_genre_needs() {
    assert!(dictionary().len() >= 150, "{}", dictionary().len());
}
