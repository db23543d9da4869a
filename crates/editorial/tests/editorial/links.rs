//! References in bodies lead to where the ledger has the guides, at every ref.

use annai_domain::{Actor, Encoding, Ref, Slug};
use annai_editorial::{
    CommandError, ImportOutcome, ImportedFile, PreviewRight, Published, SavedRevision,
    find_preview, import_revision, rollback, submit, unpublish,
};
use annai_storage::delivery::{DeliveredVersion, Found, Part, find_guide};
use annai_test_macros::annai_test;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, text};

const SITE: &str = "https://www.example.jp/guides/{slug}";

fn linking(slug: &str, links: &str) -> Vec<u8> {
    [text(slug, "一"), format!("\n{links}\n").into_bytes()].concat()
}

async fn version(world: &World, slug: &str, at: i64) -> DeliveredVersion {
    let slug: Slug = slug.parse().unwrap();
    let found = find_guide(&world.db.delivery(), Ref::new(at).unwrap(), &slug).await;
    match found.unwrap() {
        Found::Here(version) => *version,
        other => panic!("{other:?}"),
    }
}

async fn answer(world: &World, slug: &str, at: i64) -> Value {
    let version = version(world, slug, at).await;
    let bytes = world
        .delivered(&version, Part::Answer(Encoding::Identity))
        .await;
    serde_json::from_slice(&bytes).unwrap()
}

/// Returns the last paragraph of a guide as readers get it at a ref.
async fn shown(world: &World, slug: &str, at: i64) -> String {
    let answer = answer(world, slug, at).await;
    let html = answer["data"]["body"]["html"].as_str().unwrap();
    html.trim_end().rsplit('\n').next().unwrap().to_owned()
}

async fn revise(
    world: &World,
    saved: SavedRevision,
    source: Vec<u8>,
) -> (SavedRevision, Published) {
    let next = world.save(&world.author, saved, source).await;
    (next, world.release(next).await)
}

fn affected(published: &Published) -> Vec<&str> {
    published.affects.iter().map(Slug::as_str).collect()
}

#[annai_test]
async fn a_link_follows_its_guide_and_every_ref_keeps_its_bytes(connect: PgConnectOptions) {
    let world = World::new(connect).await.on_site(SITE);
    let b = world.guide("b").await;
    let a = world
        .guide_of(&world.author, linking("a", "[乙](guide:b#本文) <b>"))
        .await;
    world.release(a).await;
    let alone = "<p>乙 &lt;b&gt;</p>";
    assert_eq!(shown(&world, "a", 1).await, alone, "a draft has no address");

    let published = world.release(b).await;
    assert_eq!(affected(&published), ["a"]);
    assert!(
        published.purge.contains(&"guide:a".to_owned()),
        "{published:?}"
    );
    let to = |slug: &str| {
        let fragment = "%E6%9C%AC%E6%96%87"; // 本文
        format!(
            "<p><a href=\"https://www.example.jp/guides/{slug}#{fragment}\">乙</a> &lt;b&gt;</p>"
        )
    };
    assert_eq!(shown(&world, "a", 2).await, to("b"));

    let (b, titled) = revise(&world, b, text("b", "新しい題")).await;
    assert_eq!(affected(&titled), [""; 0], "no link shows a title");
    let (b, renamed) = revise(&world, b, text("b_2", "新しい題")).await;
    assert_eq!(affected(&renamed), ["a"]);
    assert_eq!(shown(&world, "a", 4).await, to("b_2"));

    let gone = world
        .run(&world.publisher, async |tx| {
            unpublish(tx, b.guide_id, true).await
        })
        .await
        .unwrap();
    assert_eq!(affected(&gone), ["a"]);
    assert_eq!(shown(&world, "a", 5).await, alone);
    let (guide_id, back) = (b.guide_id, Ref::new(2).unwrap());
    world
        .run(&world.publisher, async |tx| {
            rollback(tx, &world.schema, guide_id, back).await
        })
        .await
        .unwrap();
    assert_eq!(shown(&world, "a", 6).await, to("b"));

    for (at, wanted) in [
        (1, alone.to_owned()),
        (2, to("b")),
        (3, to("b")),
        (5, alone.to_owned()),
    ] {
        assert_eq!(
            shown(&world, "a", at).await,
            wanted,
            "the past stays as it was"
        );
    }
    let newest = version(&world, "a", 6).await;
    let source = world.delivered(&newest, Part::Source).await;
    assert_eq!(source, linking("a", "[乙](guide:b#本文) <b>"));
    // Only the HTML of the body differs.
    let [mut first, mut last] = [answer(&world, "a", 1).await, answer(&world, "a", 6).await];
    for answer in [&mut first, &mut last] {
        answer["data"]["body"]["html"] = Value::Null;
    }
    assert_eq!(first["data"], last["data"]);
}

#[annai_test]
async fn a_guide_links_to_itself_under_every_slug_that_it_had(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let a = world
        .guide_of(&world.author, linking("a", "[上](guide:a)"))
        .await;
    world.release(a).await;
    let to = |slug: &str| format!("<p><a href=\"/v1/guides/{slug}.html\">上</a></p>");
    assert_eq!(shown(&world, "a", 1).await, to("a"));
    let (_, published) = revise(&world, a, linking("a_2", "[上](guide:a)")).await;
    assert_eq!(affected(&published), [""; 0]);
    assert_eq!(shown(&world, "a_2", 2).await, to("a_2"));
}

#[annai_test]
async fn a_preview_has_the_links_of_now(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.release(world.guide("b").await).await;
    world.guide("draft").await;
    let links = "[乙](guide:b) [下書き](guide:draft)";
    world.guide_of(&world.author, linking("a", links)).await;
    let slug: Slug = "a".parse().unwrap();
    let preview = find_preview(&world.db, &world.schema, PreviewRight::Key, &slug, None).await;
    let html = preview.unwrap().unwrap().html(&world.schema).unwrap();
    let wanted = "<p><a href=\"/v1/guides/b.html\">乙</a> 下書き</p>";
    assert!(html.contains(wanted), "{html}");
}

#[annai_test]
async fn a_link_to_a_guide_that_does_not_exist_blocks_reviews_and_not_imports(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    for link in ["guide:no_such_guide", "/v1/guides/no_such_guide.html"] {
        let slug = format!("to_{}", link.len());
        let source = linking(&slug, &format!("[無](guide:draft) [有]({link}#x)"));
        let saved = world.guide_of(&world.author, source).await;
        let refused = world
            .refused(&world.editor, async |tx| {
                submit(tx, &world.schema, saved.guide_id, saved.revision_id, "").await
            })
            .await;
        let CommandError::Invalid(findings) = refused else {
            panic!("{refused:?}")
        };
        let slugs = findings
            .iter()
            .map(|finding| (finding.code, &finding.arguments["slug"]));
        let slugs: Vec<_> = slugs.map(|(code, slug)| format!("{code} {slug}")).collect();
        let wanted =
            ["draft", "no_such_guide"].map(|slug| format!("link_guide_unknown \"{slug}\""));
        assert_eq!(slugs, wanted);
    }
    world.guide("draft").await;
    let to_draft = world
        .guide_of(&world.author, linking("c", "[無](guide:draft)"))
        .await;
    world.release(to_draft).await;
    let file = ImportedFile {
        guide_id: None,
        path: "d.md".to_owned(),
        source: linking("d", "[後](guide:comes_later)"),
        publish: true,
    };
    let imported = world
        .run(&Actor::operator(), async |tx| {
            import_revision(tx, &world.schema, file).await
        })
        .await
        .unwrap();
    assert!(
        matches!(imported, ImportOutcome::New(_, Some(_))),
        "{imported:?}"
    );
}

#[annai_test]
async fn taking_down_asks_about_links_in_every_spelling(connect: PgConnectOptions) {
    let world = World::new(connect).await.on_site(SITE);
    let target = world.guide("a").await;
    world.release(target).await;
    let (target, _) = revise(&world, target, text("a_2", "一")).await;
    let links = [
        ("by_name", "guide:a#x"),
        ("by_new_name", "guide:a_2"),
        ("by_site", "https://www.example.jp/guides/a_2#x"),
        ("by_path", "/guides/a"),
        ("by_api", "/v1/guides/a.html"),
        ("by_file", "a_2.md"),
        ("elsewhere", "https://other.example/guides/a"),
    ];
    for (slug, link) in links {
        let saved = linking(slug, &format!("[甲]({link})"));
        let saved = world.guide_of(&world.author, saved).await;
        world.release(saved).await;
    }
    let guide_id = target.guide_id;
    let refused = world
        .refused(&world.publisher, async |tx| {
            unpublish(tx, guide_id, false).await
        })
        .await;
    let CommandError::Referrers(slugs) = refused else {
        panic!("{refused:?}")
    };
    let slugs: Vec<&str> = slugs.iter().map(Slug::as_str).collect();
    let wanted = [
        "by_api",
        "by_file",
        "by_name",
        "by_new_name",
        "by_path",
        "by_site",
    ];
    assert_eq!(slugs, wanted);
}

#[annai_test]
async fn a_guide_that_was_never_public_leads_to_itself_in_its_preview(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let links = "[上](guide:a#題)";
    world.guide_of(&world.author, linking("a", links)).await;
    let slug: Slug = "a".parse().unwrap();
    let preview = find_preview(&world.db, &world.schema, PreviewRight::Key, &slug, None).await;
    let html = preview.unwrap().unwrap().html(&world.schema).unwrap();
    let wanted = "<p><a href=\"/v1/guides/a.html#%E9%A1%8C\">上</a></p>";
    let plain = "<p><a href=\"/v1/guides/a.html#題\">上</a></p>";
    assert!(html.contains(wanted) || html.contains(plain), "{html}");
}

#[annai_test]
async fn submitting_tells_an_author_nothing_of_drafts_that_they_may_not_read(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let hidden = text("hidden", "一");
    world.guide_of(&world.stranger, hidden).await;
    let mut submitted = Vec::new();
    for (slug, link) in [("a", "guide:hidden"), ("b", "guide:nobody")] {
        let source = linking(slug, &format!("[x]({link})"));
        let saved = world.guide_of(&world.author, source).await;
        world.submit(&world.author, saved).await;
        world.approve(&world.reviewer, saved).await;
        submitted.push(saved);
    }
    // Who publishes may know of every guide.
    world.publish(submitted[0]).await.unwrap();
    let refused = world.publish(submitted[1]).await.unwrap_err();
    assert!(matches!(refused, CommandError::Invalid(_)), "{refused:?}");
}

#[annai_test]
async fn more_referrers_than_one_batch_are_renewed_at_one_ref(connect: PgConnectOptions) {
    const REFERRERS: usize = 18;
    let world = World::new(connect).await;
    let target = world.guide("target").await;
    world.release(target).await;
    let mut slugs = Vec::new();
    for number in 0..REFERRERS {
        let slug = format!("r{number:02}");
        let source = linking(&slug, &format!("[{number}](guide:target)"));
        let saved = world.guide_of(&world.author, source).await;
        world.release(saved).await;
        slugs.push(slug);
    }
    let (_, renamed) = revise(&world, target, text("renamed", "一")).await;
    let mut affected = affected(&renamed);
    affected.sort_unstable();
    assert_eq!(affected, slugs);
    let at = renamed.publication_ref.number.get();
    for (number, slug) in slugs.iter().enumerate() {
        let link = |to: &str| format!("<p><a href=\"/v1/guides/{to}.html\">{number}</a></p>");
        assert_eq!(shown(&world, slug, at).await, link("renamed"));
        assert_eq!(shown(&world, slug, at - 1).await, link("target"));
        assert_eq!(version(&world, slug, at).await.from_ref.get(), at);
    }
}

#[annai_test]
async fn a_link_in_the_alternative_text_of_an_image_is_none(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let target = world.guide("target").await;
    world.release(target).await;
    let source = linking("a", "![図 [一](guide:target) 図](/i.png)");
    world
        .release(world.guide_of(&world.author, source).await)
        .await;
    let (_, renamed) = revise(&world, target, text("renamed", "一")).await;
    assert_eq!(affected(&renamed), [""; 0]);
}
