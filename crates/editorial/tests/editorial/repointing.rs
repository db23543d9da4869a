//! Guides that name another by an old slug, and the one change that makes them name the new one.

use annai_domain::decide::{Forbidden, Refusal, StateConflict};
use annai_domain::{Actor, GuideId, GuideUrls, RevisionId};
use annai_editorial::{
    CommandError, OutdatedGuide, RepointedGuide, SavedRevision, approve, list_outdated,
    repoint_guides, restore,
};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, related_text, source_of, text};

async fn outdated(world: &World, actor: &Actor, guide_id: GuideId) -> Vec<OutdatedGuide> {
    let (db, urls) = (world.db.reader(), GuideUrls::default());
    let found = list_outdated(&db, &world.schema, &urls, actor, guide_id).await;
    found.unwrap()
}

async fn repoint(
    world: &World,
    actor: &Actor,
    guide_id: GuideId,
    targets: &[(GuideId, RevisionId)],
    submits: bool,
) -> Result<Vec<RepointedGuide>, CommandError> {
    world
        .run(actor, async |tx| {
            repoint_guides(tx, &world.schema, guide_id, targets, submits).await
        })
        .await
}

fn naming(slug: &str) -> Vec<u8> {
    let links = "\n[一](guide:old#本文) [二](/v1/guides/old.html) [三](guide:other) `guide:old`\n";
    [related_text(slug, slug, &["old", "other"]), links.into()].concat()
}

/// Publishes a guide as `old`, then as `new`.
async fn renamed(world: &World) -> SavedRevision {
    let first = world.guide("old").await;
    world.release(first).await;
    let second = world.save(&world.author, first, text("new", "一")).await;
    world.release(second).await;
    second
}

#[annai_test]
async fn the_guides_that_name_an_old_slug_change_together_and_somebody_else_approves(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let other = world.guide("other").await;
    world.release(other).await;
    let guide = renamed(&world).await;
    let public = world.guide_of(&world.author, naming("a")).await;
    world.release(public).await;
    let draft = world.guide_of(&world.stranger, naming("b")).await;
    let found = outdated(&world, &world.editor, guide.guide_id).await;
    let shown: Vec<_> = found
        .iter()
        .map(|one| (one.title.as_str(), one.is_public_text, one.refused))
        .collect();
    assert_eq!(shown, [("a", true, None), ("b", false, None)]);
    assert!(found.iter().all(|one| one.named.iter().eq(["old"])));
    let own = outdated(&world, &world.author, guide.guide_id).await;
    assert_eq!(own, found[..1], "nobody learns of the drafts of others");

    let targets: Vec<_> = found
        .iter()
        .map(|one| (one.guide_id, one.revision_id))
        .collect();
    let done = repoint(&world, &world.everything, guide.guide_id, &targets, true).await;
    let done = done.unwrap();

    assert_eq!(done.len(), 2);
    assert!(done[0].review_id.is_some());
    assert_eq!(done[1].review_id, None, "a draft stays a draft");
    let source = source_of(&world, public.guide_id, done[0].saved.revision_id).await;
    let expected = String::from_utf8(naming("a")).unwrap();
    let expected = expected
        .replace("[\"old\",\"other\"]", "[\"new\",\"other\"]")
        .replace("](guide:old", "](guide:new")
        .replace("guides/old.html", "guides/new.html");
    assert_eq!(String::from_utf8(source).unwrap(), expected, "code stays");
    assert!(
        outdated(&world, &world.editor, guide.guide_id)
            .await
            .is_empty()
    );
    let own = world.refusal(&world.everything, async |tx| {
        let saved = done[0].saved;
        let (guide, revision, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
        approve(tx, guide, revision, hash, "").await
    });
    assert_eq!(own.await, Refusal::Forbidden(Forbidden::OwnChange));
    world.approve(&world.reviewer, done[0].saved).await;
    world.publish(done[0].saved).await.unwrap();
    assert_eq!(draft.revision_number, 1);
    let message =
        "SELECT message FROM revisions ORDER BY created_at DESC, revision_id DESC LIMIT 1";
    assert_eq!(world.text(message).await, "old → new");
}

#[annai_test]
async fn all_guides_change_or_none_and_a_text_under_review_stays(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let other = world.guide("other").await;
    world.release(other).await;
    let guide = renamed(&world).await;
    let first = world.guide_of(&world.author, naming("a")).await;
    let second = world.guide_of(&world.author, naming("b")).await;
    world.submit(&world.author, second).await;
    let found = outdated(&world, &world.editor, guide.guide_id).await;
    let why = Refusal::State(StateConflict::AlreadyInReview);
    assert_eq!(found[1].refused, Some(why));
    let both = [
        (first.guide_id, first.revision_id),
        (second.guide_id, second.revision_id),
    ];
    let refused = repoint(&world, &world.editor, guide.guide_id, &both, false).await;
    assert!(matches!(refused, Err(CommandError::Refused(refusal)) if refusal == why));
    assert_eq!(
        outdated(&world, &world.editor, guide.guide_id).await.len(),
        2
    );

    let newer = world.save(&world.author, first, naming("c")).await;
    let stale = repoint(&world, &world.editor, guide.guide_id, &both[..1], false).await;
    assert!(
        matches!(stale, Err(CommandError::Refused(Refusal::Stale))),
        "{stale:?}"
    );
    let reader = repoint(&world, &world.reviewer, guide.guide_id, &[], false).await;
    assert!(matches!(
        reader,
        Err(CommandError::Refused(Refusal::Forbidden(_)))
    ));
    assert_eq!(newer.revision_number, 2);
}

#[annai_test]
async fn an_older_text_that_comes_back_is_outdated_again(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let other = world.guide("other").await;
    world.release(other).await;
    let guide = renamed(&world).await;
    let naming = world.guide_of(&world.author, naming("a")).await;
    let target = [(naming.guide_id, naming.revision_id)];
    let done = repoint(&world, &world.author, guide.guide_id, &target, false).await;
    let base = done.unwrap()[0].saved.revision_id;
    let restored = world.run(&world.author, async |tx| {
        let (guide_id, old) = (naming.guide_id, naming.revision_id);
        restore(tx, &world.schema, guide_id, old, base).await
    });
    restored.await.unwrap();
    assert_eq!(
        outdated(&world, &world.author, guide.guide_id).await.len(),
        1
    );
}
