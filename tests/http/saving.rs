//! The requests of the editor's script: saves that stay, windows, forms that were taken.

use annai_test_macros::annai_test;
use annai_test_support::{Answer, Client, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

const FORM: &str = "application/x-www-form-urlencoded";
const WINDOW: &str = "0a1b2c3d-0000-4000-a000-000000000001";

/// A guide in the editor, with the hidden fields of its form.
struct Form<'a> {
    client: &'a Client,
    page: String,
    person: String,
    base: String,
}

impl Form<'_> {
    /// Sends the form with this body text; `to` is the end of the path.
    async fn send(&self, to: &str, more: &str, body: &str) -> Answer {
        let (base, person) = (&self.base, &self.person);
        let form = format!("base={base}&person={person}&body={body}&{more}");
        self.client
            .post(format!("{}{to}", self.page))
            .body(FORM, form)
            .await
    }

    async fn working_copy(&self) -> Answer {
        self.client.get(format!("{}/working-copy", self.page)).await
    }
}

async fn form<'a>(client: &'a Client, person: String, slug: &str) -> Form<'a> {
    let created = client
        .create_guide(&guide_source(slug, "記事", "本文。"))
        .await;
    Form {
        client,
        page: created.page(),
        person,
        base: created.revision_id,
    }
}

#[annai_test]
async fn a_save_that_stays_answers_with_the_parts_around_the_text(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (person, editor) = app.editor().await;
    let form = form(&editor, person.user_id.to_string(), "stays").await;
    let saved = form.send("", "sequence=0&then=stay", "a").await;
    assert_eq!(saved.status, 200, "{saved}");
    let text = saved.text();
    assert!(text.contains("data-number=\"2\""), "{text}");
    assert!(
        !text.contains("<html") && !text.contains("<textarea"),
        "{text}"
    );
    // A repeated save, whose response was lost, finds its own revision.
    let again = form.send("", "sequence=0&then=stay", "a").await;
    assert!(again.text().contains("data-unchanged"), "{again}");
    // Written on the older revision, as by another person.
    let stale = form.send("", "sequence=0&then=stay", "b").await;
    assert_eq!(stale.status, 412, "{stale}");
}

#[annai_test]
async fn a_refused_save_that_stays_names_the_field(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (person, editor) = app.editor().await;
    editor
        .create_guide(&guide_source("taken", "記事", "本文。"))
        .await;
    let form = form(&editor, person.user_id.to_string(), "free").await;
    let more = format!("sequence=0&then=stay&field.slug=taken&window={WINDOW}");
    let refused = form.send("", &more, "a").await;
    assert_eq!(refused.status, 409, "{refused}");
    assert!(
        refused.text().contains("data-of=\"field-slug\""),
        "{refused}"
    );
    // The text is in the working copy, in the name of its window.
    assert!(refused.text().contains("data-sequence=\"1\""), "{refused}");
    let copy = form.working_copy().await.json();
    assert_eq!(copy, json!({ "sequence": 1, "window": WINDOW }));
}

#[annai_test]
async fn a_working_copy_names_the_window_that_stored_it_last(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (person, editor) = app.editor().await;
    let form = form(&editor, person.user_id.to_string(), "window").await;
    let none = json!({ "sequence": 0, "window": null });
    assert_eq!(form.working_copy().await.json(), none);
    let more = format!("sequence=1&window={WINDOW}");
    let stored = form.send("/working-copy", &more, "a").await;
    assert_eq!(stored.status, 200, "{stored}");
    let copy = form.working_copy().await.json();
    assert_eq!(copy, json!({ "sequence": 1, "window": WINDOW }));
    form.send("/working-copy", "sequence=2", "b").await;
    let copy = form.working_copy().await.json();
    assert_eq!(copy, json!({ "sequence": 2, "window": null }));
    let wrong = form.send("/working-copy", "sequence=3&window=x", "c").await;
    assert_eq!(wrong.status, 422, "{wrong}");
}

#[annai_test]
async fn only_a_form_that_was_taken_is_named_in_the_response(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let send = async |sent: &str, form: &'static str| {
        admin.set_cookie("annai_sent", sent);
        let answer = admin.post("/admin/users").body(FORM, form).await;
        let cookies = admin.cookies();
        (answer.status, cookies.get("annai_taken").cloned())
    };
    let bad = "email=nobody&display_name=a";
    assert_eq!(send("1-a@/admin/users", bad).await, (422, None));
    let good = "email=a@example.jp&display_name=a";
    assert_eq!(send("2-b@/admin/keys", good).await, (200, None));
    let other = "email=b@example.jp&display_name=b";
    let taken = send("3-c@/admin/users", other).await;
    assert_eq!(taken, (200, Some("3-c".to_owned())));
}
