//! Threads about a guide: begun, continued and resolved; a blocking thread prevents approval.

use annai_domain::decide::{Forbidden, Refusal, StateConflict};
use annai_domain::{
    Actor, Anchor, FieldFault, GuideId, Quotation, ReviewId, RevisionId, ThreadAction, ThreadId,
};
use annai_editorial::{
    CommandError, ThreadForm, approve, autosave, begin_thread, break_glass, reply, settle_thread,
};
use annai_storage::threads::{self, ThreadRecord};
use annai_storage::users;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, text};

fn saying(body: &str) -> ThreadForm<'_> {
    ThreadForm {
        review_id: None,
        anchor: None,
        is_blocking: false,
        body,
    }
}

fn quoting(revision_id: RevisionId, quote: &str) -> Anchor {
    Anchor::Quote(Quotation {
        revision_id,
        quote: quote.to_owned(),
        prefix: String::new(),
        suffix: String::new(),
    })
}

impl World {
    async fn begun(&self, actor: &Actor, guide_id: GuideId, form: ThreadForm<'_>) -> ThreadId {
        let begun = self.done(actor, "guide.comment", async |tx| {
            begin_thread(tx, &self.schema, guide_id, form).await
        });
        begun.await.thread_id
    }

    async fn settled(&self, actor: &Actor, guide_id: GuideId, id: ThreadId, action: ThreadAction) {
        let audited = format!("thread.{}", action.as_str());
        self.done(actor, &audited, async |tx| {
            settle_thread(tx, guide_id, id, action).await
        })
        .await;
    }

    async fn threads(&self, guide_id: GuideId) -> Vec<ThreadRecord> {
        threads::list(&self.db.reader(), guide_id).await.unwrap()
    }
}

#[annai_test]
async fn a_thread_is_about_a_guide_or_one_of_its_reviews_and_goes_on(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let (review_id, theirs) = (
        world.submit(&world.author, saved).await,
        world.submit(&world.author, other).await,
    );
    let guide_id = saved.guide_id;
    let of_review = |review: ReviewId| ThreadForm {
        review_id: Some(review),
        ..saying(" どう？ ")
    };
    let thread_id = world
        .begun(&world.publisher, guide_id, of_review(review_id))
        .await;
    world
        .done(&world.author, "guide.comment", async |tx| {
            reply(tx, guide_id, thread_id, "直します。\n").await
        })
        .await;
    let threads = world.threads(guide_id).await;
    let said: Vec<_> = threads[0]
        .comments
        .iter()
        .map(|said| said.body.as_str())
        .collect();
    assert_eq!(
        (threads[0].review_id, said),
        (Some(review_id), vec!["どう？", "直します。"])
    );

    world
        .run(&world.author, async |tx| {
            reply(tx, guide_id, thread_id, "一\r\n\t二\u{1b}[2J\0\n").await
        })
        .await
        .unwrap();
    let threads = world.threads(guide_id).await;
    let last = &threads[0].comments.last().unwrap().body;
    assert_eq!(last, "一\r\n\t二[2J", "lines stay, controls go");

    for (body, code) in [
        (" ", "required"),
        ("\u{1b}", "required"),
        (&"あ".repeat(4001), "too_long"),
    ] {
        let begun = world
            .refused(&world.author, async |tx| {
                begin_thread(tx, &world.schema, guide_id, saying(body)).await
            })
            .await;
        let replied = world
            .refused(&world.author, async |tx| {
                reply(tx, guide_id, thread_id, body).await
            })
            .await;
        for error in [begun, replied] {
            let is_refused = matches!(error, CommandError::Field { field: "body", fault } if fault.as_str() == code);
            assert!(is_refused, "{error:?}");
        }
    }
    let foreign_review = world
        .refusal(&world.author, async |tx| {
            begin_thread(tx, &world.schema, guide_id, of_review(theirs)).await
        })
        .await;
    let foreign_thread = world
        .refusal(&world.author, async |tx| {
            reply(tx, other.guide_id, thread_id, "x").await
        })
        .await;
    assert_eq!([foreign_review, foreign_thread], [Refusal::NotFound; 2]);
}

#[annai_test]
async fn an_anchor_is_of_something_that_is_there(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let (guide_id, revision_id) = (saved.guide_id, saved.revision_id);
    let about = |anchor| ThreadForm {
        anchor,
        ..saying("ここです。")
    };
    let field = |key: &str| Some(Anchor::Field(key.to_owned()));
    for key in ["title", "thumbnail"] {
        world
            .begun(&world.editor, guide_id, about(field(key)))
            .await;
    }
    let typed = String::from_utf8(text("a", "一")).unwrap() + "まだ私だけの文。\n";
    world
        .run(&world.editor, async |tx| {
            autosave(tx, guide_id, revision_id, 1, typed.into_bytes(), None).await
        })
        .await
        .unwrap();
    let unsaved = Some(quoting(revision_id, "私だけ"));
    for anchor in [Some(quoting(revision_id, "本文")), unsaved.clone()] {
        world.begun(&world.editor, guide_id, about(anchor)).await;
    }
    let threads = world.threads(guide_id).await;
    let kept: Vec<_> = threads
        .iter()
        .rev()
        .map(|thread| thread.anchor.clone())
        .collect();
    let Some(Anchor::Quote(quotation)) = &kept[2] else {
        panic!("{kept:?}")
    };
    let around = (quotation.prefix.as_str(), quotation.suffix.as_str());
    assert_eq!(around, ("# 一\n\n", "です。"), "taken from the text");

    for (actor, anchor, field) in [
        (&world.editor, field("no_such_key"), "field"),
        (&world.editor, Some(quoting(revision_id, "無い文")), "quote"),
        (&world.reviewer, unsaved, "quote"),
    ] {
        let error = world
            .refused(actor, async |tx| {
                begin_thread(tx, &world.schema, guide_id, about(anchor)).await
            })
            .await;
        let is_refused = matches!(error, CommandError::Field { field: found, fault: FieldFault::Unknown } if found == field);
        assert!(is_refused, "{error:?}");
    }
    let other = world.guide("b").await;
    let foreign = world
        .refusal(&world.editor, async |tx| {
            let anchor = Some(quoting(other.revision_id, "本文"));
            begin_thread(tx, &world.schema, guide_id, about(anchor)).await
        })
        .await;
    assert_eq!(foreign, Refusal::NotFound);
}

#[annai_test]
async fn a_thread_that_blocks_holds_the_approval_back_until_it_is_settled(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let (guide_id, revision, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
    world.submit(&world.author, saved).await;
    let blocking = ThreadForm {
        is_blocking: true,
        ..saying("数字の出典を。")
    };
    let thread_id = world
        .begun(&world.publisher, guide_id, blocking.clone())
        .await;
    let blocked = Refusal::State(StateConflict::Blocked);
    let held_back = world
        .refusal(&world.reviewer, async |tx| {
            approve(tx, guide_id, revision, hash, "").await
        })
        .await;
    assert_eq!(held_back, blocked);
    for (actor, why) in [
        (&world.author, Forbidden::Role),
        (&world.editor, Forbidden::Role),
    ] {
        let refused = world
            .refusal(actor, async |tx| {
                settle_thread(tx, guide_id, thread_id, ThreadAction::Resolve).await
            })
            .await;
        assert_eq!(refused, Refusal::Forbidden(why));
    }

    world
        .settled(&world.reviewer, guide_id, thread_id, ThreadAction::Resolve)
        .await;
    world.approve(&world.reviewer, saved).await;
    world
        .settled(&world.author, guide_id, thread_id, ThreadAction::Reopen)
        .await;
    let CommandError::Refused(held_back) = world.publish(saved).await.unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(held_back, blocked, "and publication with it");
    let reason = "公開中の数字が誤っているため。";
    world
        .run(&world.admin, async |tx| {
            break_glass(tx, &world.schema, guide_id, revision, hash, reason).await
        })
        .await
        .unwrap();
}

#[annai_test]
async fn a_comment_calls_those_who_may_read_the_guide(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let guide_id = saved.guide_id;
    world
        .run(&world.admin, async |tx| {
            Ok(users::set_disabled(tx, world.publisher.user_id, true).await?)
        })
        .await
        .unwrap();
    let body = "@author ＠editorさん、@stranger @publisher @nobody reviewer";
    world.begun(&world.reviewer, guide_id, saying(body)).await;
    let threads = world.threads(guide_id).await;
    let mut called: Vec<_> = threads[0].comments[0]
        .mentions
        .iter()
        .map(|one| one.user_id)
        .collect();
    called.sort_unstable();
    let mut expected = vec![world.author.user_id, world.editor.user_id];
    expected.sort_unstable();
    assert_eq!(called, expected);
}
