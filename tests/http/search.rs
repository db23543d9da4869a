//! Search for editors and sites: it finds published text only.

use annai_domain::{Actor, GuideId};
use annai_editorial::{
    ImportOutcome, ImportedFile, NewGuide, create_guide, import_revision, unpublish,
};
use annai_test_macros::annai_test;
use annai_test_support::{Answer, TestApp, guide_source, own_guides};
use insta::assert_snapshot;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

/// Publishes a text under the file name `{slug}.md`, as a new guide or in place of the text before.
pub(crate) async fn publish(
    app: &TestApp,
    guide_id: Option<GuideId>,
    slug: &str,
    source: &str,
) -> GuideId {
    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    let file = ImportedFile {
        guide_id,
        path: format!("{slug}.md"),
        source: source.as_bytes().to_vec(),
        publish: true,
    };
    let outcome = import_revision(&mut tx, &app.schema, file).await.unwrap();
    tx.commit().await.unwrap();
    match outcome {
        ImportOutcome::New(guide_id, published) | ImportOutcome::Changed(guide_id, published) => {
            assert!(published.is_some());
            guide_id
        }
        ImportOutcome::Same(..) => panic!("the text is the one before"),
    }
}

async fn three_guides(app: &TestApp) -> [GuideId; 3] {
    let data = guide_source("data", "データ基盤の案内", "SQLと<b>クラウド</b>を使う。")
        .replace(r#"["試験"]"#, r#"["SQL", "AWS"]"#)
        .replace("cloud-infra", "data");
    [
        publish(
            app,
            None,
            "sre",
            &guide_source("sre", "SREとは", "クラウドの信頼性を守る。"),
        )
        .await,
        publish(app, None, "data", &data).await,
        publish(
            app,
            None,
            "cloud",
            &guide_source("cloud", "クラウドの案内", "## 設計\n\n本文。"),
        )
        .await,
    ]
}

async fn search(app: &TestApp, query: &str) -> Answer {
    let answer = app.anonymous().get(format!("/v1/search?{query}")).await;
    assert_eq!(answer.status, 200, "{query} {answer}");
    answer
}

/// Returns the slugs of a page, in order.
fn slugs(answer: &Answer) -> Vec<String> {
    let found = answer.json()["data"].clone();
    let slug = |guide: &Value| guide["slug"].as_str().unwrap().to_owned();
    found.as_array().unwrap().iter().map(slug).collect()
}

#[annai_test]
async fn what_was_found_is_marked_counted_and_safe(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    three_guides(&app).await;

    let answer = search(&app, "q=くらうど&limit=2").await;

    assert_eq!(answer.header("surrogate-key"), "guides");
    assert_eq!(answer.header("content-ref").split('-').next(), Some("3"));
    let cursor = answer.string("/meta/next_cursor");
    let shown = answer.to_string().replace(&cursor, "[cursor]");
    assert_snapshot!("search", shown);
    let next = answer.string("/links/next");
    let rest = app.anonymous().get(next).await;
    assert_eq!(slugs(&rest), ["sre"]);
    assert_eq!(rest.json()["links"]["next"], Value::Null);
    let held = answer.header("etag").to_owned();
    let again = app.anonymous().get("/v1/search?q=くらうど&limit=2");
    assert_eq!(again.header("if-none-match", &held).await.status, 304);
}

#[annai_test]
async fn a_search_reads_titles_tags_keywords_headings_and_bodies_however_they_are_spelled(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    three_guides(&app).await;
    for (query, expected) in [
        ("q=ｓｒｅ", &["sre"][..]),
        ("q=ｸﾗｳﾄﾞ", &["cloud", "data", "sre"]),
        ("q=aws", &["data"]),
        ("q=設計", &["cloud"]),
        ("q=計", &["cloud"]),
        ("q=クラウド+案内", &["cloud", "data"]),
        ("q=クラウド　信頼", &["sre"]),
        ("q=試験&tag=試験", &["cloud", "sre"]),
        ("q=クラウド&tag=SQL&tag=試験", &["cloud", "data", "sre"]),
        ("q=クラウド&category=data", &["data"]),
        ("q=クラウド&category=nothing", &[]),
        ("q=ウラク", &[]),
        ("q=%25", &[]),
        ("q=%3Cb%3E", &["data"]),
        ("q=%22'%3B--", &[]),
    ] {
        assert_eq!(slugs(&search(&app, query).await), expected, "{query}");
    }
    let written = search(&app, "q=%3Cb%3E").await.json();
    assert_eq!(
        written["data"][0]["highlights"]["body"],
        "SQLと<mark>&lt;b&gt;</mark>クラウド&lt;/b&gt;を使う。"
    );
}

#[annai_test]
async fn a_search_follows_every_publication_and_knows_of_no_draft(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let [sre, ..] = three_guides(&app).await;
    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    let draft = NewGuide {
        source: guide_source("secret", "秘密の案内", "クラウド。").into_bytes(),
        path: None,
        message: String::new(),
    };
    create_guide(&mut tx, &app.schema, draft).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(slugs(&search(&app, "q=秘密").await), [""; 0]);
    assert_eq!(slugs(&search(&app, "q=信頼性").await), ["sre"]);

    let changed = guide_source("sre", "SREとは", "可用性を守る。");
    publish(&app, Some(sre), "sre", &changed).await;
    assert_eq!(slugs(&search(&app, "q=信頼性").await), [""; 0]);
    assert_eq!(slugs(&search(&app, "q=可用性").await), ["sre"]);

    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    unpublish(&mut tx, sre, true).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(slugs(&search(&app, "q=可用性").await), [""; 0]);
    assert_eq!(slugs(&search(&app, "q=クラウド").await), ["cloud", "data"]);
}

#[annai_test]
async fn each_node_finds_what_another_one_published_or_saved(connect: PgConnectOptions) {
    let (here, there) = (TestApp::new(connect.clone()), TestApp::new(connect));
    let (_, editor) = there.editor().await;
    let listed = async || editor.get("/api/v1/guides?q=クラウド").await.json()["total"].clone();
    assert_eq!(slugs(&search(&there, "q=クラウド").await), [""; 0]);
    assert_eq!(listed().await, 0);

    three_guides(&here).await;

    assert_eq!(slugs(&search(&there, "q=クラウド").await).len(), 3);
    assert_eq!(listed().await, 3);
}

#[annai_test]
async fn a_guide_with_every_part_of_a_word_but_not_the_word_is_not_shown(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    publish(
        &app,
        None,
        "parts",
        &guide_source("parts", "題", "東京と京都。"),
    )
    .await;
    assert_eq!(slugs(&search(&app, "q=東京都").await), [""; 0]);
    let none = search(&app, "q=東京都").await.json();
    assert_eq!(none["meta"]["total"], 0);
    assert_eq!(none["meta"]["exact"], true);
    assert_eq!(none["facets"], json!({ "category": [], "tag": [] }));

    publish(&app, None, "word", &guide_source("word", "題", "東京都。")).await;
    let first = search(&app, "q=東京都&limit=1").await;
    assert_eq!(slugs(&first), ["word"]);

    let (_, editor) = app.editor().await;
    let listed = editor.get("/api/v1/guides?q=東京都").await.json();
    assert_eq!(listed["total"], 1, "{listed}");
}

#[annai_test]
async fn what_is_no_search_is_refused_by_name(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let cursor = {
        three_guides(&app).await;
        search(&app, "q=クラウド&limit=1")
            .await
            .string("/meta/next_cursor")
    };
    let other = format!("q=SRE&cursor={cursor}");
    let long = format!("q={}", "a".repeat(201));
    let quotes = format!("q={}", "%22".repeat(900));
    let longer = format!("/v1/search?q={}", "%22".repeat(4000));
    assert_eq!(app.anonymous().get(longer).await.status, 414);
    for (query, says) in [
        ("", "q required"),
        ("q=", "q required"),
        ("q=%20%E3%80%80", "q required"),
        (long.as_str(), "q too_long"),
        (&quotes, "q too_long"),
        ("q=1+2+3+4+5+6+7+8+9+10+11", "q too_many"),
        ("q=a&q=b", "q repeated"),
        ("q=%ff", "q bad_encoding"),
        ("q=a&limit=0", "limit out_of_range"),
        ("q=a&limit=51", "limit out_of_range"),
        ("q=a&limit=1000000000000", "limit out_of_range"),
        ("q=a&limit=ten", "limit wrong_type"),
        ("q=a&offset=1", "offset unknown"),
        ("q=a&tag=", "tag invalid"),
        ("q=a&category=a%00", "category invalid"),
        ("q=a&cursor=x", "cursor malformed"),
        (&other, "cursor other_search"),
    ] {
        let answer = app.anonymous().get(format!("/v1/search?{query}")).await;
        assert_eq!(answer.status, 400, "{query} {answer}");
        let error = answer.json()["errors"][0].clone();
        let said = format!(
            "{} {}",
            error["parameter"].as_str().unwrap(),
            error["code"].as_str().unwrap()
        );
        assert_eq!(said, says, "{query} {answer}");
    }
}

#[annai_test]
async fn every_word_of_our_own_guides_is_found_where_a_plain_scan_finds_it(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let mut texts = Vec::new();
    for (name, source) in own_guides() {
        let slug = name.trim_end_matches(".md");
        let source = String::from_utf8(source).unwrap();
        publish(&app, None, slug, &source).await;
        let text = app.anonymous().get(format!("/v1/guides/{slug}.txt")).await;
        texts.push((slug.to_owned(), text.text().to_owned()));
    }
    let mut asked = 0;
    for (number, (_, text)) in texts.iter().enumerate() {
        // Runs of kana, kanji or Latin letters that need no folding, as a person would type them.
        let plain = |c: char| matches!(c, 'ぁ'..='ん' | '一'..='龠' | 'a'..='z' | '0'..='9');
        let runs = text
            .split(|c| !plain(c))
            .filter(|run| run.chars().count() > 1);
        for word in runs.skip(number).step_by(61) {
            let mut found = slugs(&search(&app, &format!("q={word}&limit=50")).await);
            found.sort_unstable();
            for (slug, text) in &texts {
                if text.contains(word) {
                    assert!(found.contains(slug), "{word} in {slug}: {found:?}");
                }
            }
            asked += 1;
        }
    }
    assert!(asked >= 40, "{asked} words");
}

#[annai_test]
async fn the_list_of_guides_is_searched_in_the_newest_texts_of_those_one_may_read(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    three_guides(&app).await;
    let (_, author) = app.author().await;
    let (_, editor) = app.editor().await;
    let source = guide_source("own_one", "自分の題", "本文の奥の言葉。");
    let own = author
        .post("/api/v1/guides")
        .json(&json!({ "source": source }))
        .await;
    assert_eq!(own.status, 201, "{own}");
    let total = async |client: &annai_test_support::Client, q: &str| {
        let answer = client.get(format!("/api/v1/guides?q={q}")).await;
        assert_eq!(answer.status, 200, "{q} {answer}");
        answer.json()["total"].as_i64().unwrap()
    };

    assert_eq!(total(&author, "奥の言葉").await, 1);
    assert_eq!(total(&editor, "奥の言葉").await, 1);
    assert_eq!(total(&author, "クラウド").await, 0, "of others");
    assert_eq!(total(&editor, "クラウド").await, 3);
    assert_eq!(total(&editor, "own_one").await, 1);
    assert_eq!(total(&editor, "%20").await, 4);

    let path = format!("/api/v1/guides/{}/revisions", own.string("/guide_id"));
    let source = guide_source("own_one", "自分の題", "書き直した。");
    let saved = author.post(path).if_match(own.string("/revision_id"));
    let saved = saved.json(&json!({ "source": source })).await;
    assert_eq!(saved.status, 201, "{saved}");
    assert_eq!(total(&author, "奥の言葉").await, 0);
    assert_eq!(total(&author, "書き直し").await, 1);

    let page = author.get("/admin/guides?q=書き直し").await;
    assert!(page.text().contains("自分の題"), "{page}");
    let page = author.get("/admin/guides?q=クラウド").await;
    assert!(!page.text().contains("SREとは"), "{page}");
    let refused = editor.get("/api/v1/guides?q=1+2+3+4+5+6+7+8+9+10+11").await;
    assert_eq!(refused.status, 400, "{refused}");
}

/// Publishes a guide whose body is `body`.
async fn publish_body(app: &TestApp, slug: &str, body: &str) {
    publish(app, None, slug, &guide_source(slug, "題", body)).await;
}

#[annai_test]
async fn a_total_is_exact_or_absent_however_small_the_page(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    // Every pair of letters of the word, behind three kana as in the word, but not the word.
    let parts = "サーバの案内。アアアバーコ、アアアコン、アアアンポ、アアアポーネ、アアアネン、アアアント。";
    publish_body(&app, "word_one", "サーバーコンポーネントの話。").await;
    publish_body(&app, "word_two", "サーバーコンポーネントの例。").await;
    for number in 0..30 {
        publish_body(&app, &format!("parts_{number}"), parts).await;
    }
    for limit in [1, 2, 5, 50] {
        let query = format!("q=サーバーコンポーネント&limit={limit}");
        let answer = search(&app, &query).await.json();
        assert_eq!(answer["meta"]["total"], 2, "limit {limit}: {answer}");
        assert_eq!(answer["meta"]["exact"], true);
        assert_eq!(answer["facets"]["tag"][0]["count"], 2);
    }
    let first = search(&app, "q=サーバーコンポーネント&limit=1").await;
    let second = app.anonymous().get(first.string("/links/next")).await;
    assert_eq!(slugs(&first), ["word_two"]);
    assert_eq!(slugs(&second), ["word_one"]);
    assert_eq!(second.json()["meta"]["total"], 2);
    assert_eq!(second.json()["links"]["next"], Value::Null);

    let (_, editor) = app.editor().await;
    let path = "/api/v1/guides?q=サーバーコンポーネント";
    let listed = editor.get(path).await.json();
    assert_eq!(
        listed["total"],
        Value::Null,
        "more than 30 are not read: {listed}"
    );
    let page = editor.get("/admin/guides?q=サーバーコンポーネント").await;
    assert!(!page.text().contains("32件"), "{page}");

    for number in 30..100 {
        publish_body(&app, &format!("parts_{number}"), parts).await;
    }
    let answer = search(&app, "q=サーバーコンポーネント&limit=1")
        .await
        .json();
    assert_eq!(answer["meta"]["total"], Value::Null);
    assert_eq!(answer["meta"]["exact"], false);
    let short = search(&app, "q=ポー&limit=1").await.json();
    assert_eq!(short["meta"]["total"], 102, "one gram decides");
}

#[annai_test]
async fn both_searches_find_every_spelling(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    publish_body(&app, "w_mac", "経験5〜10年。").await;
    publish_body(&app, "w_win", "経験5～10年。").await;
    publish_body(&app, "names", "髙島の事例、髙橋と山﨑、𠮷田。").await;
    let hidden = "ゼロ\u{200b}幅空白、データ\u{ad}ベース、Kube\u{2060}rnetes、ビー\u{feff}オー。";
    publish_body(&app, "hidden", hidden).await;
    publish_body(&app, "vowels", "フォルダの中のサーバ監視。").await;
    let (_, editor) = app.editor().await;
    for (q, expected) in [
        ("5〜10年", "w_mac w_win"),
        ("5～10年", "w_mac w_win"),
        ("5~10年", "w_mac w_win"),
        ("高島", "names"),
        ("髙島", "names"),
        ("高橋", "names"),
        ("山崎", "names"),
        ("吉田", "names"),
        ("ゼロ幅", "hidden"),
        ("データベース", "hidden"),
        ("Kubernetes", "hidden"),
        ("ビーオー", "hidden"),
        ("フォルダー", "vowels"),
        ("サーバー監視", "vowels"),
    ] {
        let mut found = slugs(&search(&app, &format!("q={q}")).await);
        found.sort_unstable();
        assert_eq!(found.join(" "), expected, "{q}");
        let listed = editor
            .get(format!("/api/v1/guides?q={q}&sort=slug"))
            .await
            .json();
        let listed = listed["guides"].as_array().unwrap().iter();
        let listed: Vec<_> = listed
            .map(|guide| guide["slug"].as_str().unwrap())
            .collect();
        assert_eq!(listed.join(" "), expected, "{q} in the list");
    }
    let names = search(&app, "q=高島").await.json();
    let marked = "<mark>髙島</mark>の事例、髙橋と山﨑、𠮷田。";
    assert_eq!(names["data"][0]["highlights"]["body"], marked);
}

#[annai_test]
async fn where_nothing_is_found_the_answer_names_the_word_that_stands_in_the_way(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    three_guides(&app).await;
    let shorter = async |query: &str| search(&app, query).await.json()["shorter"].clone();
    let without =
        |word: &str, q: &str, total: usize| json!({ "without": word, "q": q, "total": total });
    assert_eq!(
        shorter("q=クラウド+無言").await,
        json!([without("無言", "クラウド", 3)])
    );
    assert_eq!(
        shorter("q=ＳＲＥ+クラウド+データ基盤").await,
        json!([
            without("ＳＲＥ", "クラウド データ基盤", 1),
            without("データ基盤", "ＳＲＥ クラウド", 1),
        ])
    );
    assert_eq!(
        shorter("q=クラウド+無言&category=data").await,
        json!([without("無言", "クラウド", 1)]),
        "the filters stay"
    );
    assert_eq!(shorter("q=無言").await, json!([]));
    assert_eq!(shorter("q=無言+不在+沈黙").await, json!([]));
    assert_eq!(
        shorter("q=クラウド+案内").await,
        json!([]),
        "something was found"
    );

    let (_, editor) = app.editor().await;
    let (_, author) = app.author().await;
    let path = "/api/v1/guides?q=クラウド+無言";
    let listed = editor.get(path).await.json();
    assert_eq!(listed["shorter"], json!([without("無言", "クラウド", 3)]));
    let listed = author.get(path).await.json();
    assert_eq!(listed["shorter"], json!([]), "of others");
    let page = editor
        .get("/admin/guides?q=クラウド+無言&category=data")
        .await;
    let link = "/admin/guides?q=%E3%82%AF%E3%83%A9%E3%82%A6%E3%83%89&amp;category=data";
    assert!(page.text().contains(link), "{page}");
    assert!(page.text().contains("「無言」を外して検索"), "{page}");
}

#[annai_test]
async fn words_near_each_other_come_first_on_a_page(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let far = format!("監視の話。{}運用の話。", "長い説明。".repeat(20));
    publish_body(&app, "near", "監視と運用の話。").await;
    publish_body(&app, "far", &far).await;
    assert_eq!(slugs(&search(&app, "q=監視+運用").await), ["near", "far"]);
    assert_eq!(
        slugs(&search(&app, "q=監視").await),
        ["far", "near"],
        "by newness"
    );
}
