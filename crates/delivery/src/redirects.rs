use annai_contract::{Redirect, RedirectList};
use annai_web::{Problem, ProblemDocument};
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::answer::Negotiation;
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::whole_site;

/// Redirects
///
/// Every slug that was public once and no longer is, and every slug that was led to a guide by hand,
/// by slug, for the redirects of a site. No redirect leads to another.
#[utoipa::path(
    get,
    path = "/v1/redirects",
    operation_id = "list_redirects",
    tag = "guides",
    responses(
        (status = 200, description = "The redirects", body = RedirectList, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_redirects(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    whole_site::without_parameters(query.as_deref())?;
    let make = |now: &Snapshot| {
        let data = redirects(now);
        Ok(serde_json::to_vec(&RedirectList { data })?.into())
    };
    let answer = whole_site::answer(&state, "redirects", "application/json", make).await?;
    state.respond(&answer, &negotiation).await
}

fn redirects(now: &Snapshot) -> Vec<Redirect> {
    let mut redirects: Vec<_> = now
        .owners()
        .filter_map(|(from, owner)| {
            let to = now.guide(owner).map(|guide| guide.version.slug.clone());
            (to.as_deref() != Some(from)).then(|| Redirect {
                from: from.to_owned(),
                status: if to.is_some() { 301 } else { 410 },
                to,
                since: now.changes.of_slug(from).and_then(|at| at.published_at),
            })
        })
        .collect();
    redirects.sort_unstable_by(|one, other| one.from.cmp(&other.from));
    redirects
}
