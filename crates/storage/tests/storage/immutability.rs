//! Write-once rows: a trigger stops the owner, a missing grant stops the program.

use annai_domain::ContentHash;
use annai_domain::{CommentId, ReferenceKind, ThreadAction, ThreadId, Verdict};
use annai_storage::audit::NewAuditEntry;
use annai_storage::references::{self, NewReference};
use annai_storage::threads::{Mention, NewThread};
use annai_storage::{audit, schemas, threads};
use annai_test_macros::annai_test;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use crate::world::World;

/// Creates a world with at least one row in every write-once table.
async fn full(connect: PgConnectOptions) -> World {
    let world = World::new(connect).await;
    let first = world.guide("data_engineer").await;
    world.publish(first, "data_engineer").await;
    let second = world.revise(&world.author, first, "二").await;
    let review_id = world.submit(&world.author, second).await;
    world
        .decide(&world.reviewer, review_id, second, Verdict::Approve)
        .await
        .unwrap();

    let mut tx = world.begin(&world.reviewer).await;
    let thread = NewThread {
        thread_id: ThreadId::new(),
        guide_id: first.guide_id,
        review_id: Some(review_id),
        anchor: None,
        is_blocking: false,
    };
    threads::insert(&mut tx, thread).await.unwrap();
    let called = Mention {
        user_id: world.author.user_id,
        name: "author".to_owned(),
    };
    let (comment_id, thread_id) = (CommentId::new(), thread.thread_id);
    threads::insert_comment(&mut tx, comment_id, thread_id, "よいです", &[called])
        .await
        .unwrap();
    threads::insert_event(&mut tx, thread_id, ThreadAction::Resolve)
        .await
        .unwrap();
    let named = NewReference {
        kind: ReferenceKind::Link,
        target: "/x".to_owned(),
        field: None,
    };
    references::insert(&mut tx, second.revision_id, &[named])
        .await
        .unwrap();
    schemas::keep(&mut tx, ContentHash::of(b"{}"), b"{}")
        .await
        .unwrap();
    let entry = NewAuditEntry {
        action: annai_domain::AuditAction::GuideComment,
        guide_id: Some(first.guide_id),
        subject_id: None,
        details: serde_json::json!({}),
    };
    audit::record(&mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
    world
}

/// A table, a significant column, and a value that the column does not have.
const WRITTEN_ONCE: [(&str, &str); 13] = [
    ("contents", "title = 'another'"),
    ("revisions", "message = 'another'"),
    ("revision_references", "target = 'another'"),
    ("referenced_revisions", "revision_id = gen_random_uuid()"),
    ("decisions", "verdict = 'request_changes'"),
    ("threads", "is_blocking = NOT is_blocking"),
    ("comments", "body = 'another'"),
    ("comment_mentions", "name = 'another'"),
    ("thread_events", "created_at = now()"),
    ("publications", "slug = slug || 'x'"),
    ("audit_entries", "action = 'guide.save'"),
    ("schemas", "document = '{ }'"),
    ("published_versions", "answer = '{ }'"),
];

#[annai_test]
async fn not_even_the_owner_can_change_or_delete_write_once_rows(connect: PgConnectOptions) {
    let mut world = full(connect).await;
    for (table, change) in WRITTEN_ONCE {
        let expected = format!("{table}_immutable");
        let update = world
            .rule_against(format!("UPDATE {table} SET {change}"))
            .await;
        let delete = world.rule_against(format!("DELETE FROM {table}")).await;
        assert_eq!((update, delete), (expected.clone(), expected));
    }
}

#[annai_test]
async fn not_even_the_owner_can_empty_the_tables_of_history(connect: PgConnectOptions) {
    let mut world = full(connect).await;
    for table in [
        "contents",
        "revisions",
        "reviews",
        "decisions",
        "threads",
        "comments",
        "comment_mentions",
        "thread_events",
        "schemas",
        "publications",
        "published_versions",
        "audit_entries",
    ] {
        let rule = world
            .rule_against(format!("TRUNCATE {table} CASCADE"))
            .await;
        assert_eq!(rule, format!("{table}_immutable"));
    }
}

#[annai_test]
async fn a_review_never_moves_but_its_state_does(connect: PgConnectOptions) {
    let mut world = full(connect).await;
    for pin in [
        "revision_id = (SELECT revision_id FROM revisions WHERE revision_number = 1)",
        "content_hash = (SELECT content_hash FROM revisions WHERE revision_number = 1)",
        "guide_id = gen_random_uuid()",
        "policy = '{\"steps\": [{\"approvals_needed\": 0}]}'",
        "public_ref = 99",
        "previous_review_id = review_id",
        "message = 'another'",
        "submitted_by = '00000000-0000-0000-0000-000000000001'",
        "submitted_at = now()",
    ] {
        let rule = world
            .rule_against(format!("UPDATE reviews SET {pin}"))
            .await;
        assert_eq!(rule, "reviews_immutable", "{pin}");
    }
    assert_eq!(
        world.rule_against("DELETE FROM reviews").await,
        "reviews_immutable"
    );
    world
        .run("UPDATE reviews SET state = 'approved', closed_at = now()")
        .await;
}

#[annai_test]
async fn a_published_version_ends_once_and_never_changes(connect: PgConnectOptions) {
    let mut world = full(connect).await;
    let saved = world.guide("sre_engineer").await;
    world.publish(saved, "sre_engineer").await;
    let columns = "guide_id = gen_random_uuid();from_ref = 2;publication_ref = 2;revision_id = gen_random_uuid();\
        revision_number = 9;content_hash = '\\x00';slug = 'sre_engineer';title = 'x';category = 'x';\
        meta_description = 'x';thumbnail = 'x';keywords = '{x}';tags = '{x}';related_jobs = '{x}';\
        first_published_at = now();published_at = now();updated_at = now();source = 'x';answer = 'x';\
        answer_brotli = 'x';answer_zstd = 'x';answer_gzip = 'x';listing = 'x';plain_text = 'x'";
    // `to_ref` may be set once; `answer_hash` is computed from the answer.
    let others = 2;
    for column in columns.split(';') {
        let update =
            format!("UPDATE published_versions SET to_ref = 2, {column} WHERE from_ref = 1");
        assert_eq!(
            world.rule_against(update).await,
            "published_versions_immutable",
            "{column}"
        );
    }
    let total = world.number("SELECT count(*) FROM information_schema.columns WHERE table_name = 'published_versions'").await;
    assert_eq!(
        total,
        i64::try_from(columns.split(';').count()).unwrap() + others,
        "a column is not tried"
    );

    let early = world
        .rule_against("UPDATE published_versions SET to_ref = 1 WHERE from_ref = 1")
        .await;
    assert_eq!(early, "published_versions_span_check");
    world
        .run("UPDATE published_versions SET to_ref = 2 WHERE from_ref = 1")
        .await;
    for again in ["NULL", "2", "1"] {
        let update = format!("UPDATE published_versions SET to_ref = {again} WHERE from_ref = 1");
        assert_eq!(
            world.rule_against(update).await,
            "published_versions_immutable",
            "{again}"
        );
    }
}

#[annai_test]
async fn the_program_has_no_grant_to_change_write_once_rows(connect: PgConnectOptions) {
    let world = full(connect).await;
    let mut app = PgConnection::connect_with(&world.connect).await.unwrap();
    sqlx::raw_sql("SET ROLE annai_app")
        .execute(&mut app)
        .await
        .unwrap();
    let changes = WRITTEN_ONCE.map(|(table, change)| format!("UPDATE {table} SET {change}"));
    let deletes = WRITTEN_ONCE.map(|(table, _)| format!("DELETE FROM {table}"));
    let truncates = WRITTEN_ONCE.map(|(table, _)| format!("TRUNCATE {table} CASCADE"));
    let more = [
        "UPDATE reviews SET revision_id = gen_random_uuid()",
        "UPDATE reviews SET content_hash = ''",
        "DELETE FROM reviews",
        "DELETE FROM guides",
        "UPDATE guides SET revision_count = 0",
        "UPDATE guides SET latest_revision_id = NULL",
        "UPDATE guides SET latest_publication_ref = NULL",
        "UPDATE slugs SET first_public_ref = NULL",
        "UPDATE slugs SET guide_id = gen_random_uuid()",
        "UPDATE ledger_head SET ref = 0",
        "UPDATE audit_head SET audit_number = 0",
        "DELETE FROM users",
        "UPDATE users SET kind = 'person'",
        "DELETE FROM api_keys",
        "ALTER TABLE publications DISABLE TRIGGER ALL",
        "CREATE TABLE hidden (x int)",
    ];
    let more = more.map(str::to_owned);
    for sql in changes
        .iter()
        .chain(&deletes)
        .chain(&truncates)
        .chain(&more)
    {
        let attempt = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone()));
        let error = attempt.execute(&mut app).await.expect_err(sql);
        let code = error
            .as_database_error()
            .and_then(|error| error.code().map(String::from));
        assert_eq!(code.as_deref(), Some("42501"), "{sql}: {error}");
    }
}
