//! Names of revisions: people find them again, the audit log has them, the text stays.

use annai_domain::decide::{Forbidden, Refusal};
use annai_editorial::{CommandError, name_revision};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, text};

const NAMES: &str = "SELECT COALESCE(string_agg(name, ' '), '-') FROM revision_names";

#[annai_test]
async fn a_revision_is_named_renamed_and_loses_its_name(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let (guide_id, revision_id) = (saved.guide_id, saved.revision_id);
    for (given, kept) in [
        (" 春の改訂 ", "春の改訂"),
        ("秋の改訂", "秋の改訂"),
        ("", "-"),
    ] {
        world
            .done(&world.author, "guide.name_revision", async |tx| {
                name_revision(tx, guide_id, revision_id, given).await
            })
            .await;
        assert_eq!(world.text(NAMES).await, kept);
    }
    let details = world.details().await;
    assert_eq!(
        (&details["revision_number"], &details["name"]),
        (&1.into(), &"".into())
    );

    let before = world.audit().await.len();
    let nothing = world
        .run(&world.author, async |tx| {
            name_revision(tx, guide_id, revision_id, " ").await
        })
        .await;
    nothing.unwrap();
    assert_eq!(
        world.audit().await.len(),
        before,
        "there was no name to take away"
    );
}

#[annai_test]
async fn a_name_is_refused_to_readers_for_other_guides_and_twice(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    let other = world.guide_of(&world.editor, text("b", "他")).await;
    let guide_id = first.guide_id;
    world
        .done(&world.author, "guide.name_revision", async |tx| {
            name_revision(tx, guide_id, first.revision_id, "春").await
        })
        .await;

    let reader = world
        .refusal(&world.reviewer, async |tx| {
            name_revision(tx, guide_id, first.revision_id, "秋").await
        })
        .await;
    assert_eq!(reader, Refusal::Forbidden(Forbidden::Role));
    let foreign = world
        .refusal(&world.author, async |tx| {
            name_revision(tx, guide_id, other.revision_id, "秋").await
        })
        .await;
    assert_eq!(foreign, Refusal::NotFound);
    let long = "春".repeat(61);
    for (name, wrong) in [
        ("春", "taken"),
        (long.as_str(), "too_long"),
        ("a\r\nb", "control_character"),
    ] {
        let refused = world
            .refused(&world.author, async |tx| {
                name_revision(tx, guide_id, second.revision_id, name).await
            })
            .await;
        assert!(
            matches!(refused, CommandError::Field { field: "name", fault } if fault.as_str() == wrong),
            "{refused:?}"
        );
    }
}
