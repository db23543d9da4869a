//! The previous version, running beside this one during an upgrade. It knows the table of
//! deliveries as `webhook_deliveries`.

use annai_storage::webhook_deliveries::{DeliveryResult, DeliveryState};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::{LEASE, claim, log, publish, told};
use crate::world::World;

/// The statements of the previous version, with literal values.
const ADD: &str = "
    INSERT INTO webhook_deliveries (webhook_delivery_id, webhook_endpoint_id, event_id, created_at)
    SELECT gen_random_uuid(), endpoint.webhook_endpoint_id, event_id, now()
      FROM webhook_endpoints endpoint, outbox";
const CLAIM: &str = "
    WITH due AS MATERIALIZED (
        SELECT oldest.webhook_delivery_id
          FROM webhook_endpoints endpoint
         CROSS JOIN LATERAL (
               SELECT webhook_delivery_id FROM webhook_deliveries
                WHERE webhook_endpoint_id = endpoint.webhook_endpoint_id
                  AND state = 'pending' AND due_at <= now()
                ORDER BY due_at, webhook_delivery_id
                LIMIT 1
                  FOR UPDATE SKIP LOCKED) oldest
         WHERE disabled_at IS NULL LIMIT 16)
    UPDATE webhook_deliveries delivery
       SET claim_id = gen_random_uuid(), due_at = now() + make_interval(secs => 30)
      FROM due, outbox
     WHERE delivery.webhook_delivery_id = due.webhook_delivery_id
       AND outbox.event_id = delivery.event_id
    RETURNING delivery.webhook_delivery_id, claim_id";
const RECORD: &str = "
    UPDATE webhook_deliveries
       SET state = 'delivered', due_at = NULL, claim_id = NULL, attempts = attempts + 1,
           last_attempt_at = now(), last_result = 'accepted', last_status = 200, last_answer = ''
     WHERE claim_id IS NOT NULL";
const REDELIVER: &str = "
    INSERT INTO webhook_deliveries
           (webhook_delivery_id, webhook_endpoint_id, event_id, created_at)
    SELECT gen_random_uuid(), webhook_endpoint_id, event_id, now() FROM webhook_deliveries LIMIT 1
        ON CONFLICT (webhook_endpoint_id, event_id) WHERE state = 'pending'
        DO UPDATE SET due_at = CASE WHEN webhook_deliveries.claim_id IS NULL THEN now()
                                    ELSE webhook_deliveries.due_at END
    RETURNING webhook_delivery_id";
const SWEEP: &str = "DELETE FROM webhook_deliveries delivery WHERE state <> 'pending'";

async fn run(conn: &mut PgConnection, sql: &str) -> u64 {
    let sql = AssertSqlSafe(sql.to_owned());
    let done = sqlx::raw_sql(sql).execute(conn).await;
    done.unwrap().rows_affected()
}

#[annai_test]
async fn the_version_before_this_one_claims_records_and_sweeps_the_same_deliveries(
    connect: PgConnectOptions,
) {
    let world = World::new(connect.clone()).await;
    let endpoint = told(&world).await;
    publish(&world).await;
    let mut before = PgConnection::connect_with(&connect).await.unwrap();
    run(&mut before, "SET ROLE annai_app").await;

    assert_eq!(run(&mut before, CLAIM).await, 1);
    assert!(claim(&world, &[], LEASE).await.is_empty(), "it is claimed");
    assert_eq!(run(&mut before, REDELIVER).await, 1, "it still waits");
    assert_eq!(run(&mut before, RECORD).await, 1);
    let delivered = log(&world, endpoint).await.remove(0);
    assert_eq!(delivered.state, DeliveryState::Delivered);
    assert_eq!(delivered.last_result, Some(DeliveryResult::Accepted));
    assert_eq!(run(&mut before, SWEEP).await, 1);
    assert!(log(&world, endpoint).await.is_empty());

    assert_eq!(run(&mut before, ADD).await, 1);
    let added = claim(&world, &[], LEASE).await.remove(0);
    assert_eq!(added.webhook_endpoint_id, endpoint);
}
