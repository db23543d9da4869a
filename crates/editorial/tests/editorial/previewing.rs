//! Preview links, and the documents that they and preview keys show.

use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::token::{Token, TokenKind};
use annai_domain::{Clock, GuideId, PreviewLinkId, Role, RoleSet};
use annai_editorial::{
    CommandError, NewPreviewLink, PreviewRight, SavedRevision, archive, change_owner,
    create_preview_link, find_linked_revision, find_preview, open_preview_link,
    revoke_preview_link,
};
use annai_storage::users;
use annai_test_macros::annai_test;
use annai_test_world::{database, now};
use jiff::{SignedDuration, ToSpan as _};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, text};

async fn link(world: &World, guide: &SavedRevision, pinned: bool) -> NewPreviewLink {
    let (guide_id, revision) = (guide.guide_id, pinned.then_some(guide.revision_id));
    world
        .done(&world.author, "preview_link.create", async |tx| {
            create_preview_link(tx, guide_id, revision, None).await
        })
        .await
}

async fn opens(world: &World, token: &Token) -> bool {
    open_preview_link(&world.db, token).await.unwrap().is_some()
}

/// Returns the document of a guide by its slug, to a client with `right`.
async fn document(world: &World, right: PreviewRight, slug: &str, number: Option<i32>) -> Value {
    let slug = slug.parse().unwrap();
    let preview = find_preview(&world.db, &world.schema, right, &slug, number)
        .await
        .unwrap();
    preview.map_or(Value::Null, |preview| {
        serde_json::from_slice(&preview.answer(&world.schema).unwrap()).unwrap()
    })
}

#[annai_test]
async fn a_link_follows_the_draft_or_stays_with_its_revision(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let (following, pinned) = (
        link(&world, &first, false).await,
        link(&world, &first, true).await,
    );
    assert_eq!(following.secret.kind(), TokenKind::PreviewLink);
    assert_eq!(following.expires_at, now() + 24.hours());
    assert_eq!(
        world.details().await["revision_id"],
        json!(first.revision_id)
    );
    let stored = "SELECT string_agg(encode(token_hash, 'hex') || hint, '') FROM preview_links";
    assert!(!world.text(stored).await.contains(following.secret.expose()));
    let second = world.save(&world.author, first, text("a", "二")).await;

    for (link, expected) in [(following, second.revision_id), (pinned, first.revision_id)] {
        let opened = open_preview_link(&world.db, &link.secret).await.unwrap();
        let shown = find_linked_revision(&world.db.reader(), &opened.unwrap()).await;
        assert_eq!(shown.unwrap().unwrap().revision_id, expected);
    }
}

#[annai_test]
async fn a_link_ends_in_its_time_when_it_is_revoked_and_with_its_makers_right(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let guide = world.guide("a").await;
    let token = link(&world, &guide, false).await.secret;
    assert!(opens(&world, &token).await);
    assert!(!opens(&world, &Token::generate(TokenKind::PreviewLink)).await);
    let tomorrow = database(&world.connect, 2, Clock::Fixed(now() + 24.hours()));
    assert_eq!(open_preview_link(&tomorrow, &token).await.unwrap(), None);

    let (author, editor) = (world.author.user_id, world.editor.user_id);
    let give = async |owner| {
        let run = world.run(&world.admin, async |tx| {
            change_owner(tx, guide.guide_id, owner).await
        });
        run.await.unwrap();
    };
    give(editor).await;
    assert!(!opens(&world, &token).await, "it is not theirs any more");
    give(author).await;
    assert!(opens(&world, &token).await);
    let roles = async |roles: RoleSet| {
        let run = world.run(&world.admin, async |tx| {
            Ok(users::set_roles(tx, author, &roles).await?)
        });
        run.await.unwrap();
    };
    roles(RoleSet::default()).await;
    assert!(!opens(&world, &token).await, "they lost the role");
    roles(RoleSet::new([Role::Author])).await;

    let ended = link(&world, &guide, true).await;
    world
        .done(&world.reviewer, "preview_link.revoke", async |tx| {
            revoke_preview_link(tx, guide.guide_id, ended.preview_link_id).await
        })
        .await;
    assert!(!opens(&world, &ended.secret).await);
    assert!(opens(&world, &token).await, "the other link lives on");
    let run = world.run(&world.admin, async |tx| {
        Ok(users::set_disabled(tx, author, true).await?)
    });
    run.await.unwrap();
    assert!(!opens(&world, &token).await, "they were shut out");
}

#[annai_test]
async fn what_a_link_cannot_be_is_refused(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (guide, other) = (world.guide("a").await, world.guide("b").await);
    let second = SignedDuration::from_secs(1);
    for (expires_at, expected) in [(now(), "past"), (now() + 168.hours() + second, "too_late")] {
        let refused = world
            .refused(&world.author, async |tx| {
                create_preview_link(tx, guide.guide_id, None, Some(expires_at)).await
            })
            .await;
        assert!(
            matches!(refused, CommandError::Field { field: "expires_at", fault } if fault.as_str() == expected),
            "{refused:?}"
        );
    }
    let foreign = world
        .refusal(&world.author, async |tx| {
            create_preview_link(tx, guide.guide_id, Some(other.revision_id), None).await
        })
        .await;
    assert_eq!(foreign, Refusal::NotFound);
    let unknown = world
        .refusal(&world.author, async |tx| {
            create_preview_link(tx, GuideId::new(), None, None).await
        })
        .await;
    assert_eq!(unknown, Refusal::NotFound);
    let strangers = world
        .refusal(&world.stranger, async |tx| {
            create_preview_link(tx, guide.guide_id, None, None).await
        })
        .await;
    assert_eq!(strangers, Refusal::NotFound);

    let made = link(&world, &guide, false).await.preview_link_id;
    for (actor, guide_id, id) in [
        (&world.stranger, guide.guide_id, made),
        (&world.author, other.guide_id, made),
        (&world.author, guide.guide_id, PreviewLinkId::new()),
    ] {
        let refused = world
            .refusal(actor, async |tx| {
                revoke_preview_link(tx, guide_id, id).await
            })
            .await;
        assert_eq!(refused, Refusal::NotFound);
    }
}

#[annai_test]
async fn a_guide_that_is_put_away_has_no_previews_but_its_links_can_be_ended(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let guide = world.guide("a").await;
    let made = link(&world, &guide, false).await;
    let run = world.run(&world.admin, async |tx| {
        archive(tx, guide.guide_id, true).await
    });
    run.await.unwrap();

    assert!(!opens(&world, &made.secret).await);
    let shown = document(&world, PreviewRight::Key, "a", None).await;
    assert_eq!(shown, Value::Null);
    let refused = world
        .refusal(&world.author, async |tx| {
            create_preview_link(tx, guide.guide_id, None, None).await
        })
        .await;
    assert_eq!(refused, Refusal::State(StateConflict::Archived));
    world
        .done(&world.author, "preview_link.revoke", async |tx| {
            revoke_preview_link(tx, guide.guide_id, made.preview_link_id).await
        })
        .await;
}

#[annai_test]
async fn a_key_previews_every_revision_and_a_link_only_what_it_was_made_for(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.guide("b").await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    let opened = async |pinned| {
        let revision = if pinned { &first } else { &second };
        let made = link(&world, revision, pinned).await;
        let opened = open_preview_link(&world.db, &made.secret).await.unwrap();
        PreviewRight::Link(opened.unwrap())
    };
    let (following, pinned) = (opened(false).await, opened(true).await);
    let revision = async |right, slug, number| {
        document(&world, right, slug, number).await["data"]["revision"].clone()
    };

    assert_eq!(revision(PreviewRight::Key, "a", None).await, 2);
    assert_eq!(revision(PreviewRight::Key, "a", Some(1)).await, 1);
    assert_eq!(revision(PreviewRight::Key, "b", None).await, 1);
    assert_eq!(revision(following, "a", None).await, 2);
    assert_eq!(revision(following, "a", Some(2)).await, 2);
    assert_eq!(revision(pinned, "a", None).await, 1);
    assert_eq!(revision(pinned, "a", Some(1)).await, 1);
    for (right, slug, number) in [
        (PreviewRight::Key, "a", Some(3)),
        (PreviewRight::Key, "nobody", None),
        (following, "a", Some(1)),
        (following, "b", None),
        (pinned, "a", Some(2)),
        (pinned, "b", None),
    ] {
        assert_eq!(
            revision(right, slug, number).await,
            Value::Null,
            "{slug} {number:?}"
        );
    }
}
