//! The audit log: numbered and chained, so that an alteration shows.

use annai_domain::AuditAction;
use annai_storage::audit::{self, AuditFilter, NewAuditEntry};
use annai_storage::health::check_audit;
use annai_test_macros::annai_test;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinSet;

use crate::world::{World, whole};

fn entry(action: AuditAction) -> NewAuditEntry {
    NewAuditEntry {
        action,
        guide_id: None,
        subject_id: None,
        details: json!({ "b": 1, "a": ["二"] }),
    }
}

async fn record(world: &World, action: AuditAction) {
    let mut tx = world.begin(&world.author).await;
    audit::record(&mut tx, entry(action)).await.unwrap();
    tx.commit().await.unwrap();
}

#[annai_test]
async fn entries_are_numbered_without_gaps_also_when_transactions_are_undone(
    connect: PgConnectOptions,
) {
    let world = World::with_connections(connect, 8).await;
    assert_eq!(check_audit(&world.db).await.unwrap(), whole(0));
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let (db, actor) = (world.db.clone(), world.author.clone());
        tasks.spawn(async move {
            let mut tx = db.begin(actor).await.unwrap();
            audit::record(&mut tx, entry(AuditAction::GuideSave))
                .await
                .unwrap();
            if number % 4 == 0 {
                drop(tx);
            } else {
                tx.commit().await.unwrap();
            }
        });
    }
    tasks.join_all().await;

    let list = audit::list(&world.db.reader(), &AuditFilter::default(), 100)
        .await
        .unwrap();
    let numbers: Vec<i64> = list.iter().map(|entry| entry.audit_number).collect();
    assert_eq!(numbers, (1..=12).rev().collect::<Vec<i64>>());
    assert_eq!(check_audit(&world.db).await.unwrap(), whole(12));
}

#[annai_test]
async fn an_altered_log_shows_at_the_first_bad_entry(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for action in [
        AuditAction::GuideCreate,
        AuditAction::GuideSave,
        AuditAction::GuideSubmit,
        AuditAction::GuideApprove,
    ] {
        record(&world, action).await;
    }
    world
        .run("CREATE TABLE kept AS TABLE audit_entries; CREATE TABLE kept_head AS TABLE audit_head")
        .await;
    for (tampering, first_bad) in [
        (
            "UPDATE audit_entries SET action = 'guide.read' WHERE audit_number = 2",
            2,
        ),
        (
            "UPDATE audit_entries SET actor_id = '00000000-0000-0000-0000-000000000002' WHERE audit_number = 1",
            1,
        ),
        (
            "UPDATE audit_entries SET details = '{}' WHERE audit_number = 3",
            3,
        ),
        (
            "UPDATE audit_entries SET subject_id = actor_id WHERE audit_number = 3",
            3,
        ),
        (
            "UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE audit_number = 4",
            4,
        ),
        ("DELETE FROM audit_entries WHERE audit_number = 2", 2),
        ("DELETE FROM audit_entries WHERE audit_number = 4", 4),
        (
            "UPDATE audit_entries e SET action = 'guide.read' WHERE audit_number = 2;
          UPDATE audit_entries e SET hash = audit_entry_hash(e) WHERE audit_number = 2",
            3,
        ),
        ("UPDATE audit_head SET hash = sha256('x')", 4),
    ] {
        world
            .run(format!(
                "SET session_replication_role = replica; {tampering}"
            ))
            .await;
        let report = check_audit(&world.db).await.unwrap();
        assert_eq!(report.first_bad, Some(first_bad), "{tampering}: {report:?}");
        world
            .run("DELETE FROM audit_entries; INSERT INTO audit_entries TABLE kept")
            .await;
        world
            .run("UPDATE audit_head SET hash = (SELECT hash FROM kept_head)")
            .await;
        world.run("SET session_replication_role = origin").await;
        assert_eq!(
            check_audit(&world.db).await.unwrap(),
            whole(4),
            "after {tampering}"
        );
    }
}

#[annai_test]
async fn an_action_is_named_subject_dot_verb(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    record(&world, AuditAction::UserSetRoles).await;
    let insert = |action: &str| {
        format!(
            "INSERT INTO audit_entries (audit_number, action, actor_id, at, previous_hash, hash)
             SELECT 0, '{action}', actor_id, now(), '', '' FROM audit_entries"
        )
    };
    for bad in [
        "",
        "publish",
        "guide.Publish",
        "guide.publish.now",
        "guide publish",
        "guide.publish\n",
    ] {
        assert_eq!(
            world.rule_against(insert(bad)).await,
            "audit_entries_action_check",
            "{bad:?}"
        );
    }
    assert_eq!(
        world
            .rule_against("INSERT INTO audit_head VALUES (false, 0, '')")
            .await,
        "audit_head_only_row_check"
    );
    assert_eq!(check_audit(&world.db).await.unwrap(), whole(1));
}

#[annai_test]
async fn the_log_is_filtered_and_paged_newest_first(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    for action in [
        AuditAction::GuideCreate,
        AuditAction::GuideSave,
        AuditAction::GuideSave,
    ] {
        let mut tx = world.begin(&world.author).await;
        let entry = NewAuditEntry {
            guide_id: Some(saved.guide_id),
            ..entry(action)
        };
        audit::record(&mut tx, entry).await.unwrap();
        tx.commit().await.unwrap();
    }
    record(&world, AuditAction::UserSetProfile).await;
    let numbers = async |filter: AuditFilter, limit: i64| {
        let list = audit::list(&world.db.reader(), &filter, limit)
            .await
            .unwrap();
        list.into_iter()
            .map(|entry| entry.audit_number)
            .collect::<Vec<_>>()
    };
    let none = AuditFilter::default();
    assert_eq!(numbers(none.clone(), 2).await, [4, 3]);
    assert_eq!(
        numbers(
            AuditFilter {
                before: Some(3),
                ..none.clone()
            },
            9
        )
        .await,
        [2, 1]
    );
    let saves = AuditFilter {
        action: Some("guide.save".into()),
        ..none.clone()
    };
    assert_eq!(numbers(saves, 9).await, [3, 2]);
    let of_guide = AuditFilter {
        guide_id: Some(saved.guide_id),
        ..none.clone()
    };
    assert_eq!(numbers(of_guide, 9).await, [3, 2, 1]);
    let of_another = AuditFilter {
        actor_id: Some(world.editor.user_id),
        ..none
    };
    assert_eq!(numbers(of_another, 9).await, Vec::<i64>::new());
}
