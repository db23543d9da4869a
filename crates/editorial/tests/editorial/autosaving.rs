//! The working copy: private, malformed texts included, and deleted after its use.

use annai_domain::decide::Refusal;
use annai_domain::{GuideId, RevisionId};
use annai_editorial::{
    CommandError, NewText, SavedRevision, autosave, discard_working_copy, save, save_revision,
};
use annai_storage::working_copies::{self, WorkingCopy};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, source_of, text};

async fn working_copy(world: &World, guide_id: GuideId) -> Option<WorkingCopy> {
    let author = world.author.user_id;
    working_copies::find(&world.db.reader(), guide_id, author)
        .await
        .unwrap()
}

fn new_text<'a>(on: &SavedRevision, source: Vec<u8>, message: &'a str) -> NewText<'a> {
    NewText {
        guide_id: on.guide_id,
        base: on.revision_id,
        begun_on: None,
        source,
        message,
        window: None,
        seen: None,
    }
}

#[annai_test]
async fn a_text_that_is_refused_for_what_it_is_waits_in_the_working_copy(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.guide("taken").await;
    let long = "長".repeat(501);
    let texts = [
        (b"---json\n{\n---\n".to_vec(), ""),
        (text("taken", "二"), ""),
        (text("a", "二"), long.as_str()),
        (text("a", "二"), "一行目\n二行目"),
    ];
    for (source, message) in texts {
        let tx = world.db.begin(world.author.clone()).await.unwrap();
        let refused = save(
            &world.db,
            &world.schema,
            tx,
            new_text(&first, source.clone(), message),
        )
        .await;
        let refused = refused.unwrap_err();
        assert!(refused.kept, "{refused:?}");
        let kept = working_copy(&world, first.guide_id).await.unwrap();
        assert_eq!(kept.source, source);
    }

    // A text over the limit cannot be kept, and the earlier copy stays.
    let before = working_copy(&world, first.guide_id).await;
    let tx = world.db.begin(world.author.clone()).await.unwrap();
    let large = new_text(&first, vec![b'x'; 524_289], "");
    let refused = save(&world.db, &world.schema, tx, large).await.unwrap_err();
    assert!(matches!(refused.error, CommandError::Source(_)) && !refused.kept);
    assert_eq!(working_copy(&world, first.guide_id).await, before);

    // The text of a user who may not write the guide is not kept either.
    let tx = world.db.begin(world.reviewer.clone()).await.unwrap();
    let refused = save(
        &world.db,
        &world.schema,
        tx,
        new_text(&first, text("a", "二"), ""),
    )
    .await;
    assert!(!refused.unwrap_err().kept);
    assert_eq!(world.number("SELECT count(*) FROM working_copies").await, 1);
}

#[annai_test]
async fn saving_makes_the_next_revision_and_the_working_copy_has_served(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let (guide_id, base) = (first.guide_id, first.revision_id);
    let copy = async |tx: &mut _| autosave(tx, guide_id, base, 1, b"draft".to_vec(), None).await;
    world.run(&world.author, copy).await.unwrap();
    world.run(&world.editor, copy).await.unwrap();

    let source = text("a", "二");
    let saved = world
        .done(&world.author, "guide.save", async |tx| {
            save_revision(tx, &world.schema, guide_id, base, source.clone(), "直し").await
        })
        .await;

    assert_eq!((saved.revision_number, saved.unchanged), (2, false));
    assert_eq!(source_of(&world, guide_id, saved.revision_id).await, source);
    assert_eq!(working_copy(&world, guide_id).await, None);
    assert_eq!(
        world.number("SELECT count(*) FROM working_copies").await,
        1,
        "the editor's own stays"
    );
    let line = "SELECT message || ' ' || kind || ' ' || (parent_revision_id IS NOT NULL) FROM revisions WHERE revision_number = 2";
    assert_eq!(world.text(line).await, "直し save true");
}

#[annai_test]
async fn saving_identical_bytes_makes_no_revision(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let (guide_id, base) = (first.guide_id, first.revision_id);
    world
        .run(&world.author, async |tx| {
            autosave(tx, guide_id, base, 1, b"x".to_vec(), None).await
        })
        .await
        .unwrap();
    let audit = world.audit().await.len();

    let again = world.save(&world.author, first, text("a", "一")).await;

    assert!(again.unchanged);
    assert_eq!(
        (again.revision_id, again.revision_number),
        (first.revision_id, 1)
    );
    assert_eq!(world.number("SELECT count(*) FROM revisions").await, 1);
    assert_eq!(world.audit().await.len(), audit, "nothing was done");
    assert_eq!(working_copy(&world, guide_id).await, None);
}

#[annai_test]
async fn a_stale_save_gives_all_three_texts_and_the_persons_own_is_kept(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let theirs = world.save(&world.editor, first, text("a", "彼らの")).await;
    let (guide_id, base) = (first.guide_id, first.revision_id);
    let mine = text("a", "私の");

    let error = world
        .refused(&world.author, async |tx| {
            save_revision(tx, &world.schema, guide_id, base, mine.clone(), "").await
        })
        .await;
    let CommandError::Stale(stale) = error else {
        panic!("{error:?}")
    };

    let old = stale.base.unwrap();
    assert_eq!(
        (old.revision_id, old.revision_number, old.source),
        (base, 1, text("a", "一"))
    );
    assert_eq!(
        (stale.theirs.revision_id, stale.theirs.source),
        (theirs.revision_id, text("a", "彼らの"))
    );
    assert_eq!(stale.mine, mine);
    let tx = world.db.begin(world.author.clone()).await.unwrap();
    let refused = save(
        &world.db,
        &world.schema,
        tx,
        new_text(&first, mine.clone(), ""),
    )
    .await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused.error, CommandError::Stale(_)) && refused.kept);
    let kept = working_copy(&world, guide_id).await.unwrap();
    assert_eq!((kept.source, kept.base_revision_id), (mine, base));
    assert_eq!(world.number("SELECT count(*) FROM revisions").await, 2);
}

#[annai_test]
async fn autosave_keeps_any_text_byte_for_byte_malformed_front_matter_too(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let (guide_id, base) = (first.guide_id, first.revision_id);
    let audit = world.audit().await.len();
    let largest = vec![b'x'; 524_288];
    let texts: [&[u8]; 5] = [
        b"---json\n{\"title\": \xe6\n\r\n\0",
        b"",
        b"\xff\xfe\x00\xd8",
        b"---json\r\n{\"a\":1,\"a\":2}",
        &largest,
    ];
    for (sequence, source) in (1..).zip(texts) {
        let stored = world
            .run(&world.author, async |tx| {
                autosave(tx, guide_id, base, sequence, source.to_vec(), None).await
            })
            .await
            .unwrap();
        assert_eq!(stored.sequence, sequence);
        assert_eq!(working_copy(&world, guide_id).await.unwrap().source, source);
    }
    assert_eq!(world.audit().await.len(), audit, "an autosave is private");
    assert_eq!(world.number("SELECT count(*) FROM revisions").await, 1);

    let over = vec![b'x'; 524_289];
    let error = world
        .refused(&world.author, async |tx| {
            autosave(tx, guide_id, base, 99, over, None).await
        })
        .await;
    assert!(matches!(error, CommandError::Source(_)), "{error:?}");
}

#[annai_test]
async fn autosave_never_goes_back_and_names_what_is_stored(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    let (guide_id, base) = (first.guide_id, first.revision_id);
    let store = async |sequence: i64, base: RevisionId| {
        let source = sequence.to_string().into_bytes();
        world
            .run(&world.author, async |tx| {
                autosave(tx, guide_id, base, sequence, source, None).await
            })
            .await
    };
    store(7, base).await.unwrap();
    for sequence in [7, 6, 0, -1] {
        let error = store(sequence, base).await.unwrap_err();
        assert!(
            matches!(error, CommandError::SequenceNotNewer { stored: 7 }),
            "{error:?}"
        );
    }
    let error = store(i64::MAX, base).await.unwrap_err();
    assert!(
        matches!(
            error,
            CommandError::Field {
                field: "sequence",
                ..
            }
        ),
        "{error:?}"
    );
    let error = store(8, other.revision_id).await.unwrap_err();
    assert!(
        matches!(error, CommandError::Refused(Refusal::NotFound)),
        "{error:?}"
    );
    assert_eq!(working_copy(&world, guide_id).await.unwrap().source, b"7");

    let discard = async |tx: &mut _| discard_working_copy(tx, guide_id).await;
    assert!(world.run(&world.author, discard).await.unwrap());
    assert!(!world.run(&world.author, discard).await.unwrap());
    assert_eq!(working_copy(&world, guide_id).await, None);
}

#[annai_test]
async fn a_save_does_not_end_a_text_that_another_window_stored_meanwhile(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let other = text("a", "もう一つの窓の文");
    let (guide_id, base) = (first.guide_id, first.revision_id);
    let copy = async |tx: &mut _| autosave(tx, guide_id, base, 6, other.clone(), None).await;
    world.run(&world.author, copy).await.unwrap();

    let malformed = b"---json\n{\n---\n".to_vec();
    for source in [text("a", "この窓の文"), malformed] {
        let text = NewText {
            seen: Some(5),
            ..new_text(&first, source, "")
        };
        let tx = world.db.begin(world.author.clone()).await.unwrap();
        let refused = save(&world.db, &world.schema, tx, text).await.unwrap_err();
        assert!(!refused.kept, "{:?}", refused.error);
        let copy = working_copy(&world, first.guide_id).await.unwrap();
        assert_eq!((copy.client_sequence, copy.source), (6, other.clone()));
    }
    let text = NewText {
        seen: Some(6),
        ..new_text(&first, text("a", "両方の文"), "")
    };
    let tx = world.db.begin(world.author.clone()).await.unwrap();
    let saved = save(&world.db, &world.schema, tx, text).await.unwrap();
    saved.tx.commit().await.unwrap();
    assert_eq!(saved.revision.revision_number, 2);
    assert_eq!(working_copy(&world, first.guide_id).await, None);
}
