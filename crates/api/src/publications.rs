use annai_domain::decide;
use annai_domain::{
    AuthorityKind, GuideId, Permission, PublicationAction, Ref, RefName, RevisionId,
};
use annai_storage::ledger::{self, PublicationRecord};
use annai_web::Query;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, answer};
use super::paging;
use super::readable::{readable, require};
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The filter and page of a ledger request.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListPublicationsQuery {
    /// Only entries of this guide.
    #[param(value_type = Option<uuid::Uuid>)]
    guide_id: Option<GuideId>,
    /// Only entries below this ref.
    #[param(value_type = Option<i64>)]
    before: Option<i64>,
    /// The number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
}

/// A page of the ledger, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicationPageView {
    publications: Vec<PublicationView>,
    /// The `before` of the next page; null at the end.
    next_before: Option<i64>,
}

/// One ledger entry.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicationView {
    /// Its ref, such as `142-5b1f0c9a`.
    #[serde(rename = "ref")]
    publication_ref: String,
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    action: PublicationAction,
    slug: String,
    title: String,
    /// Null for a tombstone.
    #[schema(value_type = Option<uuid::Uuid>)]
    revision_id: Option<RevisionId>,
    revision_number: Option<i32>,
    /// `review`, `break_glass`, `import`, `rollback`, `role` or `system`.
    authority: AuthorityKind,
    break_glass_reason: Option<String>,
    /// The ref that a rollback restored.
    #[schema(value_type = Option<String>)]
    restored_ref: Option<RefName>,
    published_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
}

impl From<PublicationRecord> for PublicationView {
    fn from(record: PublicationRecord) -> Self {
        Self {
            publication_ref: record.publication_ref.to_string(),
            guide_id: record.guide_id,
            action: record.action,
            slug: record.slug,
            title: record.title,
            revision_id: record.revision_id,
            revision_number: record.revision_number,
            authority: record.authority,
            break_glass_reason: record.break_glass_reason,
            restored_ref: record.restored_ref,
            published_by_name: record.published_by_name,
            published_at: record.published_at,
        }
    }
}

/// Lists the ledger: each publication and tombstone, with its authority.
#[utoipa::path(get, path = "/api/v1/publications", operation_id = "list_publications",
    tag = "publications", params(ListPublicationsQuery),
    responses((status = 200, body = PublicationPageView)))]
pub(super) async fn list_publications(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Query(query): Query<ListPublicationsQuery>,
) -> Result<Response, ApiError> {
    let actor = &signed_in.actor;
    match query.guide_id {
        Some(guide_id) => {
            readable(&state, actor, guide_id).await?;
        }
        None => require(actor, Permission::ReadGuide)?,
    }
    let scope = decide::list_guides(actor)?;
    let limit = paging::limit(query.limit)?;
    let before = match query.before {
        Some(number) => {
            Some(Ref::new(number).ok_or_else(|| ApiError::parameter("before", "0 or more"))?)
        }
        None => None,
    };
    let db = state.database.reader();
    let records = ledger::list(&db, scope, query.guide_id, before, limit).await?;
    let last = records
        .last()
        .map(|record| record.publication_ref.number.get());
    let is_full = i64::try_from(records.len()).is_ok_and(|count| count == limit);
    answer(&PublicationPageView {
        publications: records.into_iter().map(PublicationView::from).collect(),
        next_before: last.filter(|number| is_full && *number > 1),
    })
}
