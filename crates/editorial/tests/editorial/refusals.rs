//! The permissions of each command: commands refuse exactly as the rules do, without a trace.

use annai_domain::decide::Refusal;
use annai_domain::{Actor, GuideId, Ref, RoleSet};
use annai_editorial::{
    CommandError, SavedRevision, ThreadForm, approve, archive, autosave, begin_thread, break_glass,
    change_owner, copy_guide, create_guide, create_key, discard_working_copy, publish,
    request_changes, restore, revoke_key, rollback, save_revision, submit, unarchive, unpublish,
    withdraw,
};
use annai_storage::keys::KeyScope;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, text};

fn status<T>(result: &Result<T, CommandError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(CommandError::Refused(Refusal::NotFound)) => "404",
        Err(CommandError::Refused(Refusal::Forbidden(_))) => "403",
        Err(CommandError::Refused(Refusal::State(_))) => "409",
        Err(CommandError::Refused(Refusal::Stale) | CommandError::Stale(_)) => "412",
        Err(other) => panic!("{other:?}"),
    }
}

/// Runs each command in a transaction that is rolled back, and returns its result.
macro_rules! answers {
    ($world:ident, $actor:ident, $($command:expr),* $(,)?) => {{
        let mut answers = Vec::new();
        $({
            let mut tx = $world.db.begin($actor.clone()).await.unwrap();
            let run = $command;
            answers.push(status(&run(&mut tx).await));
        })*
        answers.join(" ")
    }};
}

/// Returns the results of all commands on a guide: `latest` is under review, `public` is public.
async fn answers_on_guide(
    world: &World,
    actor: &Actor,
    public: SavedRevision,
    latest: SavedRevision,
) -> String {
    let (id, schema, new) = (latest.guide_id, &world.schema, latest.revision_id);
    let (hash, old, owner) = (
        latest.content_hash,
        public.revision_id,
        world.editor.user_id,
    );
    let (at, reason) = (Ref::new(1).unwrap(), "とても急いでいるのです");
    let thread = ThreadForm {
        review_id: None,
        anchor: None,
        is_blocking: false,
        body: "x",
    };
    answers!(
        world,
        actor,
        async |tx| autosave(tx, id, new, 1, vec![], None).await,
        async |tx| discard_working_copy(tx, id).await,
        async |tx| save_revision(tx, &world.schema, id, new, text("a", "三"), "").await,
        async |tx| save_revision(tx, &world.schema, id, old, text("a", "三"), "").await,
        async |tx| restore(tx, &world.schema, id, old, new).await,
        async |tx| copy_guide(tx, &world.schema, id).await,
        async |tx| submit(tx, schema, id, new, "").await,
        async |tx| withdraw(tx, id).await,
        async |tx| begin_thread(tx, schema, id, thread.clone()).await,
        async |tx| approve(tx, id, new, hash, "").await,
        async |tx| request_changes(tx, id, new, hash, "x").await,
        async |tx| publish(tx, schema, id, new, hash).await,
        async |tx| break_glass(tx, schema, id, new, hash, reason).await,
        async |tx| unpublish(tx, id, false).await,
        async |tx| rollback(tx, schema, id, at).await,
        async |tx| archive(tx, id, false).await,
        async |tx| unarchive(tx, id).await,
        async |tx| change_owner(tx, id, owner).await,
    )
}

#[annai_test]
async fn every_command_on_a_guide_answers_each_person_as_the_matrix_says_and_leaves_no_trace(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let public = world.guide("a").await;
    world.release(public).await;
    let latest = world.save(&world.author, public, text("a", "二")).await;
    world.submit(&world.author, latest).await;
    let nobody = Actor::new(world.stranger.user_id, RoleSet::default());
    let before = world.fingerprint().await;

    // autosave discard save stale-save restore copy submit withdraw comment approve send-back
    // publish break-glass unpublish rollback archive unarchive change-owner
    for (name, actor, expected) in [
        (
            "author",
            &world.author,
            "ok ok ok 412 ok ok 409 ok ok 403 403 403 403 403 403 403 403 403",
        ),
        (
            "stranger",
            &world.stranger,
            "404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404",
        ),
        (
            "editor",
            &world.editor,
            "ok ok ok 412 ok ok 409 ok ok 403 403 403 403 403 403 403 403 ok",
        ),
        (
            "reviewer",
            &world.reviewer,
            "403 403 403 403 403 403 403 403 ok ok ok 403 403 403 403 403 403 403",
        ),
        (
            "publisher",
            &world.publisher,
            "403 403 403 403 403 403 403 403 ok 403 403 409 403 ok 409 ok 409 403",
        ),
        (
            "admin",
            &world.admin,
            "ok ok ok 412 ok ok 409 ok ok ok ok 409 ok ok 409 ok 409 ok",
        ),
        (
            "nobody",
            &nobody,
            "403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403",
        ),
    ] {
        assert_eq!(
            answers_on_guide(&world, actor, public, latest).await,
            expected,
            "{name}"
        );
    }
    assert_eq!(
        world.fingerprint().await,
        before,
        "what is not committed leaves no trace"
    );

    let unknown = SavedRevision {
        guide_id: GuideId::new(),
        ..latest
    };
    for actor in [&world.admin, &world.everything, &world.author] {
        let answers = answers_on_guide(&world, actor, public, unknown).await;
        assert_eq!(answers, ["404"; 18].join(" "), "no such guide");
    }
}

#[annai_test]
async fn guides_are_begun_by_those_who_write_and_keys_kept_by_administrators(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let key = world
        .done(&world.admin, "key.create", async |tx| {
            create_key(tx, "site", KeyScope::Reader, None).await
        })
        .await;
    let before = world.fingerprint().await;
    for (name, actor, expected) in [
        ("author", &world.author, "ok 403 403"),
        ("editor", &world.editor, "ok 403 403"),
        ("reviewer", &world.reviewer, "403 403 403"),
        ("publisher", &world.publisher, "403 403 403"),
        ("everything", &world.everything, "ok 403 403"),
        ("admin", &world.admin, "ok ok ok"),
    ] {
        let guide = annai_editorial::NewGuide {
            source: text("b", "一"),
            path: None,
            message: String::new(),
        };
        let answers = answers!(
            world,
            actor,
            async |tx| create_guide(tx, &world.schema, guide).await,
            async |tx| create_key(tx, "site", KeyScope::Preview, None).await,
            async |tx| revoke_key(tx, key.api_key_id).await,
        );
        assert_eq!(answers, expected, "{name}");
    }
    assert_eq!(world.fingerprint().await, before);
}
