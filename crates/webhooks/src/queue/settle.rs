use annai_domain::{Actor, AuditAction, wait_after};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::webhook_deliveries::{self, After, ClaimedDelivery, DeliveryResult};
use annai_storage::webhook_endpoints::{self, DisabledReason};
use annai_storage::{Database, StorageError};
use serde_json::json;

use crate::sender::Answered;

/// Saves the result of an attempt, and the time of the next one.
pub(super) async fn settle(database: &Database, delivery: &ClaimedDelivery, answered: &Answered) {
    let result = answered.attempt.result;
    let after = after(delivery, answered, rand::random());
    match write_down(database, delivery, answered, after).await {
        Ok(true) => tracing::info!(
            result = result.as_str(),
            status = answered.attempt.status,
            event_type = %delivery.event_type,
            "a webhook was sent"
        ),
        Ok(false) => tracing::warn!(
            "another node took this webhook over; the result of this attempt was dropped"
        ),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                error,
                "the result of a webhook was not recorded; it is sent again when its lease ends"
            );
        }
    }
}

fn after(delivery: &ClaimedDelivery, answered: &Answered, jitter: f64) -> After {
    match answered.attempt.result {
        DeliveryResult::Accepted => After::Delivered,
        DeliveryResult::Gone => After::Failed,
        DeliveryResult::Refused
        | DeliveryResult::Redirected
        | DeliveryResult::TimedOut
        | DeliveryResult::Unreachable
        | DeliveryResult::NotFound
        | DeliveryResult::NotAllowed => {
            wait_after(delivery.attempts + 1, jitter, answered.retry_after)
                .map_or(After::Failed, After::TryAgain)
        }
    }
}

/// Saves the result, and disables an endpoint that responded 410 in the same transaction. Returns
/// whether the claim still held.
async fn write_down(
    database: &Database,
    delivery: &ClaimedDelivery,
    answered: &Answered,
    after: After,
) -> Result<bool, StorageError> {
    let mut tx = database.begin(Actor::system()).await?;
    let attempt = &answered.attempt;
    if !webhook_deliveries::record_attempt(&mut tx, delivery, attempt, after).await? {
        return Ok(false);
    }
    let endpoint = delivery.webhook_endpoint_id;
    if attempt.result == DeliveryResult::Gone
        && webhook_endpoints::disable(&mut tx, endpoint, DisabledReason::Gone).await?
    {
        let entry = NewAuditEntry {
            action: AuditAction::WebhookDisable,
            guide_id: None,
            subject_id: Some(endpoint.0),
            details: json!({ "reason": DisabledReason::Gone }),
        };
        audit::record(&mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(true)
}
