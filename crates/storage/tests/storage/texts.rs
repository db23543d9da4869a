//! Texts are stored by the hash of their exact bytes; a working copy only becomes newer.

use annai_domain::{ContentHash, RevisionId};
use annai_storage::contents::{self, NewContent};
use annai_storage::{Conflict, StorageError, schemas, working_copies};
use annai_test_macros::annai_test;
use serde_json::Map;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, rule_of};

#[annai_test]
async fn a_text_is_kept_under_the_hash_of_its_exact_bytes(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let source = b"\xef\xbb\xbf---json\r\n{}\r\n---\r\n\xe6\xa1\x88";
    let (hash, fields) = (ContentHash::of(source), Map::new());
    let content = NewContent {
        content_hash: hash,
        source,
        front_matter: &fields,
        slug: None,
        title: None,
        category: None,
    };
    let mut tx = world.begin(&world.author).await;
    contents::keep(&mut tx, content).await.unwrap();
    contents::keep(&mut tx, content).await.unwrap();
    assert_eq!(
        contents::find_source(&tx, hash).await.unwrap().as_deref(),
        Some(&source[..])
    );
    tx.commit().await.unwrap();
    let found = contents::find_source(&world.db.reader(), hash)
        .await
        .unwrap();
    assert_eq!(found.as_deref(), Some(&source[..]));
    assert_eq!(world.number("SELECT count(*) FROM contents").await, 1);

    let mut tx = world.begin(&world.author).await;
    let lie = NewContent {
        content_hash: ContentHash::of(b"other"),
        ..content
    };
    let result = contents::keep(&mut tx, lie).await;
    let Err(StorageError::Database(error)) = result else {
        panic!("{result:?}")
    };
    assert_eq!(rule_of(&error), "contents_hash_check");
    let insert = |source: &str, front_matter: &str| {
        format!(
            "INSERT INTO contents (content_hash, source, front_matter, search_text, created_at)
             VALUES (sha256({source}), {source}, '{front_matter}', '', now())"
        )
    };
    let bytes = |length: i32| format!("convert_to(repeat('x', {length}), 'UTF8')");
    assert_eq!(
        world.rule_against(insert(&bytes(524_289), "{}")).await,
        "contents_source_check"
    );
    assert_eq!(
        world.rule_against(insert("'x'", "[]")).await,
        "contents_front_matter_check"
    );
    world.run(insert(&bytes(524_288), "{}")).await;
}

#[annai_test]
async fn a_schema_is_kept_under_the_hash_of_its_document(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let mut tx = world.begin(&world.admin).await;
    for _ in 0..2 {
        schemas::keep(&mut tx, ContentHash::of(b"{}"), b"{}")
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(world.number("SELECT count(*) FROM schemas").await, 1);
    let mut tx = world.begin(&world.admin).await;
    let result = schemas::keep(&mut tx, ContentHash::of(b"{ }"), b"{}").await;
    let Err(StorageError::Database(error)) = result else {
        panic!("{result:?}")
    };
    assert_eq!(rule_of(&error), "schemas_hash_check");
}

#[annai_test]
async fn a_working_copy_is_replaced_by_a_newer_state_only(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let store = async |sequence: i64, text: &str| {
        let mut tx = world.begin(&world.author).await;
        let stored = working_copies::store(
            &mut tx,
            saved.guide_id,
            saved.revision_id,
            sequence,
            text.as_bytes(),
            None,
        )
        .await;
        tx.commit().await.unwrap();
        stored.unwrap()
    };
    assert_eq!(store(5, "五").await, Some(5));
    assert_eq!(store(5, "同じ番号").await, None);
    assert_eq!(store(4, "古い").await, None);
    assert_eq!(store(6, "六").await, Some(6));

    let author = world.author.user_id;
    let kept = working_copies::find(&world.db.reader(), saved.guide_id, author)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (kept.source.as_slice(), kept.client_sequence),
        ("六".as_bytes(), 6)
    );
}

#[annai_test]
async fn a_working_copy_is_one_persons_own(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    for (actor, text) in [(&world.author, "私の"), (&world.editor, "編集者の")] {
        let mut tx = world.begin(actor).await;
        let (guide_id, base) = (saved.guide_id, saved.revision_id);
        working_copies::store(&mut tx, guide_id, base, 1, text.as_bytes(), None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = world.begin(&world.author).await;
    assert!(
        working_copies::remove(&mut tx, saved.guide_id)
            .await
            .unwrap()
    );
    assert!(
        !working_copies::remove(&mut tx, saved.guide_id)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let (reader, editor) = (world.db.reader(), world.editor.user_id);
    let own = working_copies::find(&reader, saved.guide_id, editor)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(own.source, "編集者の".as_bytes());
    assert_eq!(world.number("SELECT count(*) FROM working_copies").await, 1);
}

#[annai_test]
async fn a_working_copy_is_based_on_a_revision_of_its_guide(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    for base in [other.revision_id, RevisionId::new()] {
        let mut tx = world.begin(&world.author).await;
        let result = working_copies::store(&mut tx, saved.guide_id, base, 1, b"x", None).await;
        assert!(
            matches!(
                result,
                Err(StorageError::Conflict(Conflict::UnknownRevision))
            ),
            "{result:?}"
        );
    }
    let insert = format!(
        "INSERT INTO working_copies SELECT guide_id, created_by, revision_id,
                convert_to(repeat('x', 524289), 'UTF8'), 1, now()
           FROM revisions WHERE guide_id = '{}'",
        saved.guide_id
    );
    assert_eq!(
        world.rule_against(insert).await,
        "working_copies_source_check"
    );
}

#[annai_test]
async fn a_body_is_found_again_whatever_its_white_space(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let letters = "本文is".repeat(60);
    let blanks = r"' \t\n\u000b\f\r\u00a0\u3000\ufeff'";
    // One blank of each kind before, between and after the letters, with and without front matter.
    let agreeing = format!(
        "SELECT count(*) FROM unnest(ARRAY['', E'---json\\n{{}}\\n---\\n', E'---json\\n{{}}\\n---\\r\\n']) AS head
          WHERE hash_body(convert_to(head || E{blanks} || repeat('{letters}' || E{blanks}, 2), 'UTF8'))
              = sha256(convert_to(repeat('{letters}', 2), 'UTF8'))"
    );
    assert_eq!(world.number(agreeing).await, 3);
    let short = "SELECT count(*) FROM unnest(ARRAY['\\x'::bytea, convert_to(repeat('a', 299), 'UTF8'), '\\x00'])
                   AS source WHERE hash_body(source) IS NULL";
    assert_eq!(world.number(short).await, 3);
}
