//! Slugs belong to a guide; one that was public stays for ever. Paths stay inside the folder.

use annai_domain::{Authority, GuideId, PublicationAction, Slug, Visibility};
use annai_storage::{Conflict, StorageError, guides, slugs};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide};

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

#[annai_test]
async fn a_slug_belongs_to_the_guide_that_claimed_it_first(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    let mut tx = world.begin(&world.author).await;
    assert!(
        !slugs::claim(&mut tx, other.guide_id, &slug("a"))
            .await
            .unwrap()
    );
    assert!(
        slugs::claim(&mut tx, first.guide_id, &slug("a"))
            .await
            .unwrap(),
        "again by its own"
    );
    assert!(
        slugs::claim(&mut tx, other.guide_id, &slug("c"))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let reader = world.db.reader();
    assert_eq!(
        slugs::find_holder(&reader, &slug("a")).await.unwrap(),
        Some(first.guide_id)
    );
    assert_eq!(
        slugs::find_holder(&reader, &slug("c")).await.unwrap(),
        Some(other.guide_id)
    );
    assert_eq!(slugs::find_holder(&reader, &slug("d")).await.unwrap(), None);
    let unknown = slugs::list_unknown(
        &reader,
        every_guide(),
        &["a".into(), "d".into(), "c".into()],
    )
    .await
    .unwrap();
    assert_eq!(unknown, ["d"]);
}

#[annai_test]
async fn a_drafts_claims_are_let_go_but_a_slug_that_was_public_is_kept(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.publish(saved, "a").await;
    let other = world.guide("z").await;
    let mut tx = world.begin(&world.author).await;
    for name in ["b", "c"] {
        assert!(
            slugs::claim(&mut tx, saved.guide_id, &slug(name))
                .await
                .unwrap()
        );
    }
    slugs::release_unused(&mut tx, saved.guide_id, &slug("c"))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let held = world
        .row("SELECT string_agg(slug, ' ' ORDER BY slug) FROM slugs")
        .await;
    assert_eq!(sqlx::Row::get::<String, _>(&held, 0), "a c z");
    let rule = world
        .rule_against("DELETE FROM slugs WHERE slug = 'a'")
        .await;
    assert_eq!(rule, "slugs_public_is_kept");
    world.run("DELETE FROM slugs WHERE slug = 'c'").await;
    let mut tx = world.begin(&world.author).await;
    assert!(
        !slugs::claim(&mut tx, other.guide_id, &slug("a"))
            .await
            .unwrap()
    );
}

#[annai_test]
async fn two_guides_that_claim_one_slug_at_once_do_not_both_get_it(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    let claim = |guide_id: GuideId| {
        let (db, actor) = (world.db.clone(), world.author.clone());
        async move {
            let mut tx = db.begin(actor).await.unwrap();
            let claimed = slugs::claim(&mut tx, guide_id, &slug("wanted"))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            claimed
        }
    };
    let (left, right) = tokio::join!(claim(first.guide_id), claim(other.guide_id));
    assert!(left != right);
}

#[annai_test]
async fn the_schema_refuses_a_malformed_slug(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.guide("a").await;
    let insert =
        |text: &str| format!("INSERT INTO slugs SELECT '{text}', guide_id, now() FROM guides");
    let long = "b".repeat(81);
    for bad in [
        "", "A", "a-b", "_a", "a_", "a__b", "案内", "a b", "a\nb", "a\n", &long,
    ] {
        assert_eq!(
            world.rule_against(insert(bad)).await,
            "slugs_slug_check",
            "{bad:?}"
        );
        assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
    }
    for good in ["0", "platform_engineer", "web3_dev_2", &long[..80]] {
        world.run(insert(good)).await;
        assert!(good.parse::<Slug>().is_ok(), "{good:?}");
    }
    assert_eq!(world.rule_against(insert("a")).await, "slugs_pkey");
    let missing = "UPDATE slugs SET first_public_ref = 7 WHERE slug = 'a'";
    assert_eq!(
        world.rule_against(missing).await,
        "slugs_first_public_ref_fkey"
    );
}

#[annai_test]
async fn a_guides_path_stays_inside_the_export_folder(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for bad in [
        "",
        "/",
        "/etc/passwd",
        "a/",
        "a//b",
        ".",
        "..",
        "./a",
        "../a",
        "a/../b",
        "a/.",
        "a/..",
        "a\\b",
        "a\nb",
        "a\n",
        "\ta",
        "a/\u{1f}/b",
    ] {
        let mut tx = world.begin(&world.author).await;
        let result = guides::insert(&mut tx, GuideId::new(), Some(bad)).await;
        let malformed = matches!(result, Err(StorageError::Conflict(Conflict::PathMalformed)));
        assert!(malformed, "{bad:?}: {result:?}");
    }
    for good in [
        "a.md",
        "jobs/a.md",
        "日本語/案内 一.md",
        "..a/...md",
        ".hidden/a",
    ] {
        let mut tx = world.begin(&world.author).await;
        guides::insert(&mut tx, GuideId::new(), Some(good))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

#[annai_test]
async fn two_guides_cannot_come_from_one_file(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let mut tx = world.begin(&world.author).await;
    guides::insert(&mut tx, GuideId::new(), None).await.unwrap();
    guides::insert(&mut tx, GuideId::new(), None).await.unwrap();
    guides::insert(&mut tx, GuideId::new(), Some("a.md"))
        .await
        .unwrap();
    let result = guides::insert(&mut tx, GuideId::new(), Some("a.md")).await;
    assert!(
        matches!(result, Err(StorageError::Conflict(Conflict::PathTaken))),
        "{result:?}"
    );
}

#[annai_test]
async fn only_a_redirect_in_the_ledger_moves_a_slug_to_another_guide(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    world.publish(first, "a").await;
    let redirect = |slug: &str, guide: GuideId| {
        format!(
            "INSERT INTO publications (guide_id, action, slug, authority, published_by, published_at)
             SELECT guide_id, 'redirect', '{slug}', 'role', owner_id, now() FROM guides
              WHERE guide_id = '{guide}'"
        )
    };
    let in_use = "publications_redirected_slug_is_free";
    let rule = world.rule_against(redirect("a", other.guide_id)).await;
    assert_eq!(rule, in_use, "readers see a guide there");
    let rule = world.rule_against(redirect("b", first.guide_id)).await;
    assert_eq!(rule, in_use, "a draft claims it");

    let role = Authority::Role;
    world
        .take_down(first, "a", PublicationAction::Unpublish, role)
        .await;
    world.run(redirect("a", other.guide_id)).await;
    let reader = world.db.reader();
    let holder = slugs::find_holder(&reader, &slug("a")).await.unwrap();
    assert_eq!(holder, Some(other.guide_id));
    let facts = guides::find_facts(&reader, other.guide_id).await.unwrap();
    assert_eq!(facts.unwrap().visibility, Visibility::NeverPublished);
    let as_app = "SET ROLE annai_app; UPDATE slugs SET guide_id = guide_id";
    assert!(world.attempt(as_app).await.is_err(), "the program may not");
}
