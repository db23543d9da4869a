//! The lists of the desk: what waits, the guides in their order, and the text that somebody left.

use annai_domain::Role;
use annai_storage::users;
use annai_test_macros::annai_test;
use annai_test_support::{Answer, Client, GuideState, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

const BROWSER: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

/// Asks for a page as a browser does.
async fn page(client: &Client, path: &str) -> Answer {
    client.get(path).header("accept", BROWSER).await
}

/// Returns the text between `start` and the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).unwrap().0
}

#[annai_test]
async fn a_publisher_finds_what_waits_for_publication_at_home_and_first_in_the_queue(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (writer, editor) = app.editor().await;
    let (judge, _) = app.admin().await;
    for state in [GuideState::NeverApproved, GuideState::NeverInReview] {
        app.guide_in(state, &writer, &judge).await;
    }
    let (_, publisher) = app.publisher().await;

    let home = page(&publisher, "/admin").await;
    let part = between(home.text(), "id=\"to-publish\"", "</section>");
    assert!(
        part.contains("公開待ち</a> <span class=\"count\">1件"),
        "{part}"
    );
    assert_eq!(part.matches("class=\"row queued\"").count(), 1, "{part}");
    let badge = between(home.text(), "count-waiting\"", "</a>");
    assert!(
        badge.contains(">1<") && badge.contains("件の公開待ち"),
        "{badge}"
    );

    let queue = page(&publisher, "/admin/reviews").await;
    let chosen = between(queue.text(), "aria-current=\"true\">", "</a>");
    assert!(chosen.contains("公開待ち"), "{chosen}");
    assert_eq!(queue.text().matches("class=\"row queued\"").count(), 1);
    let open = page(&publisher, "/admin/reviews?status=open").await;
    let chosen = between(open.text(), "aria-current=\"true\">", "</a>");
    assert!(chosen.contains("判定待ち"), "{chosen}");

    let (_, reviewer) = app.reviewer().await;
    let queue = page(&reviewer, "/admin/reviews").await;
    let chosen = between(queue.text(), "aria-current=\"true\">", "</a>");
    assert!(chosen.contains("判定待ち"), "{chosen}");
    for client in [&editor, &reviewer] {
        let home = page(client, "/admin").await;
        assert!(!home.text().contains("id=\"to-publish\""), "{home}");
    }
}

#[annai_test]
async fn the_tabs_of_the_guides_count_what_the_search_finds(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    for (slug, title) in [("one", "灯台守"), ("two", "郵便屋"), ("three", "灯台の灯")] {
        editor
            .create_guide(&guide_source(slug, title, "本文。"))
            .await;
    }
    let all = async |path: &str| {
        let list = page(&editor, path).await;
        let tab = between(list.text(), "aria-current=\"true\">", "</a>");
        between(tab, "<span class=\"count\">", "<").to_owned()
    };
    assert_eq!(all("/admin/guides").await, "3");
    let search = "%E7%81%AF%E5%8F%B0";
    assert_eq!(all(&format!("/admin/guides?q={search}")).await, "2");
    assert_eq!(
        all(&format!("/admin/guides?q={search}&status=draft")).await,
        "2"
    );
}

#[annai_test]
async fn the_guides_are_sorted_by_a_link_and_paged_without_a_gap(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    for number in 0..52 {
        let slug = format!("guide_{number}");
        let title = format!("記事 {:02} & <他>", (number * 7) % 52);
        editor
            .create_guide(&guide_source(&slug, &title, "本文。"))
            .await;
    }
    let list = page(&editor, "/admin/guides").await;
    assert!(list.text().contains("aria-sort=\"descending\""), "{list}");
    let by_title = list.text().contains("href=\"/admin/guides?sort=title\"");
    assert!(by_title, "{list}");

    let titles = |list: &Answer| -> Vec<String> {
        let rows = list.text().split("<th scope=\"row\">").skip(1);
        rows.map(|row| between(row, "記事 ", " ").to_owned())
            .collect()
    };
    for (sort, first, last) in [("title", "00", "51"), ("-title", "51", "00")] {
        let list = page(&editor, &format!("/admin/guides?sort={sort}")).await;
        let mut shown = titles(&list);
        assert_eq!((shown.len(), shown[0].as_str()), (50, first));
        let pager = between(list.text(), "<nav class=\"pager\"", "</nav>");
        let next = between(pager, "href=\"", "\"").replace("&amp;", "&");
        let next = page(&editor, &next).await;
        assert_eq!(next.status, 200, "{next}");
        shown.extend(titles(&next));
        assert_eq!((shown.len(), shown[51].as_str()), (52, last));
    }
    for path in [
        "?sort=slug",
        "?sort=nothing",
        "?after=x",
        "?sort=updated&after=00000000-0000-0000-0000-000000000001&from=yesterday",
    ] {
        let refused = page(&editor, &format!("/admin/guides{path}")).await;
        assert_eq!(refused.status, 400, "{path}");
    }
}

#[annai_test]
async fn a_guide_shows_editors_what_a_disabled_person_left_and_saves_it(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let leaver = app.add_person("leaver", &[Role::Editor]).await;
    let leavers = app.sign_in(&leaver).await;
    let guide = leavers
        .create_guide(&guide_source("first", "灯台守", "本文。"))
        .await;
    let left = json!({
        "base_revision_id": guide.revision_id, "sequence": 1,
        "source": guide_source("first", "灯台守", "残した文。"),
    });
    let kept = leavers
        .put(format!("{}/working-copy", guide.path()))
        .json(&left);
    assert_eq!(kept.await.status, 200);
    let (_, editor) = app.editor().await;
    let shown = page(&editor, &guide.page()).await;
    assert!(
        !shown.text().contains("/take-over"),
        "they are not disabled"
    );

    let (admin, _) = app.admin().await;
    let mut tx = app.database.begin(admin.actor()).await.unwrap();
    users::set_disabled(&mut tx, leaver.user_id, true)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let shown = page(&editor, &guide.page()).await;
    let form = between(shown.text(), "/take-over\">", "</form>");
    assert!(form.contains(&leaver.user_id.to_string()), "{form}");
    assert!(!form.contains("残した文"), "the text is not shown");

    let form = "application/x-www-form-urlencoded";
    let body = format!("user_id={}", leaver.user_id);
    let taken = editor
        .post(format!("{}/take-over", guide.page()))
        .body(form, body);
    let taken = taken.await;
    assert_eq!(taken.status, 303, "{taken}");
    let history = editor.get(format!("{}/revisions", guide.path())).await;
    let newest = &history.json()["revisions"][0];
    assert_eq!(newest["revision_number"], 2);
    assert_eq!(newest["created_by"], json!(leaver.user_id));
    let shown = page(&editor, &guide.page()).await;
    assert!(!shown.text().contains("/take-over"), "it was taken");
}
