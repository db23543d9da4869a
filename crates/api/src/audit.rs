use annai_domain::{AuditAction, GuideId, Permission, UserId};
use annai_storage::audit::{self, AuditFilter, AuditRecord};
use annai_web::Query;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, answer};
use super::paging;
use super::readable::require;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The filter and page of an audit log request.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListAuditQuery {
    /// Only this action, such as `guide.publish`.
    action: Option<String>,
    /// Only by this person.
    #[param(value_type = Option<uuid::Uuid>)]
    actor_id: Option<UserId>,
    /// Only about this guide.
    #[param(value_type = Option<uuid::Uuid>)]
    guide_id: Option<GuideId>,
    /// Only entries below this number.
    before: Option<i64>,
    /// The number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
}

/// A page of the audit log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditPageView {
    entries: Vec<AuditEntryView>,
    /// The `before` of the next page; null at the end.
    next_before: Option<i64>,
}

/// One audit entry.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditEntryView {
    audit_number: i64,
    #[schema(schema_with = action)]
    action: String,
    #[schema(value_type = uuid::Uuid)]
    actor_id: UserId,
    actor_name: String,
    #[schema(value_type = Option<uuid::Uuid>)]
    guide_id: Option<GuideId>,
    guide_title: String,
    /// The subject: a revision, review, user or key.
    subject_id: Option<uuid::Uuid>,
    #[schema(value_type = Object)]
    details: serde_json::Value,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Describes an action of the audit log, which is an open set.
fn action() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(
            "The known actions are examples. A newer node may write others.",
        ))
        .examples(AuditAction::WORDS)
        .build()
}

impl From<AuditRecord> for AuditEntryView {
    fn from(record: AuditRecord) -> Self {
        Self {
            audit_number: record.audit_number,
            action: record.action,
            actor_id: record.actor_id,
            actor_name: record.actor_name,
            guide_id: record.guide_id,
            guide_title: record.guide_title,
            subject_id: record.subject_id,
            details: record.details,
            at: record.at,
        }
    }
}

/// Lists audit entries.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit_entries", tag = "audit",
    params(ListAuditQuery),
    responses((status = 200, body = AuditPageView)))]
pub(super) async fn list_audit_entries(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Query(query): Query<ListAuditQuery>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::Administer)?;
    let limit = paging::limit(query.limit)?;
    let filter = AuditFilter {
        action: query.action,
        actor_id: query.actor_id,
        guide_id: query.guide_id,
        before: query.before,
    };
    let records = audit::list(&state.database.reader(), &filter, limit).await?;
    let last = records.last().map(|record| record.audit_number);
    let is_full = i64::try_from(records.len()).is_ok_and(|count| count == limit);
    answer(&AuditPageView {
        entries: records.into_iter().map(AuditEntryView::from).collect(),
        next_before: last.filter(|number| is_full && *number > 1),
    })
}
