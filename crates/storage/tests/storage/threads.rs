//! Threads: anchors of one kind, alternating events, and the approvals that a blocking one stops.

use annai_domain::{
    Anchor, CommentId, GuideId, Quotation, ReviewState, RevisionId, ThreadAction, ThreadFacts,
    ThreadId, UserId, Verdict,
};
use annai_storage::threads::{self, Mention, NewThread};
use annai_storage::{Conflict, StorageError, guides};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide, own_guides};

impl World {
    async fn thread(
        &self,
        guide_id: GuideId,
        anchor: Option<&Anchor>,
        is_blocking: bool,
    ) -> Result<ThreadId, StorageError> {
        let mut tx = self.begin(&self.reviewer).await;
        let thread = NewThread {
            thread_id: ThreadId::new(),
            guide_id,
            review_id: None,
            anchor,
            is_blocking,
        };
        threads::insert(&mut tx, thread).await?;
        tx.commit().await?;
        Ok(thread.thread_id)
    }

    async fn settle(&self, thread_id: ThreadId, action: ThreadAction) -> Result<(), StorageError> {
        let mut tx = self.begin(&self.editor).await;
        threads::insert_event(&mut tx, thread_id, action).await?;
        tx.commit().await
    }
}

fn quotation(revision_id: RevisionId) -> Anchor {
    Anchor::Quote(Quotation {
        revision_id,
        quote: "複".to_owned(),
        prefix: String::new(),
        suffix: "雑".to_owned(),
    })
}

#[annai_test]
async fn a_thread_is_about_one_thing_of_its_own_guide(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let foreign = world
        .thread(saved.guide_id, Some(&quotation(other.revision_id)), false)
        .await;
    let is_conflict = matches!(
        foreign,
        Err(StorageError::Conflict(Conflict::UnknownRevision))
    );
    assert!(is_conflict, "{foreign:?}");

    let (guide, revision) = (saved.guide_id, saved.revision_id);
    let insert = |columns: &str, values: &str| {
        format!(
            "INSERT INTO threads (thread_id, guide_id, is_blocking, created_by, created_at, {columns})
             SELECT gen_random_uuid(), '{guide}', false, owner_id, now(), {values}
               FROM guides WHERE guide_id = '{guide}'"
        )
    };
    let quote = "quote, quote_prefix, quote_suffix, revision_id";
    for (columns, values, rule) in [
        (
            "field, quote, quote_prefix, quote_suffix, revision_id",
            format!("'title', 'a', '', '', '{revision}'"),
            "threads_one_anchor_check",
        ),
        ("quote", "'a'".to_owned(), "threads_quotation_check"),
        (
            "quote, quote_prefix, quote_suffix",
            "'a', '', ''".to_owned(),
            "threads_quotation_check",
        ),
        (
            "revision_id",
            format!("'{revision}'"),
            "threads_quotation_check",
        ),
        ("field", "''".to_owned(), "threads_field_check"),
        (
            "field",
            "repeat('あ', 201)".to_owned(),
            "threads_field_check",
        ),
        (
            quote,
            format!("'', '', '', '{revision}'"),
            "threads_quote_check",
        ),
        (
            quote,
            format!("repeat('あ', 2001), '', '', '{revision}'"),
            "threads_quote_check",
        ),
        (
            quote,
            format!("'a', repeat('あ', 1001), '', '{revision}'"),
            "threads_prefix_check",
        ),
        (
            quote,
            format!("'a', '', repeat('あ', 1001), '{revision}'"),
            "threads_suffix_check",
        ),
    ] {
        assert_eq!(
            world.rule_against(insert(columns, &values)).await,
            rule,
            "{values}"
        );
    }
    let longest = "repeat('あ', 2000), repeat('い', 1000), repeat('う', 1000)";
    world
        .run(insert(quote, &format!("{longest}, '{revision}'")))
        .await;
}

#[annai_test]
async fn a_thread_is_resolved_and_reopened_in_turn(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    let thread_id = world.thread(saved.guide_id, None, true).await.unwrap();
    let facts = async |world: &World| {
        let tx = world.begin(&world.editor).await;
        let facts = threads::find_facts(&tx, saved.guide_id, thread_id).await;
        facts.unwrap().unwrap()
    };
    let expected = ThreadFacts {
        is_blocking: true,
        is_open: true,
        created_by: world.reviewer.user_id,
    };
    assert_eq!(facts(&world).await, expected);

    let (resolve, reopen) = (ThreadAction::Resolve, ThreadAction::Reopen);
    assert!(world.settle(thread_id, reopen).await.is_err(), "it is open");
    for (action, is_open) in [(resolve, false), (reopen, true)] {
        world.settle(thread_id, action).await.unwrap();
        assert!(
            world.settle(thread_id, action).await.is_err(),
            "{action:?} twice"
        );
        assert_eq!(
            facts(&world).await,
            ThreadFacts {
                is_open,
                ..expected
            }
        );
    }
    let insert = format!(
        "INSERT INTO thread_events (thread_id, event_number, action, created_by, created_at)
         SELECT thread_id, 2, 'reopen', created_by, now() FROM threads WHERE thread_id = '{thread_id}'"
    );
    assert_eq!(
        world.rule_against(insert).await,
        "thread_events_action_check",
        "numbers are given"
    );
    let numbers = "SELECT string_agg(event_number || ' ' || action, ', ' ORDER BY event_number) FROM thread_events";
    let numbers: String = sqlx::Row::get(&world.row(numbers).await, 0);
    assert_eq!(numbers, "1 resolve, 2 reopen");
    let other = world.guide("b").await;
    let tx = world.begin(&world.editor).await;
    let foreign = threads::find_facts(&tx, other.guide_id, thread_id).await;
    assert_eq!(foreign.unwrap(), None);
}

#[annai_test]
async fn an_open_thread_that_blocks_holds_every_approval_of_its_guide_back(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let review_id = world.submit(&world.author, saved).await;
    let elsewhere = world.submit(&world.author, other).await;
    world.thread(saved.guide_id, None, false).await.unwrap();
    let thread_id = world.thread(saved.guide_id, None, true).await.unwrap();
    let is_blocked = async || {
        let facts = guides::find_facts(&world.db.reader(), saved.guide_id).await;
        facts.unwrap().unwrap().is_blocked
    };

    for _ in 0..2 {
        let held_back = world
            .decide(&world.reviewer, review_id, saved, Verdict::Approve)
            .await;
        let is_conflict = matches!(held_back, Err(StorageError::Conflict(Conflict::Blocked)));
        assert_eq!(
            (is_conflict, is_blocked().await),
            (true, true),
            "{held_back:?}"
        );
        world
            .settle(thread_id, ThreadAction::Resolve)
            .await
            .unwrap();
        assert!(!is_blocked().await);
        world.settle(thread_id, ThreadAction::Reopen).await.unwrap();
    }
    let (publisher, approve) = (&world.publisher, Verdict::Approve);
    world
        .decide(publisher, elsewhere, other, approve)
        .await
        .unwrap();
    let sent_back = Verdict::RequestChanges;
    world
        .decide(publisher, review_id, saved, sent_back)
        .await
        .unwrap();
    world
        .settle(thread_id, ThreadAction::Resolve)
        .await
        .unwrap();
    world
        .decide(publisher, review_id, saved, approve)
        .await
        .unwrap();
    world
        .set_state(review_id, ReviewState::Approved)
        .await
        .unwrap();
}

#[annai_test]
async fn threads_are_listed_with_all_comments_and_events(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let anchors = [
        None,
        Some(Anchor::Field("title".to_owned())),
        Some(quotation(saved.revision_id)),
    ];
    let mut ids = Vec::new();
    for anchor in &anchors {
        ids.push(
            world
                .thread(saved.guide_id, anchor.as_ref(), false)
                .await
                .unwrap(),
        );
    }
    let called = |name: &str, user_id| Mention {
        user_id,
        name: name.to_owned(),
    };
    let both = [
        called("編集者", world.editor.user_id),
        called("執筆者", world.author.user_id),
    ];
    let mut tx = world.begin(&world.reviewer).await;
    for (body, mentions) in [("一", both.as_slice()), ("二", &[])] {
        threads::insert_comment(&mut tx, CommentId::new(), ids[2], body, mentions)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    world.settle(ids[2], ThreadAction::Resolve).await.unwrap();

    let reader = world.db.reader();
    let list = threads::list(&reader, saved.guide_id).await.unwrap();

    let order: Vec<_> = list.iter().map(|thread| thread.thread_id).collect();
    assert_eq!(
        order,
        [ids[1], ids[0], ids[2]],
        "open ones first, of each the newest first"
    );
    let found: Vec<_> = list.iter().map(|thread| thread.anchor.clone()).collect();
    assert_eq!(found, [anchors[1].clone(), None, anchors[2].clone()]);
    let resolved = &list[2];
    let said: Vec<_> = resolved
        .comments
        .iter()
        .map(|said| said.body.as_str())
        .collect();
    assert_eq!(said, ["一", "二"]);
    let mut mentions = resolved.comments[0].mentions.clone();
    mentions.sort_by(|a, b| a.name.cmp(&b.name));
    let mut expected = both.to_vec();
    expected.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(mentions, expected);
    let done: Vec<_> = resolved
        .events
        .iter()
        .map(|event| (event.action, event.created_by_name.as_str()))
        .collect();
    assert_eq!(done, [(ThreadAction::Resolve, "editor")]);
}

#[annai_test]
async fn people_see_their_mentions_until_the_thread_is_resolved(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    let thread_id = world.thread(saved.guide_id, None, false).await.unwrap();
    let called = Mention {
        user_id: world.editor.user_id,
        name: "editor".to_owned(),
    };
    let mut tx = world.begin(&world.reviewer).await;
    threads::insert_comment(&mut tx, CommentId::new(), thread_id, "@editor", &[called])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let count = async |world: &World, user_id, owner: Option<UserId>| {
        let scope = owner.map_or_else(every_guide, own_guides);
        let found = threads::list_mentions(&world.db.reader(), scope, user_id, 10).await;
        found.unwrap().len()
    };
    let (editor, author) = (world.editor.user_id, world.author.user_id);

    assert_eq!(count(&world, editor, None).await, 1);
    assert_eq!(count(&world, author, None).await, 0, "somebody else");
    assert_eq!(
        count(&world, editor, Some(author)).await,
        1,
        "of the author's guides"
    );
    assert_eq!(
        count(&world, editor, Some(editor)).await,
        0,
        "of the editor's own"
    );
    world
        .settle(thread_id, ThreadAction::Resolve)
        .await
        .unwrap();
    assert_eq!(count(&world, editor, None).await, 0, "settled");
    world.settle(thread_id, ThreadAction::Reopen).await.unwrap();
    assert_eq!(count(&world, editor, None).await, 1, "not after all");
    world.run("UPDATE guides SET archived_at = now()").await;
    assert_eq!(count(&world, editor, None).await, 0, "put away");
}
