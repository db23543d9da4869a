//! The whole path of a guide, from the form to the site, with schemas that share no key with ours.

use annai_domain::Role;
use annai_test_macros::annai_test;
use annai_test_support::{Client, TestApp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

const RENAMED: &str = include_str!("../fixtures/schema_renamed.json");
const BARE: &str = include_str!("../fixtures/schema_bare.json");

/// Sends `fields` as a browser sends a form, and returns the target of the redirect.
async fn send(client: &Client, path: &str, fields: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| utf8_percent_encode(&text.replace('\n', "\r\n"), NON_ALPHANUMERIC).to_string();
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    let sent = client.post(path);
    let sent = sent.body("application/x-www-form-urlencoded", body).await;
    assert_eq!(sent.status, 303, "{sent}");
    sent.header("location").to_owned()
}

/// Creates a guide in the browser, saves it with more fields, and returns its page.
async fn write(editor: &Client, begun: &[(&str, &str)], fields: &[(&str, &str)]) -> String {
    let page = send(editor, "/admin/guides/new", begun).await;
    let guide = editor.get(format!("/api{}", api(&page))).await;
    let base = guide.string("/latest/revision_id");
    let mut form = vec![("base", base.as_str()), ("sequence", "0")];
    form.extend_from_slice(fields);
    send(editor, &page, &form).await;
    page
}

/// Returns the path of the guide's page below `/api`.
fn api(page: &str) -> String {
    page.replace("/admin/", "/v1/")
}

/// Submits, approves and publishes the newest text of a guide.
async fn publish(writer: &Client, judge: &Client, page: &str) {
    let path = format!("/api{}", api(page));
    let guide = writer.get(&path).await;
    let pinned = json!({
        "revision_id": guide.string("/latest/revision_id"),
        "content_hash": guide.string("/latest/content_hash"),
    });
    let submitted = json!({ "revision_id": pinned["revision_id"] });
    for (client, act, body) in [
        (writer, "submit", &submitted),
        (judge, "approve", &pinned),
        (judge, "publish", &pinned),
    ] {
        let done = client.post(format!("{path}/{act}")).json(body).await;
        assert!(matches!(done.status, 200 | 201), "{act} {done}");
    }
}

/// Returns the slugs of a list of the delivery API.
async fn slugs(app: &TestApp, path: &str) -> Vec<String> {
    let answer = app.anonymous().get(path).await;
    assert_eq!(answer.status, 200, "{path} {answer}");
    let data = answer.json()["data"].clone();
    let slug = |guide: &Value| guide["slug"].as_str().unwrap().to_owned();
    let mut slugs: Vec<_> = data.as_array().unwrap().iter().map(slug).collect();
    slugs.sort();
    slugs
}

async fn people(app: &TestApp) -> (Client, Client) {
    let (_, editor) = app.editor().await;
    let judge = app.add_person("judge", &[Role::Reviewer, Role::Publisher]);
    let judge = app.sign_in(&judge.await).await;
    (editor, judge)
}

#[annai_test]
async fn a_schema_whose_keys_are_all_others_is_written_judged_delivered_and_found(
    connect: PgConnectOptions,
) {
    let app = TestApp::with_schema(connect, RENAMED);
    let (editor, judge) = people(&app).await;
    let soup = write(
        &editor,
        &[
            ("title", "みそ汁"),
            ("slug", "miso_soup"),
            ("category", "soupes"),
            ("body", "# みそ汁\n\nだしと味噌。"),
        ],
        &[
            ("field.accroche", "毎日の一杯です"),
            ("field.mots", "朝食"),
            ("field.saveurs", "うま味\n塩味"),
            ("field.voisins", "sweet_bun\nnowhere"),
            ("field.photo", "/static/soup.png"),
            ("field.title", "おみおつけ様"),
        ],
    )
    .await;
    let source = editor.get(format!("/api{}", api(&soup))).await;
    let source = source.string("/source");
    for line in [
        r#""nom": "みそ汁""#,
        r#""adresse": "miso_soup""#,
        r#""rayon": "soupes""#,
        r#""title": "おみおつけ様""#,
    ] {
        assert!(source.contains(line), "{line} in {source}");
    }
    let bun = write(
        &editor,
        &[
            ("title", "あんぱん"),
            ("slug", "sweet_bun"),
            ("category", "desserts"),
            ("body", "# あんぱん\n\n甘い。"),
        ],
        &[
            ("field.accroche", "おやつにどうぞ"),
            ("field.saveurs", "甘味"),
        ],
    )
    .await;

    // The editors' own list and its filters.
    let list = editor
        .get("/admin/guides?category=soupes&tag=%E5%A1%A9%E5%91%B3")
        .await;
    assert!(list.text().contains("みそ汁") && !list.text().contains("あんぱん"));
    assert!(list.text().contains("汁物"), "the category by its name");
    let none = editor.get("/api/v1/guides?tag=nothing").await.json();
    assert_eq!(none["guides"], json!([]));

    publish(&editor, &judge, &soup).await;
    publish(&editor, &judge, &bun).await;
    let guide = app.anonymous().get("/v1/guides/miso_soup").await.json();
    let data = &guide["data"];
    assert_eq!(
        json!([
            data["nom"],
            data["adresse"],
            data["slug"],
            data["rayon"],
            data["saveurs"]
        ]),
        json!([
            "みそ汁",
            "miso_soup",
            "miso_soup",
            "soupes",
            ["うま味", "塩味"]
        ])
    );
    assert_eq!(
        json!([data["title"], data["extra"], data["photo"]]),
        json!(["おみおつけ様", {}, "/static/soup.png"])
    );
    // The card appeared with the publication of the other guide.
    assert_eq!(
        guide["included"],
        json!({
            "related": [{
                "slug": "sweet_bun", "title": "あんぱん", "category": "desserts",
                "thumbnail": null, "meta_description": "おやつにどうぞ",
            }],
            "related_unresolved": ["nowhere"],
        })
    );
    let tags = guide["meta"]["cache_tags"].to_string();
    assert!(
        tags.contains("category-soupes") || tags.contains("category:soupes"),
        "{tags}"
    );

    for (path, expected) in [
        ("/v1/guides?category=soupes", &["miso_soup"][..]),
        ("/v1/guides?tag=%E7%94%98%E5%91%B3", &["sweet_bun"]),
        ("/v1/guides?links_to=sweet_bun", &["miso_soup"]),
        ("/v1/search?q=みそ汁", &["miso_soup"]),
        ("/v1/search?q=朝食", &["miso_soup"]),
        ("/v1/search?q=甘味&category=desserts", &["sweet_bun"]),
        ("/v1/search?q=味&tag=%E5%A1%A9%E5%91%B3", &["miso_soup"]),
    ] {
        assert_eq!(slugs(&app, path).await, expected, "{path}");
    }
    let feed = app.anonymous().get("/feed.json").await.json();
    let item = |slug: &str| {
        let items = feed["items"].as_array().unwrap().clone();
        let found = items
            .into_iter()
            .find(|item| item.to_string().contains(slug));
        found.unwrap()
    };
    let soup_item = item("miso_soup");
    assert_eq!(
        json!([
            soup_item["title"],
            soup_item["content_text"],
            soup_item["tags"]
        ]),
        json!(["みそ汁", "毎日の一杯です", ["うま味", "塩味"]])
    );
    // An unresolved relation leads the editor to its field.
    let home = editor.get("/admin").await;
    assert!(home.text().contains("#field-voisins"), "{home}");
}

#[annai_test]
async fn a_schema_of_a_title_and_a_slug_is_enough(connect: PgConnectOptions) {
    let app = TestApp::with_schema(connect, BARE);
    let (editor, judge) = people(&app).await;
    let page = write(
        &editor,
        &[
            ("title", "覚え書き"),
            ("slug", "memo"),
            ("category", "data"),
            ("body", "# 覚え書き\n\n![図](/static/a.png)\n"),
        ],
        &[("field.heading", "覚え書き二")],
    )
    .await;
    assert_eq!(editor.get(&page).await.status, 200);
    publish(&editor, &judge, &page).await;

    let guide = app.anonymous().get("/v1/guides/memo").await.json();
    let data = &guide["data"];
    assert_eq!(
        json!([data["heading"], data["name"], data["extra"]]),
        json!(["覚え書き", "memo", {"heading": "覚え書き二"}]),
        "`heading` is a name of the document itself"
    );
    assert_eq!(
        guide["included"],
        json!({ "related": [], "related_unresolved": [] })
    );
    for (path, expected) in [
        ("/v1/guides", &["memo"][..]),
        ("/v1/guides?tag=a", &[]),
        ("/v1/guides?category=data", &[]),
        ("/v1/search?q=覚え書き二", &["memo"]),
    ] {
        assert_eq!(slugs(&app, path).await, expected, "{path}");
    }
    let feed = app.anonymous().get("/feed.atom").await;
    assert!(feed.text().contains("覚え書き二"), "{feed}");
    assert_eq!(editor.get("/admin/guides?tag=a").await.status, 200);
    assert_eq!(editor.get("/admin").await.status, 200);
}
