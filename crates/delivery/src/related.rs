use std::sync::Arc;

use annai_contract::{Card, Included, Related, RelatedDocument, RelatedLinks};
use annai_domain::{Encoding, RefName, Slug, cache_tag};
use annai_storage::delivery::{ListFilters, ListSort, Part};
use annai_web::{Path, Problem, ProblemDocument, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;

use crate::answer::{Answer, Entity, Negotiation};
use crate::error::{Broken, broken};
use crate::guide::{gone, moved, unknown};
use crate::header_values::joined;
use crate::parameters::FormParameters;
use crate::representation::Document;
use crate::site::{Guide, Lookup};
use crate::state::DeliveryState;
use crate::view::View;

/// The guides around one guide
///
/// The current cards of the guides that it names as related, and of the guides that name it.
#[utoipa::path(
    get,
    path = "/v1/guides/{slug}/related",
    operation_id = "get_related_guides",
    tag = "guides",
    params(
        ("slug" = String, Path, description = "The guide's slug"),
        ("min_ref" = Option<String>, Query, pattern = "^[0-9]+-[0-9a-f]{8}$", description = "The oldest acceptable ref, such as the one of a publication: the request waits up to 5 s until the node has reached it")
    ),
    responses(
        (status = 200, description = "The cards", body = RelatedDocument, content_type = "application/json"),
        (status = 301, description = "Published under another slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "Nothing is published under this slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "It is no longer published", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_current(
    State(state): State<DeliveryState>,
    Path(slug): Path<Slug>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    get(
        &state,
        None,
        &slug,
        query.as_deref().unwrap_or_default(),
        &negotiation,
    )
    .await
}

/// The guides around one guide at a ref
///
/// Frozen: the bytes and the entity tag of that time, for ever.
#[utoipa::path(
    get,
    path = "/v1/@{ref}/guides/{slug}/related",
    operation_id = "get_related_guides_at_ref",
    tag = "guides",
    params(
        ("ref" = String, Path, description = "The ref"),
        ("slug" = String, Path, description = "The guide's slug"),
        ("min_ref" = Option<String>, Query, pattern = "^[0-9]+-[0-9a-f]{8}$", description = "Not newer than the ref of the address")
    ),
    responses(
        (status = 200, description = "The cards", body = RelatedDocument, content_type = "application/json"),
        (status = 301, description = "Published under another slug then", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "Nothing was published under this slug then", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "It was no longer published then, or the ref does not belong to this database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_at_ref(
    State(state): State<DeliveryState>,
    Path((pinned, slug)): Path<(RefName, Slug)>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    let query = query.as_deref().unwrap_or_default();
    get(&state, Some(pinned), &slug, query, &negotiation).await
}

async fn get(
    state: &DeliveryState,
    pinned: Option<RefName>,
    slug: &Slug,
    query: &str,
    negotiation: &Negotiation,
) -> Result<Response, Problem> {
    let Query(FormParameters { min_ref }) = Query::parse(query)?;
    let view = View::resolve(state, pinned, min_ref).await?;
    let guide = match view.find(state, slug).await? {
        Lookup::Here(guide) => guide,
        Lookup::Moved(slug) => return Err(moved(&view, &format!("{slug}/related"), query)),
        Lookup::Gone => return Err(gone()),
        Lookup::Unknown => return Err(unknown()),
    };
    let incoming = incoming(state, &view, &guide).await;
    let incoming = incoming.map_err(|error| broken(&error))?;
    let key = format!("related {} {slug}", view.name());
    let document = || compose(state, &guide, &incoming);
    let composed = state.site.composed().get(key, document).await;
    let keys = surrogate_keys(&guide, &incoming);
    let answer = Answer {
        content_ref: view.content_ref(),
        surrogate_key: joined(&keys, " "),
        cache_tag: joined(&keys, ","),
        ..Answer::plain(
            Entity::Composed(composed.map_err(|error| broken(&error))?),
            "application/json",
            view.caching(),
        )
    };
    state.respond(&answer, negotiation).await
}

/// Lists the guides that name `guide` as related, by slug.
async fn incoming(
    state: &DeliveryState,
    view: &View,
    guide: &Guide,
) -> Result<Vec<Arc<Guide>>, Broken> {
    let filters = ListFilters {
        links_to: Some(guide.version.slug.clone()),
        ..ListFilters::default()
    };
    let all = (ListSort::Slug, None, u32::MAX);
    let mut incoming = view.list(state, &filters, all).await?;
    // A guide that names itself has no card of itself.
    incoming.retain(|other| other.version.guide_id != guide.version.guide_id);
    Ok(incoming)
}

/// Returns the keys of `guide` and of the guides that name it. Adds `guides`, because any guide may
/// begin to name it.
fn surrogate_keys(guide: &Guide, incoming: &[Arc<Guide>]) -> Vec<String> {
    let own = guide
        .surrogate_key
        .as_ref()
        .and_then(|keys| keys.to_str().ok());
    let own = own
        .into_iter()
        .flat_map(|keys| keys.split(' '))
        .map(str::to_owned);
    let mut keys: Vec<String> = own.collect();
    for other in incoming.iter().take(NAMED_REFERRERS) {
        let key = cache_tag("guide", &other.version.slug);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.push("guides".to_owned());
    keys
}

/// The most referrers with keys of their own. The key `guides` covers the others, and a header must
/// stay short.
const NAMED_REFERRERS: usize = 50;

async fn compose(
    state: &DeliveryState,
    guide: &Guide,
    incoming: &[Arc<Guide>],
) -> Result<Bytes, Broken> {
    let bodies = state.site.bodies();
    let answer = bodies.get(guide, Part::Answer(Encoding::Identity)).await?;
    let answer = std::str::from_utf8(&answer).map_err(|_| Broken::Missing("answer as text"))?;
    let included = Document::read(answer)?.included();
    let included = included.ok_or(Broken::Missing("answer.included"))?;
    let included: Included = serde_json::from_str(included.get())?;
    let slug = &guide.version.slug;
    let document = RelatedDocument {
        data: Related {
            outgoing: included.related,
            outgoing_unresolved: included.related_unresolved,
            incoming: incoming.iter().map(|other| card(other)).collect(),
        },
        links: RelatedLinks {
            own: format!("/v1/guides/{slug}/related"),
            guide: format!("/v1/guides/{slug}"),
        },
    };
    Ok(serde_json::to_vec(&document)?.into())
}

/// Returns the card of a guide as publishing writes it.
fn card(guide: &Guide) -> Card {
    let version = &guide.version;
    Card {
        slug: version.slug.clone(),
        title: version.title.clone(),
        category: version.category.clone(),
        thumbnail: version.image.clone(),
        meta_description: version.summary.clone(),
    }
}
