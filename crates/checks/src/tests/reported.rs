//! Right words of real pages that checks once called wrong, and faults that they called by a wrong name.

use annai_content::GuideSource;
use rstest::rstest;

use super::rules::dictionary;
use super::schema;
use crate::*;

/// Returns the findings for a body beneath a right heading: code and the words found.
fn told(body: &str) -> Vec<(&'static str, String)> {
    let source = format!("---json\n{}\n---\n# 題\n\n{body}\n", super::good(""));
    let source = GuideSource::parse(source).unwrap();
    let findings = check(&source, &schema(), &Surroundings::default(), dictionary());
    let told = findings.into_iter().map(|finding| {
        let words = ["found", "heading", "address"].map(|name| finding.arguments.get(name));
        let words = words
            .into_iter()
            .flatten()
            .next()
            .and_then(|words| words.as_str());
        (finding.code, words.unwrap_or_default().to_owned())
    });
    told.collect()
}

#[rstest]
#[case("二つの値は一致します。三つの値は合致しません。")]
#[case("人を招致します。荷を送致しました。")]
#[case("要求に対応した事案です。対応を要する事案もあります。前からある事案です。")]
#[case("検出器として置く方法もあります。箱は自前で置くものです。")]
#[case("手順に従って、進めます。")]
#[case("手順に\n従って、進めます。")]
#[case("もっともらしい答えが、最も危ないです。最も大事です。")]
#[case("是非に責任を持つ人を決めます。但し書きを読みます。値を横並びにします。")]
#[case("高尚、和尚、です。影響は10年に及び、続きます。")]
#[case("下にずらさないでください。")]
#[case(
    "設定は .github/workflows/ にあります。docker-composeと[example/kubernetes-docker](https://example.jp/a)も見てください。"
)]
#[case("@docker と #docker と docker.io と {docker} と docker: と github=1 です。")]
#[case("`a`と docker run と $ docker です。")]
#[case(
    "/home/ユーザ/フォルダ/サーバ.txt と ./サーバ/設定.yml と \\\\fileserver\\サーバ\\共有 です。"
)]
#[case(
    "サーバ.conf、サーバ_main、VSCode_エディタ、エディタ.app、@サーバ、$サーバ、サーバ.example.jp です。"
)]
#[case("https://example.jp/サーバ/設定.html と https://example.jp/docs?q=フォルダ&x=1 です。")]
#[case("「サーバ」という表記は旧来のものです。")]
#[case("[docker-images](https://example.jp/docker)と[kubernetes/docs](https://example.jp/x)です。")]
#[case("GitHub Actionを一つ作ります。")]
#[case("Un tableau de bord est utile.")]
#[case("A book on Javascript and Github by two authors")]
#[case("件数JA‑WEB‑63B、データ—オンラインの例。")]
#[case("[べき乗 (**)](https://example.jp/b)")]
#[case("発表します。表わします。独特に、とくに。決まったくらいです。全く違います。")]
#[case("そういったんです。一旦、にもかかわらず、関わります。")]
fn right_words_are_left_alone(#[case] body: &str) {
    assert_eq!(told(body), []);
}

#[rstest]
#[case("対応致します。", "致しま")]
#[case("終わります。従って、進めます。", "従って、")]
#[case("期間は52ヶ月です。", "52ヶ月")]
#[case("Github、docker。Github.", "Github")]
#[case("- Github\n- 設定", "Github")]
fn wrong_words_are_still_found(#[case] body: &str, #[case] found: &str) {
    let expected = ("spelling_dictionary", found.to_owned());
    assert!(told(body).contains(&expected), "{:?}", told(body));
}

#[test]
fn a_heading_of_code_has_a_name() {
    let repeated = |name: &str| vec![("heading_repeated", name.to_owned())];
    assert_eq!(
        told("## `abc`\n\n一つめ。\n\n## `abc`\n\n二つめ。"),
        repeated("abc")
    );
    assert_eq!(told("## `abc`\n\n一つめ。\n\n## `def`\n\n二つめ。"), []);
    assert_eq!(told("## ![絵](/a.png)\n\n## ![絵](/a.png)"), repeated("絵"));
}

#[test]
fn a_link_to_a_heading_that_is_not_there_is_dead() {
    let dead = [("link_anchor_missing", "#ない見出し".to_owned())];
    assert_eq!(told("[上へ](#ない見出し)"), dead);
    assert_eq!(
        told("## 見出し {#midashi}\n\n[上へ](#midashi)\n\nhttps://example.jp/a"),
        []
    );
}
