//! The rights of the two roles.

use std::collections::BTreeSet;

use annai_storage::health::rights;
use annai_storage::published_versions::find_public_source;
use annai_test_macros::annai_test;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::world::World;

async fn relations(world: &mut World) -> Vec<String> {
    let list = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
                   AND relkind IN ('r', 'v', 'm', 'p') ORDER BY 1";
    let rows = sqlx::raw_sql(list)
        .fetch_all(&mut world.owner)
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn as_role(world: &World, role: &str) -> PgConnection {
    let mut conn = PgConnection::connect_with(&world.connect).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("SET ROLE {role}")))
        .execute(&mut conn)
        .await
        .unwrap();
    conn
}

async fn is_denied(conn: &mut PgConnection, sql: String) -> bool {
    let result = sqlx::raw_sql(AssertSqlSafe(sql.clone()))
        .execute(conn)
        .await;
    match result {
        Ok(_) => false,
        Err(error) => {
            let code = error
                .as_database_error()
                .and_then(|error| error.code().map(String::from));
            assert_eq!(code.as_deref(), Some("42501"), "{sql}: {error}");
            true
        }
    }
}

#[annai_test]
async fn delivery_can_select_what_is_published_and_nothing_else(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let mut delivery = as_role(&world, "annai_delivery").await;
    let mut readable = BTreeSet::new();
    for relation in relations(&mut world).await {
        if !is_denied(&mut delivery, format!("SELECT * FROM {relation}")).await {
            readable.insert(relation);
        }
    }
    let expected = [
        "delivery_api_keys",
        "delivery_genesis",
        "delivery_ledger",
        "delivery_slugs",
        "published_versions",
    ];
    assert_eq!(readable, BTreeSet::from(expected.map(String::from)));
    assert_eq!(misfits(&world).await, EXACT);
    world
        .run("GRANT SELECT ON revisions TO annai_delivery")
        .await;
    let leak = misfits(&world).await;
    assert_eq!(leak[1], (vec![], owned(&["SELECT ON revisions"])));
}

/// The rights that each side lacks, and those that it has beyond its role.
type Misfits = [(Vec<String>, Vec<String>); 2];

/// Both sides with exactly the rights of their roles.
const EXACT: Misfits = [const { (Vec::new(), Vec::new()) }; 2];

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

async fn misfits(world: &World) -> Misfits {
    let sides = rights(&world.db).await.unwrap();
    sides.map(|side| (side.missing, side.excess))
}

#[annai_test]
async fn every_right_too_few_or_too_many_is_named(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for (change, lacks, has) in [
        (
            "REVOKE DELETE ON slugs FROM annai_app",
            &["DELETE ON slugs"][..],
            &[][..],
        ),
        (
            "REVOKE UPDATE (to_ref) ON published_versions FROM annai_app",
            &["UPDATE (to_ref) ON published_versions"][..],
            &[][..],
        ),
        (
            "REVOKE SELECT ON threads FROM annai_app",
            &["SELECT ON threads"][..],
            &[][..],
        ),
        (
            "GRANT UPDATE (source) ON contents TO annai_app",
            &[][..],
            &["UPDATE (source) ON contents"][..],
        ),
        (
            "GRANT DELETE, TRUNCATE, REFERENCES, TRIGGER ON publications TO annai_app",
            &[][..],
            &[
                "DELETE ON publications",
                "REFERENCES ON publications",
                "TRIGGER ON publications",
                "TRUNCATE ON publications",
            ][..],
        ),
        // The whole relation is more than some of its columns.
        (
            "GRANT UPDATE ON guides TO annai_app",
            &[][..],
            &["UPDATE ON guides"][..],
        ),
        (
            "GRANT CREATE ON SCHEMA public TO annai_app",
            &[][..],
            &["CREATE ON SCHEMA public"][..],
        ),
    ] {
        world.run(change).await;
        let [app, delivery] = misfits(&world).await;
        assert_eq!((app.0, app.1), (owned(lacks), owned(has)), "{change}");
        assert_eq!(delivery, (vec![], vec![]), "{change}");
        // A REVOKE of the whole relation takes the columns along.
        let undo = change.replace("GRANT", "REVOKE").replace(" TO ", " FROM ");
        world.run(format!("{undo}; CALL grant_roles()")).await;
        assert_eq!(misfits(&world).await, EXACT, "{undo}");
    }
}

#[annai_test]
async fn delivery_can_write_nothing(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let writable = world
        .row(
            "SELECT COALESCE(string_agg(relname, ' '), '') FROM pg_class
              WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
                AND (has_table_privilege('annai_delivery', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                     OR has_any_column_privilege('annai_delivery', oid, 'INSERT, UPDATE'))",
        )
        .await;
    assert_eq!(writable.get::<String, _>(0), "");
    let mut delivery = as_role(&world, "annai_delivery").await;
    assert!(is_denied(&mut delivery, "CALL grant_roles()".to_owned()).await);
}

#[annai_test]
async fn delivery_sees_no_drafts_reviewers_or_reasons(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let columns = "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, ordinal_position)
                     FROM information_schema.columns WHERE table_name LIKE 'delivery\\_%'";
    let columns: String = world.row(columns).await.get(0);
    assert_eq!(
        columns,
        "delivery_api_keys.api_key_id delivery_api_keys.scope delivery_api_keys.key_hash \
         delivery_api_keys.expires_at delivery_genesis.hash delivery_ledger.ref delivery_ledger.guide_id \
         delivery_ledger.action delivery_ledger.slug delivery_ledger.published_at delivery_ledger.hash \
         delivery_slugs.slug delivery_slugs.guide_id delivery_slugs.first_public_ref"
    );
    let published = world.guide("public_one").await;
    world.publish(published, "public_one").await;
    let draft = world.guide("secret_draft").await;
    let slugs: String = world
        .row("SELECT string_agg(slug, ' ') FROM delivery_slugs")
        .await
        .get(0);
    assert_eq!(slugs, "public_one");
    let source = find_public_source(&world.db.reader(), draft.guide_id)
        .await
        .unwrap();
    assert_eq!(source, None);
}

#[annai_test]
async fn the_program_changes_only_the_columns_that_have_to_change(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let granted = world
        .row(
            "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
                 SELECT relname || ' ' || COALESCE(string_agg(attname, ' ' ORDER BY attnum), '') AS line
                   FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
                  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                    AND has_column_privilege('annai_app', pg_class.oid, attnum, 'UPDATE')
                  GROUP BY relname) AS lines",
        )
        .await;
    let expected = "api_keys name last_used_at revoked_at
guides owner_id path archived_at
idempotency_keys user_id key operation request_hash status answer created_at
nodes served_ref last_beat_at
outbox_deliveries state due_at claim_id attempts last_attempt_at last_result last_status last_answer
preview_links revoked_at
published_versions to_ref
reviews state closed_at
revision_names name named_by named_at
sessions session_hash user_id session_epoch data user_agent created_at last_seen_at reauthenticated_at expires_at
sign_in_failures failures at
slugs claimed_at
user_tokens used_at
users email display_name password_hash roles locale session_epoch disabled_at
webhook_endpoints name url event_types secret previous_secret previous_secret_until disabled_at disabled_reason kind window_seconds
working_copies guide_id user_id base_revision_id source client_sequence updated_at window_id";
    assert_eq!(granted.get::<String, _>(0), expected);
    let deletes = world
        .row(
            "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
              WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                AND has_table_privilege('annai_app', oid, 'DELETE, TRUNCATE')",
        )
        .await;
    assert_eq!(
        deletes.get::<String, _>(0),
        "idempotency_keys nodes outbox outbox_deliveries revision_names sessions sign_in_failures slugs working_copies"
    );
}
