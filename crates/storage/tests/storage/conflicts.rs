//! Broken rules are told apart by the constraint's name.

use annai_storage::idempotency::{self, IdempotentAnswer};
use annai_storage::{AwayState, Conflict, StorageError, health};
use annai_test_macros::annai_test;
use annai_test_world::database;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::world::World;

/// Each named rule, with the conflict that breaking it causes.
const RULES: &[(&str, Conflict)] = &[
    ("slugs_pkey", Conflict::SlugTaken),
    ("slugs_public_is_kept", Conflict::SlugTaken),
    ("published_versions_current_slug_key", Conflict::SlugTaken),
    ("publications_redirected_slug_is_free", Conflict::SlugTaken),
    ("guides_path_key", Conflict::PathTaken),
    ("guides_path_check", Conflict::PathMalformed),
    ("users_email_key", Conflict::EmailTaken),
    ("users_last_admin", Conflict::LastAdmin),
    ("revisions_parent_is_latest", Conflict::ParentNotLatest),
    ("reviews_one_live_key", Conflict::ReviewAlive),
    ("reviews_over", Conflict::ReviewOver),
    ("decisions_one_approval_key", Conflict::DecidedAlready),
    ("decisions_four_eyes", Conflict::FourEyes),
    ("decisions_not_blocked", Conflict::Blocked),
    ("publications_four_eyes", Conflict::ApprovalLapsed),
    ("publications_own_revision_fkey", Conflict::NotOwnRevision),
    ("publications_review_is_approved", Conflict::NotApproved),
    ("publications_reviewed_revision_fkey", Conflict::NotApproved),
    ("publications_rollback_was_public", Conflict::NotPublicThen),
    (
        "publications_own_restored_ref_fkey",
        Conflict::NotPublicThen,
    ),
    ("publications_one_authority_check", Conflict::OneAuthority),
    ("publications_tombstone_check", Conflict::OneAuthority),
    (
        "publications_break_glass_reason_check",
        Conflict::OneAuthority,
    ),
    ("idempotency_keys_pkey", Conflict::IdempotencyKeyUsed),
    ("working_copies_own_base_fkey", Conflict::UnknownRevision),
    ("preview_links_own_revision_fkey", Conflict::UnknownRevision),
    (
        "revision_names_own_revision_fkey",
        Conflict::UnknownRevision,
    ),
    (
        "revision_names_guide_id_name_key",
        Conflict::RevisionNameTaken,
    ),
    ("threads_own_review_fkey", Conflict::UnknownReview),
    ("threads_own_revision_fkey", Conflict::UnknownRevision),
    ("publications_immutable", Conflict::Immutable),
    ("audit_entries_immutable", Conflict::Immutable),
];

#[annai_test]
async fn every_named_rule_that_people_can_break_is_a_conflict(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for (rule, expected) in RULES {
        // Only the name decides, not the message or the code.
        let raise = format!(
            "DO $$ BEGIN RAISE EXCEPTION 'whatever' USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}'; END $$"
        );
        let error = world.attempt(raise).await.unwrap_err();
        let error = StorageError::from(error);
        assert!(
            matches!(error, StorageError::Conflict(found) if found == *expected),
            "{rule}: {error:?}"
        );
    }
    let known = "SELECT count(*) FROM pg_constraint WHERE conname IN ('slugs_pkey', 'guides_path_key', 'users_email_key',
        'publications_own_revision_fkey', 'publications_reviewed_revision_fkey', 'publications_own_restored_ref_fkey',
        'publications_one_authority_check', 'publications_tombstone_check', 'publications_break_glass_reason_check', 'idempotency_keys_pkey',
        'working_copies_own_base_fkey', 'preview_links_own_revision_fkey',
        'revision_names_own_revision_fkey', 'revision_names_guide_id_name_key')";
    assert_eq!(world.number(known).await, 14, "a rule was renamed");
    let indexes =
        "SELECT count(*) FROM pg_class WHERE relname IN ('published_versions_current_slug_key',
        'reviews_one_live_key', 'decisions_one_approval_key')";
    assert_eq!(world.number(indexes).await, 3, "a rule was renamed");
}

#[annai_test]
async fn what_passes_is_told_from_what_is_refused(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for (code, state) in [
        ("08006", Some(AwayState::NoAnswer)),
        ("53100", Some(AwayState::DiskFull)),
        ("53200", Some(AwayState::NoAnswer)),
        ("53300", Some(AwayState::NoAnswer)),
        ("25006", Some(AwayState::ReadOnly)),
        ("57P01", Some(AwayState::NoAnswer)),
        ("57P03", Some(AwayState::NoAnswer)),
        ("57P05", Some(AwayState::NoAnswer)),
        ("55P03", Some(AwayState::NoAnswer)),
        ("57014", Some(AwayState::NoAnswer)),
        ("40001", Some(AwayState::NoAnswer)),
        ("40P01", Some(AwayState::NoAnswer)),
        ("23514", None),
        ("42501", None),
        ("42P01", None),
        ("22021", None),
    ] {
        let raise = format!("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$");
        let error = StorageError::from(world.attempt(raise).await.unwrap_err());
        assert_eq!(error.away_state(), state, "{code}: {error:?}");
        let is_refused = matches!(error, StorageError::Database(_));
        assert_eq!(is_refused, state.is_none(), "{code}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let connect = PgConnectOptions::new().host("127.0.0.1").port(1);
    let db = database(&connect, 1, annai_domain::Clock::System);
    let result = health::ping(&db.reader()).await;
    assert!(
        matches!(result, Err(StorageError::Unavailable(_))),
        "{result:?}"
    );
}

#[annai_test]
async fn a_row_held_for_too_long_is_unavailable_not_a_fault(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    let lock = format!(
        "BEGIN; SELECT FROM guides WHERE guide_id = '{}' FOR UPDATE",
        saved.guide_id
    );
    world.owner.execute(AssertSqlSafe(lock)).await.unwrap();
    let mut tx = world.begin(&world.author).await;
    let result = annai_storage::guides::lock_facts(&mut tx, saved.guide_id).await;
    assert!(
        matches!(result, Err(StorageError::Unavailable(_))),
        "{result:?}"
    );
}

#[annai_test]
async fn an_idempotency_key_gives_its_person_the_same_answer_again(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let answer = IdempotentAnswer {
        operation: "POST /api/v1/guides".to_owned(),
        request_hash: [7; 32],
        status: 201,
        answer: b"{}".to_vec(),
    };
    let mut tx = world.begin(&world.author).await;
    assert_eq!(
        idempotency::lock_answer(&mut tx, "key").await.unwrap(),
        None
    );
    idempotency::keep(&mut tx, "key", &answer).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.begin(&world.author).await;
    assert_eq!(
        idempotency::lock_answer(&mut tx, "key")
            .await
            .unwrap()
            .as_ref(),
        Some(&answer)
    );
    let again = idempotency::keep(&mut tx, "key", &answer).await;
    assert!(
        matches!(
            again,
            Err(StorageError::Conflict(Conflict::IdempotencyKeyUsed))
        ),
        "{again:?}"
    );
    let mut tx = world.begin(&world.editor).await;
    assert_eq!(
        idempotency::lock_answer(&mut tx, "key").await.unwrap(),
        None,
        "another person's key"
    );
    drop(tx);
    let long = "UPDATE idempotency_keys SET key = repeat('k', 201)";
    assert_eq!(world.rule_against(long).await, "idempotency_keys_key_check");
}

#[annai_test]
async fn two_requests_with_one_key_run_one_after_the_other(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let mut first = world.begin(&world.author).await;
    assert_eq!(
        idempotency::lock_answer(&mut first, "key").await.unwrap(),
        None
    );
    let (db, actor) = (world.db.clone(), world.author.clone());
    let second = tokio::spawn(async move {
        let mut tx = db.begin(actor).await.unwrap();
        idempotency::lock_answer(&mut tx, "key").await.unwrap()
    });
    let waits = "SELECT count(*) = 1 FROM pg_stat_activity
                  WHERE datname = current_database() AND wait_event_type = 'Lock'";
    world.until(waits).await;

    let answer = IdempotentAnswer {
        operation: String::new(),
        request_hash: [0; 32],
        status: 201,
        answer: vec![],
    };
    idempotency::keep(&mut first, "key", &answer).await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), Some(answer));
}
