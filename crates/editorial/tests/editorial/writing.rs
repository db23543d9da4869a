//! Writing: no typed text is lost, and the history is a line of exact bytes.

use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{ContentHash, FieldFault, RevisionId};
use annai_editorial::{
    CommandError, NewGuide, archive, autosave, change_owner, copy_guide, create_guide,
    discard_working_copy, restore, save_revision,
};
use annai_storage::{guides, slugs};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, source_of, text};

#[annai_test]
async fn a_new_guide_belongs_to_who_began_it_and_holds_its_exact_bytes(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let source = b"\xef\xbb\xbf---json\r\n{ \"slug\" : \"data_engineer\",\r\n\t\"title\":\"\\u6848\" }\r\n---\r\n# x".to_vec();
    let guide = NewGuide {
        source: source.clone(),
        path: None,
        message: "はじめ".into(),
    };

    let saved = world
        .done(&world.author, "guide.create", async |tx| {
            create_guide(tx, &world.schema, guide).await
        })
        .await;

    assert_eq!((saved.revision_number, saved.unchanged), (1, false));
    assert_eq!(saved.content_hash, ContentHash::of(&source));
    assert_eq!(
        source_of(&world, saved.guide_id, saved.revision_id).await,
        source
    );
    let facts = guides::find_facts(&world.db.reader(), saved.guide_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(facts.owner_id, world.author.user_id);
    let holder = slugs::find_holder(&world.db.reader(), &"data_engineer".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(holder, Some(saved.guide_id));
    let details = world.details().await;
    assert_eq!(details["content_hash"], saved.content_hash.to_string());
}

#[annai_test]
async fn a_guide_begins_only_with_a_source_a_free_slug_and_a_free_path(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let begin = async |source: Vec<u8>, path: Option<&str>, message: &str| {
        let guide = NewGuide {
            source,
            path: path.map(Into::into),
            message: message.into(),
        };
        world
            .refused(&world.author, async |tx| {
                create_guide(tx, &world.schema, guide).await
            })
            .await
    };
    let taken = NewGuide {
        source: text("a", "一"),
        path: Some("jobs/a.md".into()),
        message: String::new(),
    };
    world
        .run(&world.editor, async |tx| {
            create_guide(tx, &world.schema, taken).await
        })
        .await
        .unwrap();

    let malformed = begin(b"---json\n{\"title\": }\n---\n".to_vec(), None, "").await;
    assert!(
        matches!(malformed, CommandError::Source(_)),
        "{malformed:?}"
    );
    let slug = begin(text("a", "二"), None, "").await;
    assert!(
        matches!(&slug, CommandError::SlugTaken(slug) if slug.as_str() == "a"),
        "{slug:?}"
    );
    let path = begin(text("b", "二"), Some("jobs/a.md"), "").await;
    assert!(
        matches!(&path, CommandError::PathTaken(path) if path == "jobs/a.md"),
        "{path:?}"
    );
    let outside = begin(text("b", "二"), Some("../b.md"), "").await;
    assert!(
        matches!(
            outside,
            CommandError::Field {
                field: "path",
                fault: FieldFault::Malformed
            }
        ),
        "{outside:?}"
    );
    let message = begin(text("b", "二"), None, &"あ".repeat(501)).await;
    assert!(
        matches!(
            message,
            CommandError::Field {
                field: "message",
                fault: FieldFault::TooLong
            }
        ),
        "{message:?}"
    );
}

#[annai_test]
async fn a_draft_may_lack_a_slug_or_have_one_that_is_none(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world
        .guide_of(&world.author, b"# \xe6\xa1\x88\xe5\x86\x85\n".to_vec())
        .await;
    world
        .guide_of(
            &world.author,
            b"---json\n{\"slug\": \"Not A Slug\"}\n---\n".to_vec(),
        )
        .await;
    assert_eq!(world.number("SELECT count(*) FROM slugs").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM guides").await, 2);
}

#[annai_test]
async fn a_save_whose_answer_was_lost_can_be_repeated(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let saved = world.save(&world.author, first, text("a", "二")).await;
    let again = world.save(&world.author, first, text("a", "二")).await;
    assert_eq!(
        (again.revision_id, again.unchanged),
        (saved.revision_id, true)
    );
    assert_eq!(world.number("SELECT count(*) FROM revisions").await, 2);
}

#[annai_test]
async fn a_save_on_a_base_of_no_such_guide_is_stale_without_a_base(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    for base in [other.revision_id, RevisionId::new()] {
        let error = world
            .refused(&world.author, async |tx| {
                save_revision(tx, &world.schema, first.guide_id, base, text("a", "二"), "").await
            })
            .await;
        let CommandError::Stale(stale) = error else {
            panic!("{error:?}")
        };
        assert_eq!(stale.base, None, "another guide's text is not shown");
    }
}

#[annai_test]
async fn a_save_is_refused_without_a_trace_when_its_text_is_none_or_its_slug_is_taken(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.guide("b").await;
    let save = async |source: Vec<u8>| {
        let (guide_id, base) = (first.guide_id, first.revision_id);
        world
            .refused(&world.author, async |tx| {
                save_revision(tx, &world.schema, guide_id, base, source, "").await
            })
            .await
    };
    for malformed in [
        &b"---json\n{\"a\": 1, \"a\": 2}\n---\n"[..],
        b"---json\n{",
        b"\xff\xfe",
        b"---js\n{}\n---\n",
    ] {
        let error = save(malformed.to_vec()).await;
        assert!(matches!(error, CommandError::Source(_)), "{error:?}");
    }
    let error = save(vec![b'x'; 524_289]).await;
    assert!(matches!(error, CommandError::Source(_)), "{error:?}");
    let error = save(text("b", "一")).await;
    assert!(
        matches!(&error, CommandError::SlugTaken(slug) if slug.as_str() == "b"),
        "{error:?}"
    );
}

#[annai_test]
async fn restoring_makes_the_old_bytes_the_newest_revision_and_publishes_nothing(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.author, first, text("b", "二")).await;
    let (guide_id, old, base) = (first.guide_id, first.revision_id, second.revision_id);

    let restored = world
        .done(&world.editor, "guide.restore", async |tx| {
            restore(tx, &world.schema, guide_id, old, base).await
        })
        .await;

    assert_eq!((restored.revision_number, restored.unchanged), (3, false));
    assert_eq!(restored.content_hash, first.content_hash);
    assert_eq!(
        source_of(&world, guide_id, restored.revision_id).await,
        text("a", "一")
    );
    assert_eq!(world.number("SELECT count(*) FROM publications").await, 0);
    assert_eq!(
        world.text("SELECT string_agg(slug, ' ') FROM slugs").await,
        "a",
        "the old slug is claimed again"
    );

    let same = world
        .run(&world.editor, async |tx| {
            restore(tx, &world.schema, guide_id, old, restored.revision_id).await
        })
        .await
        .unwrap();
    assert!(same.unchanged);
}

#[annai_test]
async fn a_restore_is_refused_for_other_guides_revisions_stale_bases_and_taken_slugs(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.author, first, text("b", "二")).await;
    let other = world.guide_of(&world.author, text("a", "他")).await;
    let (guide_id, base) = (first.guide_id, second.revision_id);

    let foreign = world
        .refusal(&world.author, async |tx| {
            restore(tx, &world.schema, guide_id, other.revision_id, base).await
        })
        .await;
    assert_eq!(foreign, Refusal::NotFound);
    let stale = world
        .refused(&world.author, async |tx| {
            restore(
                tx,
                &world.schema,
                guide_id,
                first.revision_id,
                first.revision_id,
            )
            .await
        })
        .await;
    assert!(matches!(stale, CommandError::Stale(_)), "{stale:?}");
    let taken = world
        .refused(&world.author, async |tx| {
            restore(tx, &world.schema, guide_id, first.revision_id, base).await
        })
        .await;
    assert!(matches!(taken, CommandError::SlugTaken(_)), "{taken:?}");
}

#[annai_test]
async fn a_copy_is_a_guide_of_ones_own_without_the_slug(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let copy = world
        .done(&world.editor, "guide.create", async |tx| {
            copy_guide(tx, &world.schema, first.guide_id).await
        })
        .await;

    assert_ne!(copy.guide_id, first.guide_id);
    assert_eq!(copy.revision_number, 1);
    let source =
        String::from_utf8(source_of(&world, copy.guide_id, copy.revision_id).await).unwrap();
    assert_eq!(
        source,
        String::from_utf8(text("a", "一"))
            .unwrap()
            .replace("  \"slug\": \"a\",\n", "")
    );
    let facts = guides::find_facts(&world.db.reader(), copy.guide_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(facts.owner_id, world.editor.user_id);
    let unknown = world
        .refusal(&world.stranger, async |tx| {
            copy_guide(tx, &world.schema, first.guide_id).await
        })
        .await;
    assert_eq!(unknown, Refusal::NotFound);
}

#[annai_test]
async fn a_draft_lets_go_of_the_slug_it_leaves(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.save(&world.author, first, text("b", "二")).await;
    assert_eq!(
        world.text("SELECT string_agg(slug, ' ') FROM slugs").await,
        "b"
    );
    world.guide("a").await;
}

#[annai_test]
async fn a_guide_given_away_is_the_new_owners_to_write(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let guide_id = first.guide_id;
    let owner = world.stranger.user_id;
    world
        .done(&world.editor, "guide.change_owner", async |tx| {
            change_owner(tx, guide_id, owner).await
        })
        .await;
    assert_eq!(
        world.details().await["from"],
        world.author.user_id.to_string()
    );

    world.save(&world.stranger, first, text("a", "二")).await;
    let former = world
        .refusal(&world.author, async |tx| {
            discard_working_copy(tx, guide_id).await
        })
        .await;
    assert_eq!(former, Refusal::NotFound);
    let nobody = annai_domain::UserId::new();
    let error = world
        .refused(&world.editor, async |tx| {
            change_owner(tx, guide_id, nobody).await
        })
        .await;
    assert!(
        matches!(
            error,
            CommandError::Field {
                field: "owner_id",
                fault: FieldFault::Unknown
            }
        ),
        "{error:?}"
    );
}

#[annai_test]
async fn nothing_is_written_into_a_guide_that_was_put_away(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let (guide_id, base) = (first.guide_id, first.revision_id);
    world
        .run(&world.publisher, async |tx| {
            archive(tx, guide_id, false).await
        })
        .await
        .unwrap();
    let archived = Refusal::State(StateConflict::Archived);

    let save = world
        .refusal(&world.author, async |tx| {
            save_revision(tx, &world.schema, guide_id, base, text("a", "二"), "").await
        })
        .await;
    let auto = world
        .refusal(&world.author, async |tx| {
            autosave(tx, guide_id, base, 1, vec![], None).await
        })
        .await;
    let back = world
        .refusal(&world.author, async |tx| {
            restore(tx, &world.schema, guide_id, base, base).await
        })
        .await;
    assert_eq!([save, auto, back], [archived; 3]);
}
