use std::sync::Arc;

use annai_contract::{ExportEnd, ExportLine};
use annai_storage::delivery::ListSort;
use annai_web::{ClientAddress, Problem, ProblemDocument};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::answer::{Answer, Caching, Entity, Negotiation, Written};
use crate::error::{Broken, not_loaded};
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::whole_site;
use crate::writing::{self, Out, Stopped};

/// The number of guides per query.
const BATCH: usize = 8;

/// All published guides
///
/// One guide's document on each line, by slug, all from one snapshot. The last line is
/// `{"end": true, "ref": …, "count": …}`; without it the response was cut short.
#[utoipa::path(
    get,
    path = "/v1/export.ndjson",
    operation_id = "export_guides",
    tag = "guides",
    responses(
        (status = 200, description = "A line for each guide, and one for the end", body = ExportLine, content_type = "application/x-ndjson"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export_guides(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    client: Option<Extension<ClientAddress>>,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    whole_site::without_parameters(query.as_deref())?;
    let now = state.site.now().ok_or_else(not_loaded)?;
    let content_ref = Some(now.content_ref.clone());
    let name = format!("export {}", now.position.name);
    let network = client.map(|Extension(client)| client.network());
    let written = Written::new(&name, state.writers.clone(), network, {
        let state = state.clone();
        move |permit| {
            let (state, now) = (state.clone(), Arc::clone(&now));
            writing::body(async move |out| {
                let _held = permit;
                write(&state, &now, out).await
            })
        }
    });
    let entity = Entity::Written(written);
    let answer = Answer {
        content_ref,
        ..Answer::plain(entity, "application/x-ndjson", Caching::Current)
    };
    let answer = answer.tagged(annai_domain::LISTS_TAG);
    state.respond(&answer, &negotiation).await
}

async fn write(state: &DeliveryState, snapshot: &Snapshot, out: Out) -> Result<(), Stopped> {
    let guides = snapshot.in_order(ListSort::Slug);
    for guides in guides.chunks(BATCH) {
        let documents = state.site.bodies().documents(guides).await;
        let mut lines = Vec::new();
        for document in documents.map_err(Broken::from)? {
            lines.extend_from_slice(&document);
            lines.push(b'\n');
        }
        out.send(lines).await?;
    }
    let end = ExportLine::End(ExportEnd::new(snapshot.position.name, guides.len()));
    let mut line = serde_json::to_vec(&end).map_err(Broken::from)?;
    line.push(b'\n');
    out.send(line).await
}
