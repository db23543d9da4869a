//! The limits of the program and those of the schema are the same numbers.

use std::collections::BTreeMap;

use annai_domain::limits;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::closed_sets::checks;
use crate::world::World;

/// Each constraint with an upper bound, and its limit in the program.
const LIMITS: [(&str, usize); 22] = [
    ("api_keys_name_check", limits::KEY_NAME),
    ("comments_body_check", limits::COMMENT),
    ("contents_source_check", limits::SOURCE),
    ("decisions_comment_check", limits::DECISION_COMMENT),
    ("idempotency_keys_key_check", limits::IDEMPOTENCY_KEY),
    ("reviews_message_check", limits::REVIEW_MESSAGE),
    ("revision_names_name_check", limits::REVISION_NAME),
    ("revision_references_target_check", limits::REFERENCE),
    ("revisions_message_check", limits::REVISION_MESSAGE),
    ("slugs_slug_check", limits::SLUG),
    ("threads_field_check", limits::FIELD_KEY),
    ("threads_prefix_check", limits::QUOTE_CONTEXT),
    ("threads_quote_check", limits::QUOTE),
    ("threads_suffix_check", limits::QUOTE_CONTEXT),
    ("users_display_name_check", limits::DISPLAY_NAME),
    ("outbox_deliveries_attempts_check", limits::WEBHOOK_ATTEMPTS),
    (
        "outbox_deliveries_last_answer_check",
        limits::WEBHOOK_RESPONSE,
    ),
    ("webhook_endpoints_name_check", limits::WEBHOOK_NAME),
    ("webhook_endpoints_url_check", limits::WEBHOOK_URL),
    (
        "webhook_endpoints_window_seconds_check",
        limits::WEBHOOK_WINDOW,
    ),
    ("working_copies_source_check", limits::SOURCE),
    ("preview_links_expires_at_check", limits::PREVIEW_LINK_DAYS),
];

/// Constraints with a number that does not limit what people type.
const OTHER: [&str; 1] = ["threads_one_anchor_check"];

/// Returns the number behind `sign` in a constraint's definition, or the days of an interval.
fn bound(definition: &str, sign: &str) -> Option<usize> {
    let (_, rest) = definition.split_once(sign)?;
    let rest = rest.trim_start_matches('\'');
    let digits = rest.split(|character: char| !character.is_ascii_digit());
    digits.into_iter().next()?.parse().ok()
}

#[annai_test]
async fn every_upper_bound_of_the_schema_is_the_programs_limit(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let bounds: BTreeMap<String, usize> = checks(&mut world.owner)
        .await
        .into_iter()
        .filter(|(name, _)| !OTHER.contains(&name.as_str()))
        .filter_map(|(name, definition)| Some((name, bound(&definition, " <= ")?)))
        .collect();
    let limits: BTreeMap<String, usize> = LIMITS
        .into_iter()
        .map(|(name, limit)| (name.to_owned(), limit))
        .collect();
    assert_eq!(bounds, limits);
}

#[annai_test]
async fn the_shortest_reason_is_the_programs_limit(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let checks = checks(&mut world.owner).await;
    let rule = "publications_one_authority_check";
    let found = checks.iter().find(|(name, _)| name == rule);
    let (_, definition) = found.unwrap();
    assert_eq!(bound(definition, " >= "), Some(limits::REASON_LEAST));
}
