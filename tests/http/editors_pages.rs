//! The editors' pages as a browser without scripts sees them.

use annai_domain::Role;
use annai_test_macros::annai_test;
use annai_test_support::{Answer, Client, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

use crate::operator::{Written, publish};

const FORM: &str = "application/x-www-form-urlencoded";

/// Creates a guide, and returns the path of its page, its revision and its content hash.
async fn guide(client: &Client, source: &str) -> (String, String, String) {
    let created = client.create_guide(source).await;
    (created.page(), created.revision_id, created.content_hash)
}

/// Sends `fields` as a browser sends a form: every line end as CRLF.
async fn send(client: &Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    let encode = |text: &str| -> String {
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        text.bytes().fold(String::new(), |encoded, byte| {
            encoded + &format!("%{byte:02X}")
        })
    };
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    client.post(path).body(FORM, pairs.join("&")).await
}

#[annai_test]
async fn pages_forbid_foreign_scripts_and_are_never_kept(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, _, _) = guide(&editor, &guide_source("first", "記事", "本文。")).await;
    let page = editor.get(&path).await;
    assert_eq!(page.status, 200, "{page}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; \
         img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types annai"
    );
    let preview = editor.get(format!("{path}/preview")).await;
    let policy = preview.header("content-security-policy");
    assert!(policy.contains("sandbox allow-same-origin") && !policy.contains("script-src"));
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}

#[annai_test]
async fn developers_find_a_call_that_works_and_both_references(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, author) = app.author().await;
    let before = author.get("/admin/developers").await.text().to_owned();
    let list = "curl http://127.0.0.1:8080/v1/guides<";
    assert!(before.contains(list), "{before}");

    publish(&app, None, &Written::new("sre_engineer", &[])).await;
    let (_, editor) = app.editor().await;
    let after = editor.get("/admin/developers").await.text().to_owned();
    assert!(after.contains("/v1/guides/sre_engineer<"), "{after}");
    let guide = app.anonymous().get("/v1/guides/sre_engineer").await;
    assert_eq!(guide.status, 200, "{guide}");

    for (api, operation) in [("delivery", "get_guide"), ("editors", "submit_guide")] {
        let page = editor.get(format!("/admin/developers/{api}")).await;
        assert_eq!(page.status, 200, "{page}");
        let text = page.text();
        assert!(text.contains(&format!("id=\"{operation}\"")), "{api}");
        for link in text.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap();
            assert!(text.contains(&format!("id=\"{target}\"")), "{api} {target}");
        }
    }
    let stranger = app.anonymous().get("/admin/developers").await;
    assert_eq!(stranger.status, 303);
}

#[annai_test]
async fn nobody_in_particular_is_sent_to_sign_in_and_comes_back(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let person = app.add_person("hanako", &[Role::Editor]).await;
    let browser = app.anonymous();
    let away = browser.get("/admin/guides?status=draft").await;
    assert_eq!(away.status, 303);
    let sign_in = "/admin/sign-in?next=/admin/guides%3Fstatus%3Ddraft";
    assert_eq!(away.header("location"), sign_in);
    let written = send(&browser, "/admin/guides/new", &[("title", "x")]).await;
    assert_eq!(
        written.status, 401,
        "a write is never answered with a redirect"
    );

    let fields = [
        ("email", person.email.as_str()),
        ("password", annai_test_support::PASSWORD),
        ("next", "/admin/guides?status=draft"),
    ];
    let signed_in = send(&browser, "/admin/sign-in", &fields).await;
    assert_eq!(signed_in.status, 303, "{signed_in}");
    assert_eq!(signed_in.header("location"), "/admin/guides?status=draft");
    let foreign = [fields[0], fields[1], ("next", "//evil.example/")];
    let signed_in = send(&app.anonymous(), "/admin/sign-in", &foreign).await;
    assert_eq!(signed_in.header("location"), "/admin");
}

#[annai_test]
async fn an_author_sees_no_trace_of_other_peoples_drafts(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, author) = app.author().await;
    let (path, revision, _) =
        guide(&editor, &guide_source("hidden_one", "秘密の題", "本文。")).await;
    let (own, _, _) = guide(&author, &guide_source("own_one", "自分の題", "本文。")).await;
    for end in [
        "",
        "/history",
        "/review",
        "/preview",
        "/conflict",
        "/unpublish",
        "/authors",
        "/diff",
        "/diff/rendered",
        "/review/newest",
    ] {
        let page = author.get(format!("{path}{end}")).await;
        assert_eq!(page.status, 404, "{end}: {page}");
    }
    let difference = author
        .get(format!("{path}/diff?from={revision}&to={revision}"))
        .await;
    assert_eq!(difference.status, 404);
    for page in [
        "/admin",
        "/admin/guides",
        "/admin/guides?q=hidden",
        "/admin/reviews",
        &own,
    ] {
        let page = author.get(page).await;
        assert_eq!(page.status, 200, "{page}");
        assert!(
            !page.text().contains("秘密の題") && !page.text().contains("hidden_one"),
            "{page}"
        );
    }
    assert!(
        author
            .get("/admin/guides")
            .await
            .text()
            .contains("自分の題")
    );
}

#[annai_test]
async fn somebody_without_roles_sees_no_guides(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, _, _) = guide(&editor, &guide_source("first", "見えない題", "本文。")).await;
    let nobody = app.add_person("nobody", &[]).await;
    let nobody = app.sign_in(&nobody).await;
    assert_eq!(nobody.get("/admin/guides").await.status, 403);
    assert_eq!(nobody.get(&path).await.status, 403);
    assert!(!nobody.get("/admin").await.text().contains("見えない題"));
    for page in [
        "/admin/users",
        "/admin/keys",
        "/admin/audit",
        "/admin/audit.csv",
    ] {
        assert_eq!(nobody.get(page).await.status, 403, "{page}");
        assert_eq!(editor.get(page).await.status, 403, "{page}");
    }
}

#[annai_test]
async fn a_guide_with_crlf_saved_unedited_makes_no_revision(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。").replace("}\n---\n", "}\n---\n\n");
    let (_, body) = source.split_once("}\n---\n").unwrap();
    let source = source.replace('\n', "\r\n");
    let (path, revision, _) = guide(&editor, &source).await;
    let fields = [
        ("base", revision.as_str()),
        ("sequence", "0"),
        ("field.title", "記事"),
        ("field.slug", "first"),
        ("body", body.trim_start_matches('\n')),
        ("then", "save"),
    ];
    let saved = send(&editor, &path, &fields).await;
    assert_eq!(saved.status, 303, "{saved}");
    let page = editor.get(&path).await;
    let latest = format!("name=\"base\" value=\"{revision}\"");
    assert!(
        page.text().contains(&latest),
        "the newest revision is still the first"
    );

    let edited = [fields[0], fields[1], ("field.title", "別の題"), fields[4]];
    let saved = send(&editor, &path, &edited).await;
    assert_eq!(saved.status, 303, "{saved}");
    let guide_id = path.rsplit('/').next().unwrap();
    let stored = editor.get(format!("/api/v1/guides/{guide_id}")).await;
    assert_eq!(
        stored.string("/source"),
        source.replace("\"記事\"", "\"別の題\"")
    );
}

#[annai_test]
async fn a_save_on_an_older_revision_shows_both_sides_and_keeps_the_text(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, admin) = app.admin().await;
    let (path, revision, _) = guide(&editor, &guide_source("first", "記事", "本文。\n")).await;
    let save = |body: &'static str| {
        [
            ("base", revision.clone()),
            ("sequence", "0".to_owned()),
            ("body", body.to_owned()),
        ]
    };
    let fields = save("先の人の本文。\n");
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(send(&admin, &path, &fields).await.status, 303);

    let fields = save("後の人の本文。\n");
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let conflict = send(&editor, &path, &fields).await;
    assert_eq!(conflict.status, 412, "{conflict}");
    assert!(conflict.text().contains("先の人") && conflict.text().contains("後の人"));
    let page = editor.get(&path).await;
    assert!(
        page.text().contains("後の人の本文。"),
        "the text is in the working copy"
    );

    // The merge is saved only after every choice, with exactly these choices.
    let guide_id = path.rsplit('/').next().unwrap();
    let latest = editor.get(format!("/api/v1/guides/{guide_id}")).await;
    let theirs = latest.string("/latest/revision_id");
    let merge = format!("{path}/merge");
    let undecided = [("theirs", theirs.as_str()), ("sequence", "1")];
    let refused = send(&editor, &merge, &undecided).await;
    assert_eq!(refused.status, 422, "{refused}");
    let older = [
        ("theirs", theirs.as_str()),
        ("sequence", "0"),
        ("choice.0", "both"),
    ];
    assert_eq!(send(&editor, &merge, &older).await.status, 409);
    // A merge that becomes too large is refused, and the page keeps the choices.
    let large = format!("{}終わり。", "あ".repeat(180_000));
    let large = [
        ("theirs", theirs.as_str()),
        ("sequence", "1"),
        ("choice.0", "own"),
        ("own.0", large.as_str()),
    ];
    let refused = send(&editor, &merge, &large).await;
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    assert!(refused.text().contains("終わり。"), "the choice is lost");
    assert!(refused.text().contains("512 KiB"), "nothing says why");
    let both = [
        ("theirs", theirs.as_str()),
        ("sequence", "1"),
        ("choice.0", "both"),
    ];
    let saved = send(&editor, &merge, &both).await;
    assert_eq!(saved.status, 303, "{saved}");
    let stored = editor.get(format!("/api/v1/guides/{guide_id}")).await;
    let source = stored.string("/source");
    assert!(
        source.ends_with("先の人の本文。\n\n後の人の本文。\n"),
        "{source}"
    );
}

#[annai_test]
async fn a_malformed_text_is_kept_and_shown_whole_with_its_place(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, revision, _) = guide(&editor, &guide_source("first", "記事", "本文。\n")).await;
    let broken = "---json\n{\n  \"title\": \"題\",\n}\n---\n# 消えない本文\n";
    let fields = [
        ("base", revision.as_str()),
        ("sequence", "1"),
        ("source", broken),
    ];
    let kept = send(&editor, &format!("{path}/working-copy"), &fields).await;
    assert_eq!(kept.status, 200, "{kept}");
    let page = editor.get(&path).await;
    assert!(page.text().contains("消えない本文") && page.text().contains("name=\"source\""));
    assert!(page.text().contains("data-line=\"4\""), "{page}");
    let refused = send(&editor, &path, &fields).await;
    assert_eq!(refused.status, 422, "{refused}");
    assert!(refused.text().contains("消えない本文"));
}

#[annai_test]
async fn a_form_that_somebody_else_opened_saves_nothing(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (other, _) = app.admin().await;
    let (path, revision, _) = guide(&editor, &guide_source("first", "記事", "本文。\n")).await;
    let person = other.user_id.to_string();
    let fields = [
        ("base", revision.as_str()),
        ("sequence", "1"),
        ("person", person.as_str()),
        ("body", "ほかの人の窓の本文。\n"),
    ];
    for path in [path.clone(), format!("{path}/working-copy")] {
        let refused = send(&editor, &path, &fields).await;
        assert_eq!(refused.status, 401, "{path}: {refused}");
    }
    let page = editor.get(&path).await;
    assert!(!page.text().contains("ほかの人の窓の本文。"), "{page}");
    assert!(page.text().contains(&format!("value=\"{revision}\"")));
}

#[annai_test]
async fn a_save_does_not_end_what_another_window_of_the_person_has_kept(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, revision, _) = guide(&editor, &guide_source("first", "記事", "本文。\n")).await;
    let form = |sequence, body| {
        [
            ("base", revision.as_str()),
            ("sequence", sequence),
            ("body", body),
        ]
    };
    let newer = form("5", "新しい窓の本文。\n");
    let kept = send(&editor, &format!("{path}/working-copy"), &newer).await;
    assert_eq!(kept.status, 200, "{kept}");

    // Another text is merged with it. Both stay, and no revision is saved.
    let merged = send(&editor, &path, &form("4", "古い窓の本文。\n")).await;
    assert_eq!(merged.status, 200, "{merged}");
    let page = editor.get(&path).await;
    for text in ["新しい窓の本文。", "古い窓の本文。"] {
        assert!(page.text().contains(text), "{text}: {page}");
    }
    assert!(page.text().contains(&format!("value=\"{revision}\"")));

    // The same text does not conflict, because a response may have been lost.
    let newest = form("9", "新しい窓の本文。\n");
    send(&editor, &format!("{path}/working-copy"), &newest).await;
    let saved = send(&editor, &path, &form("4", "新しい窓の本文。\n")).await;
    assert_eq!(saved.status, 303, "{saved}");
}

#[annai_test]
async fn what_our_pages_do_not_send_is_refused(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, revision, _) = guide(&editor, &guide_source("first", "記事", "本文。")).await;
    assert_eq!(editor.get("/admin/guides?x=1").await.status, 400);
    assert_eq!(
        editor.get("/admin/guides?status=nonsense").await.status,
        400
    );
    assert_eq!(editor.get("/admin/guides/nonsense").await.status, 404);
    assert_eq!(editor.get("/admin/nonsense").await.status, 404);
    assert_eq!(editor.get(format!("{path}/restore")).await.status, 405);
    let fields = [
        ("base", revision.as_str()),
        ("sequence", "0"),
        ("roles", "admin"),
    ];
    assert_eq!(send(&editor, &path, &fields).await.status, 422);
    let fields = [("base", "nonsense"), ("sequence", "0")];
    assert_eq!(send(&editor, &path, &fields).await.status, 422);
}

#[annai_test]
async fn an_own_change_offers_no_approval_and_refuses_one(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let (path, revision, hash) =
        guide(&admin, &guide_source("first", "記事", "# 記事\n\n本文。\n")).await;
    let submitted = send(
        &admin,
        &format!("{path}/submit"),
        &[("revision_id", &revision)],
    )
    .await;
    assert_eq!(submitted.status, 303, "{submitted}");
    let page = admin.get(format!("{path}/review")).await;
    assert!(page.text().contains("自分が書いた部分を含む変更"), "{page}");
    assert!(!page.text().contains(&format!("{path}/approve")), "{page}");
    let fields = [
        ("revision_id", revision.as_str()),
        ("content_hash", &hash),
        ("seen", &revision),
        ("then", "publish"),
    ];
    let approved = send(&admin, &format!("{path}/approve"), &fields).await;
    assert_eq!(approved.status, 403, "{approved}");
    assert_eq!(app.anonymous().get("/v1/guides/first").await.status, 404);

    let (_, reviewer) = app.reviewer().await;
    let only_approve = send(&reviewer, &format!("{path}/approve"), &fields).await;
    assert_eq!(
        only_approve.status, 403,
        "a reviewer alone does not publish: {only_approve}"
    );
    let approved = send(&reviewer, &format!("{path}/approve"), &fields[..3]).await;
    assert_eq!(approved.status, 303, "{approved}");
    let published = send(&admin, &format!("{path}/publish"), &fields[..2]).await;
    assert_eq!(published.status, 303, "{published}");
    assert_eq!(app.anonymous().get("/v1/guides/first").await.status, 200);
}

#[annai_test]
async fn a_judgement_from_a_page_that_was_overtaken_is_not_recorded(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let source = guide_source("first", "記事", "# 記事\n\n見た文。\n");
    let (path, revision, hash) = guide(&editor, &source).await;
    let submitted = [("revision_id", revision.as_str())];
    send(&editor, &format!("{path}/submit"), &submitted).await;
    let saved = [
        ("base", revision.as_str()),
        ("sequence", "0"),
        ("body", "# 記事\n\n替えた文。\n"),
    ];
    let saved = send(&editor, &path, &saved).await;
    assert_eq!(saved.status, 303, "{saved}");

    let fields = [
        ("revision_id", revision.as_str()),
        ("content_hash", &hash),
        ("seen", &revision),
        ("comment", "よいです。"),
    ];
    for act in ["approve", "request-changes"] {
        let refused = send(&reviewer, &format!("{path}/{act}"), &fields).await;
        assert_eq!(refused.status, 409, "{act}: {refused}");
        let page = refused.text();
        assert!(page.contains("よいです。"), "{act}: what was typed is kept");
        assert!(
            page.contains("閲覧中に文章が変更されました"),
            "{act}: {page}"
        );
        assert!(page.contains("<ins>替え</ins>"), "{act}: {page}");
    }
    let review = reviewer.get(format!("{path}/review")).await;
    assert!(
        !review.text().contains("class=\"decision "),
        "nothing was decided: {review}"
    );
}

#[annai_test]
async fn the_desk_lists_every_guide_with_unsaved_text_of_the_person(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (author, authors) = app.author().await;
    let (editor, editors) = app.editor().await;
    let source = guide_source("first", "灯台守とは", "本文。");
    let (path, revision, _) = guide(&authors, &source).await;
    let type_into = async |client: &Client| {
        let fields = [
            ("base", revision.as_str()),
            ("sequence", "1"),
            ("source", "書きかけ"),
        ];
        let kept = send(client, &format!("{path}/working-copy"), &fields).await;
        assert_eq!(kept.status, 200, "{kept}");
    };
    let desk = async |client: &Client| client.get("/admin").await.text().to_owned();
    let unsaved = "編集中の内容あり";
    assert!(!desk(&editors).await.contains(unsaved));
    assert!(!desk(&authors).await.contains(unsaved));

    type_into(&editors).await;

    let page = desk(&editors).await;
    assert!(
        page.contains("灯台守とは") && page.contains(unsaved),
        "{page}"
    );
    let page = desk(&authors).await;
    assert!(
        page.contains("灯台守とは") && !page.contains(unsaved),
        "another's text is private"
    );

    type_into(&authors).await;
    assert!(desk(&authors).await.contains(unsaved));
    let owner = format!("{}/owner", path.replace("/admin/", "/api/v1/"));
    let given = editors
        .put(owner)
        .json(&json!({ "owner_id": editor.user_id }));
    assert_eq!(given.await.status, 200);
    let page = desk(&authors).await;
    assert!(
        !page.contains("灯台守とは"),
        "{author:?} may not know of it any more: {page}"
    );
}

#[annai_test]
async fn a_comment_quotes_what_the_browser_selected_and_a_refused_one_is_given_back(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("talk", "記事", "一行目。\n二行目。");
    let (path, revision, _) = guide(&editor, &source).await;
    let fields = |quote: &'static str| {
        [
            ("comment", "ここは\n要りますか。"),
            ("page", "editor"),
            ("revision_id", revision.as_str()),
            ("quote", quote),
            ("prefix", ""),
            ("suffix", ""),
            ("field", ""),
        ]
        .map(|(name, value)| (name, value.to_owned()))
    };
    let post = async |quote| {
        let fields = fields(quote);
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        send(&editor, &format!("{path}/threads"), &fields).await
    };

    let begun = post("一行目。\n二行目。").await;
    assert_eq!(begun.status, 303, "{begun}");
    let location = begun.header("location");
    assert!(
        location.starts_with(&format!("{path}#thread-")),
        "{location}"
    );
    let page = editor.get(&path).await;
    let thread = page
        .text()
        .split(&format!("id=\"{}\"", &location[path.len() + 1..]))
        .nth(1);
    assert!(
        thread.is_some_and(|thread| thread.contains("ここは\n要りますか。")),
        "{page}"
    );

    let refused = post("無い文").await;
    assert_eq!(refused.status, 422, "{refused}");
    assert!(
        refused.text().contains("ここは\r\n要りますか。"),
        "{refused}"
    );
}

#[annai_test]
async fn undoing_with_referrers_asks_first_and_still_undoes_that_publication(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    publish(&app, None, &Written::new("sre_engineer", &[])).await;
    publish(&app, None, &Written::new("related", &["sre_engineer"])).await;
    let (_, admin) = app.admin().await;
    let ledger = admin.get("/api/v1/publications").await.json();
    let entries = ledger["publications"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["slug"] == "sre_engineer");
    let entry = entry.unwrap();
    let page = format!("/admin/guides/{}", entry["guide_id"].as_str().unwrap());
    let undone = entry["ref"].as_str().unwrap().split('-').next().unwrap();
    let undo = format!("{page}/undo");

    let asked = send(&admin, &undo, &[("ref", undone)]).await;
    assert_eq!(asked.status, 409, "{asked}");
    let kept = format!("<input type=\"hidden\" name=\"ref\" value=\"{undone}\">");
    assert!(asked.text().contains(&kept), "{asked}");
    assert!(
        asked.text().contains(&format!("action=\"{undo}\"")),
        "{asked}"
    );
    let wrong = send(&admin, &undo, &[("ref", "2"), ("acknowledged", "true")]).await;
    assert_eq!(wrong.status, 409, "{wrong}");
    assert_eq!(
        app.anonymous().get("/v1/guides/sre_engineer").await.status,
        200
    );

    let done = send(&admin, &undo, &[("ref", undone), ("acknowledged", "true")]).await;
    assert_eq!(done.status, 303, "{done}");
    assert_eq!(
        app.anonymous().get("/v1/guides/sre_engineer").await.status,
        410
    );
}

#[annai_test]
async fn a_draft_leads_to_itself_in_its_preview(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let body = "# 記事\n\n[上](guide:first#記事) [他](guide:other)\n";
    let (path, _, _) = guide(&editor, &guide_source("first", "記事", body)).await;
    let preview = format!("{path}/preview");
    for shown in [
        editor.get(&preview).await,
        send(&editor, &preview, &[("body", body)]).await,
    ] {
        let html = shown.text();
        assert!(html.contains("<a href=\"#"), "{html}");
        assert!(html.contains("上</a> 他"), "{html}");
    }
}

#[annai_test]
async fn who_sees_no_guides_is_not_told_that_none_is_public(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    publish(&app, None, &Written::new("sre_engineer", &[])).await;
    let nobody = app.add_person("nobody", &[]).await;
    let nobody = app.sign_in(&nobody).await;
    let page = nobody.get("/admin/developers").await;
    assert_eq!(page.status, 200, "{page}");
    assert!(page.text().contains("あなたに見えるガイド"), "{page}");
    assert!(!page.text().contains("公開中のガイドはまだ"), "{page}");
}

#[annai_test]
async fn an_act_that_the_state_rules_out_is_refused_on_the_page_it_came_from(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "# 記事\n\n文。\n");
    let (path, revision, _) = guide(&editor, &source).await;
    let submit = async |accept: &str| {
        let form = format!("revision_id={revision}");
        let submit = editor.post(format!("{path}/submit")).body(FORM, form);
        submit.header("accept", accept).await
    };
    assert_eq!(submit("text/html").await.status, 303);

    let refused = submit("text/html").await;

    assert_eq!(refused.status, 303, "{refused}");
    assert_eq!(refused.header("location"), path);
    let page = editor.get(&path).await;
    let words = "この内容はすでにレビュー中です。";
    assert!(page.text().contains("data-toast=\"refused\""), "{page}");
    assert!(page.text().contains(words), "{page}");
    // A script gets the status.
    assert_eq!(submit("*/*").await.status, 409);
}
