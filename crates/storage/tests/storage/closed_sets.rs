//! A closed set is a type in the program and a CHECK in the schema: both hold the same words.

use std::collections::BTreeSet;

use annai_domain::{
    AuditAction, AuthorityKind, Locale, PublicationAction, ReferenceKind, ReviewState,
    RevisionKind, Role, ThreadAction, Verdict, WebhookEventType, WebhookKind,
};
use annai_storage::guides;
use annai_storage::keys::KeyScope;
use annai_storage::sign_in_failures::FailureKind;
use annai_storage::tokens::UserTokenKind;
use annai_storage::webhook_deliveries::{DeliveryResult, DeliveryState};
use annai_storage::webhook_endpoints::DisabledReason;
use annai_storage::{Connections, StorageError};
use annai_test_macros::annai_test;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use crate::world::World;

/// Returns each constraint that lists words, with the set of those words.
fn sets() -> Vec<(&'static str, BTreeSet<&'static str>)> {
    let set = |words: &[&'static str]| words.iter().copied().collect::<BTreeSet<_>>();
    let publications = [&AuthorityKind::WORDS[..], &PublicationAction::WORDS];
    let subscribable = WebhookEventType::SUBSCRIBABLE.map(WebhookEventType::as_str);
    vec![
        ("api_keys_scope_check", set(&KeyScope::WORDS)),
        ("decisions_verdict_check", set(&Verdict::WORDS)),
        ("outbox_event_type_check", set(&WebhookEventType::WORDS)),
        // One channel so far, which only SQL names.
        ("outbox_deliveries_channel_check", set(&["webhook"])),
        ("publications_action_check", set(&PublicationAction::WORDS)),
        (
            "publications_one_authority_check",
            publications.into_iter().flatten().copied().collect(),
        ),
        ("revision_references_kind_check", set(&ReferenceKind::WORDS)),
        ("sign_in_failures_kind_check", set(&FailureKind::WORDS)),
        // Only SQL grants.
        (
            "role_grants_privilege_check",
            set(&["DELETE", "INSERT", "SELECT", "UPDATE"]),
        ),
        (
            "role_grants_role_check",
            set(&[Connections::APP, Connections::DELIVERY]),
        ),
        ("reviews_state_check", set(&ReviewState::WORDS)),
        ("revisions_kind_check", set(&RevisionKind::WORDS)),
        ("thread_events_action_check", set(&ThreadAction::WORDS)),
        ("user_tokens_kind_check", set(&UserTokenKind::WORDS)),
        // Only SQL tells a person from the two built-in actors.
        ("users_kind_check", set(&["operator", "person", "system"])),
        ("users_locale_check", set(&Locale::WORDS)),
        ("users_roles_check", set(&Role::WORDS)),
        (
            "outbox_deliveries_last_result_check",
            set(&DeliveryResult::WORDS),
        ),
        ("outbox_deliveries_state_check", set(&DeliveryState::WORDS)),
        (
            "webhook_endpoints_disabled_reason_check",
            set(&DisabledReason::WORDS),
        ),
        ("webhook_endpoints_kind_check", set(&WebhookKind::WORDS)),
        ("webhook_endpoints_event_types_check", set(&subscribable)),
    ]
}

/// Returns every CHECK of the schema with its name.
#[expect(
    clippy::disallowed_methods,
    reason = "the catalogue of the database is no table of ours"
)]
pub(crate) async fn checks(owner: &mut PgConnection) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE contype = 'c' AND connamespace = 'public'::regnamespace ORDER BY conname",
    )
    .fetch_all(owner)
    .await
    .unwrap()
}

/// Returns the words that a constraint's definition compares with.
fn words(definition: &str) -> BTreeSet<&str> {
    definition.split('\'').skip(1).step_by(2).collect()
}

#[annai_test]
async fn every_closed_set_has_the_words_of_its_constraint(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let checks = checks(&mut world.owner).await;
    for (name, set) in sets() {
        let found = checks.iter().find(|(known, _)| known == name);
        let (_, definition) = found.unwrap_or_else(|| panic!("{name} is not in the schema"));
        assert_eq!(words(definition), set, "{name}");
    }
}

#[annai_test]
async fn every_constraint_that_lists_words_is_that_of_a_closed_set(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let known: BTreeSet<_> = sets().into_iter().map(|(name, _)| name).collect();
    // Selects constraints on one column alone, not rules between columns.
    let lists = |definition: &str| {
        let plain = definition.matches(" AND ").count() + definition.matches(" OR ").count() == 0;
        plain && definition.contains("ARRAY['") && !definition.contains(") = (")
    };
    let listing: Vec<_> = checks(&mut world.owner)
        .await
        .into_iter()
        .filter(|(name, definition)| lists(definition) && !known.contains(name.as_str()))
        .collect();
    assert!(listing.is_empty(), "no closed set for {listing:?}");
}

#[test]
fn every_action_of_the_audit_log_is_one_that_the_schema_takes() {
    for word in AuditAction::WORDS {
        let (subject, verb) = word.split_once('.').unwrap();
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte == b'_' || byte.is_ascii_lowercase())
        };
        assert!(plain(subject) && plain(verb), "{word}");
    }
}

#[annai_test]
async fn a_step_below_0_is_refused_and_where_it_is_stored_it_is_corrupt(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.approved(saved).await;
    let spoil = "UPDATE decisions SET step = -1";
    world
        .run("ALTER TABLE decisions DISABLE TRIGGER USER")
        .await;
    assert_eq!(world.rule_against(spoil).await, "decisions_step_check");

    world
        .run("ALTER TABLE decisions DROP CONSTRAINT decisions_step_check")
        .await;
    world.run(spoil).await;
    let read = guides::find_facts(&world.db.reader(), saved.guide_id).await;
    assert!(
        matches!(
            read,
            Err(StorageError::Corrupt {
                table: "decisions",
                column: "step",
                ..
            })
        ),
        "{read:?}"
    );
}
