use std::sync::Arc;

use annai_content::{GuideSource, in_dialect, with_addresses};
use annai_contract::SelectedGuideDocument;
use annai_domain::RefName;
use annai_storage::delivery::Part;
use annai_web::{GuideFile, GuideForm, Path, Problem, ProblemDocument, ProblemKind, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};

use crate::answer::{Answer, Entity, Negotiation};
use crate::error::{Broken, broken};
use crate::guide_page::page;
use crate::header_values::joined;
use crate::parameters::{
    BodyParts, FormParameters, FrontMatter, GuideParameters, HtmlParameters, SourceParameters,
    Stylesheet,
};
use crate::representation::{Document, Parts, Shape, reshape};
use crate::site::{Guide, Lookup, links};
use crate::state::DeliveryState;
use crate::view::View;

/// A request for a guide, read from the ending of the path and the query.
#[derive(Debug)]
enum GuideRequest {
    Json(Shape),
    Markdown(FrontMatter),
    Html(Option<Stylesheet>),
    Text,
}

/// One guide
///
/// The guide that is published under this slug. The response is 301 after a renaming, 410 after an
/// unpublication, and 404 for a slug that is unknown or was never published.
#[utoipa::path(
    get,
    path = "/v1/guides/{slug}",
    operation_id = "get_guide",
    tag = "guides",
    params(("slug" = String, Path, description = "The guide's slug"), GuideParameters),
    responses(
        (status = 200, description = "The guide", body = SelectedGuideDocument, content_type = "application/json",
         headers(("ETag" = String, description = "Strong; changes exactly when these bytes change"),
                 ("Content-Ref" = String, description = "The ref of the snapshot that answered"),
                 ("Surrogate-Key" = String, description = "The surrogate keys of the response"))),
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
    Path(file): Path<GuideFile>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    get(&state, None, &file, &query, &negotiation).await
}

/// One guide as it was at a ref
///
/// Frozen: the bytes and the entity tag of that time, for ever.
#[utoipa::path(
    get,
    path = "/v1/@{ref}/guides/{slug}",
    operation_id = "get_guide_at_ref",
    tag = "guides",
    params(
        ("ref" = String, Path, description = "The ref"),
        ("slug" = String, Path, description = "The guide's slug"),
        GuideParameters
    ),
    responses(
        (status = 200, description = "The guide", body = SelectedGuideDocument, content_type = "application/json"),
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
    Path((pinned, file)): Path<(RefName, GuideFile)>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    get(&state, Some(pinned), &file, &query, &negotiation).await
}

/// Answers either request.
pub(crate) async fn get(
    state: &DeliveryState,
    pinned: Option<RefName>,
    file: &GuideFile,
    query: &str,
    negotiation: &Negotiation,
) -> Result<Response, Problem> {
    let (request, min_ref) = GuideRequest::read(file.form, query, state)?;
    let view = View::resolve(state, pinned, min_ref).await?;
    let guide = match view.find(state, &file.slug).await? {
        Lookup::Here(guide) => guide,
        Lookup::Moved(slug) => {
            let file = format!("{slug}{}", file.form.extension());
            return Err(moved(&view, &file, query));
        }
        Lookup::Gone => return Err(gone()),
        Lookup::Unknown => return Err(unknown()),
    };
    let entity = request.entity(state, &view, &guide).await;
    let answer = Answer {
        entity: entity.map_err(|error| broken(&error))?,
        media_type: file.form.media_type(),
        caching: view.caching(),
        content_ref: view.content_ref(),
        surrogate_key: guide.surrogate_key.clone(),
        cache_tag: guide.cache_tag.clone(),
        link: link(&view, &guide, file.form),
        sandboxed: matches!(file.form, GuideForm::Html | GuideForm::Text),
    };
    state.respond(&answer, negotiation).await
}

impl GuideRequest {
    /// Reads the request, and the oldest ref that may answer it.
    fn read(
        form: GuideForm,
        query: &str,
        state: &DeliveryState,
    ) -> Result<(Self, Option<RefName>), Problem> {
        match form {
            GuideForm::Json => {
                let Query(parameters) = Query::<GuideParameters>::parse(query)?;
                let shape = Shape::read(
                    &Shape::USUAL,
                    parameters.fields,
                    parameters.body,
                    parameters.include,
                    &state.schema,
                )?;
                Ok((Self::Json(shape), parameters.min_ref))
            }
            GuideForm::Markdown => {
                let Query(parameters) = Query::<SourceParameters>::parse(query)?;
                let front_matter = parameters.frontmatter.unwrap_or(FrontMatter::Source);
                Ok((Self::Markdown(front_matter), parameters.min_ref))
            }
            GuideForm::Html => {
                let Query(parameters) = Query::<HtmlParameters>::parse(query)?;
                Ok((Self::Html(parameters.stylesheet), parameters.min_ref))
            }
            GuideForm::Text => {
                let Query(parameters) = Query::<FormParameters>::parse(query)?;
                Ok((Self::Text, parameters.min_ref))
            }
        }
    }

    /// Returns the published bytes, or bytes composed of them once.
    async fn entity(
        &self,
        state: &DeliveryState,
        view: &View,
        guide: &Arc<Guide>,
    ) -> Result<Entity, Broken> {
        if matches!(self, Self::Json(shape) if *shape == Shape::USUAL) {
            return Ok(Entity::Published(Arc::clone(guide)));
        }
        let version = &guide.version;
        let key = format!("guide {} {} {self:?}", version.guide_id, version.from_ref);
        let compose = || self.compose(state, view, guide);
        let composed = state.site.composed().get(key, compose).await;
        composed.map(Entity::Composed)
    }

    async fn compose(
        &self,
        state: &DeliveryState,
        view: &View,
        guide: &Guide,
    ) -> Result<Bytes, Broken> {
        let bodies = state.site.bodies();
        match self {
            Self::Json(shape) => {
                let parts = Parts::load(bodies, guide, shape.body).await?;
                Ok(reshape(&parts.stored()?, shape, guide.version.updated_at)?.into())
            }
            Self::Markdown(FrontMatter::Source) => Ok(bodies.get(guide, Part::Source).await?),
            Self::Markdown(front_matter) => {
                let source = bodies.get(guide, Part::Source).await?;
                let source = GuideSource::parse(source.to_vec())?;
                let addresses = view.addresses(state, &source).await?;
                let body = with_addresses(source.body(), &addresses);
                Ok(match front_matter.dialect() {
                    Some(dialect) => in_dialect(&source, dialect, &body).into(),
                    None => Bytes::copy_from_slice(body.as_bytes()),
                })
            }
            Self::Html(stylesheet) => {
                let parts = Parts::load(bodies, guide, BodyParts::NONE).await?;
                let document = Document::read(parts.stored()?.answer)?;
                let html = document.html()?;
                Ok(match stylesheet {
                    None => html.into(),
                    Some(Stylesheet::Link) => page(&document.title(&state.schema), &html).into(),
                })
            }
            Self::Text => Ok(bodies.get(guide, Part::PlainText).await?),
        }
    }
}

/// Returns the `Link` to the other forms of the guide and to its schema.
fn link(view: &View, guide: &Guide, form: GuideForm) -> Option<HeaderValue> {
    let slug = &guide.version.slug;
    match form {
        GuideForm::Json if !view.frozen => guide.link.clone(),
        GuideForm::Json => joined(&links(&view.prefix(), slug), ", "),
        GuideForm::Markdown | GuideForm::Html | GuideForm::Text => {
            let prefix = view.prefix();
            let document =
                format!("<{prefix}/guides/{slug}>; rel=\"alternate\"; type=\"application/json\"");
            HeaderValue::try_from(document).ok()
        }
    }
}

/// Returns the problem for a guide that is published under another slug. `rest` is the part of its
/// address behind `…/guides/`.
pub(crate) fn moved(view: &View, rest: &str, query: &str) -> Problem {
    let question = if query.is_empty() { "" } else { "?" };
    let target = format!("{}/guides/{rest}{question}{query}", view.prefix());
    let problem = Problem::new(ProblemKind::Moved)
        .with_detail("the guide is published under another slug")
        .with_extension("location", target.as_str());
    match HeaderValue::try_from(target) {
        Ok(location) => problem.with_header(header::LOCATION, location),
        Err(_) => problem,
    }
}

/// Returns the problem for a guide that was public once.
pub(crate) fn gone() -> Problem {
    Problem::new(ProblemKind::Gone).with_detail("the guide is no longer published")
}

/// Returns the problem for a slug that no guide has, or only a draft.
pub(crate) fn unknown() -> Problem {
    Problem::not_found().with_detail("no guide is published under this slug")
}
