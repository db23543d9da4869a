use annai_content::GuideSource;
use annai_domain::{RefName, Slug, cache_tags};
use annai_storage::delivery::{DeliveredParts, DeliveredVersion, Found, find_guide};
use annai_web::{IfNoneMatch, Path, Problem, ProblemDocument, ProblemKind, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};

use crate::answer::{Answer, Caching};
use crate::guide_file::{Form, GuideFile};
use crate::openapi::GuideDocument;
use crate::parameters::{FrontMatter, GuideParameters, NoParameters, SourceParameters};
use crate::representation::{Document, Shape, Stored, reshape};
use crate::snapshot::Snapshot;
use crate::state::DeliveryState;
use crate::trouble::{Broken, broken, storage_problem};

/// What is asked for, read from the path's ending and the query.
#[derive(Debug)]
enum Wanted {
    Json(Shape),
    Markdown(FrontMatter),
    Html,
    Text,
}

/// One guide
///
/// The guide that is published under this slug now. Renamed: 301. No longer published: 410.
/// Unknown and never published are not told apart.
#[utoipa::path(
    get,
    path = "/v1/guides/{slug}",
    operation_id = "get_guide",
    tag = "guides",
    params(("slug" = String, Path, description = "The guide's slug"), GuideParameters),
    responses(
        (status = 200, description = "The guide", body = GuideDocument, content_type = "application/json",
         headers(("ETag" = String, description = "Strong; changes exactly when these bytes change"),
                 ("Content-Ref" = String, description = "The snapshot that answered"),
                 ("Surrogate-Key" = String, description = "What the answer depends on"))),
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
    held: IfNoneMatch,
) -> Result<Response, Problem> {
    get(
        &state,
        None,
        &file,
        query.as_deref().unwrap_or_default(),
        &held,
    )
    .await
}

/// One guide as it was at a ref
///
/// Frozen: the same bytes and the same entity tag as were served then, for ever.
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
        (status = 200, description = "The guide", body = GuideDocument, content_type = "application/json"),
        (status = 301, description = "Published under another slug then", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "Nothing was published under this slug then", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "It was no longer published then, or the ref is not of this database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_at_ref(
    State(state): State<DeliveryState>,
    Path((pinned, file)): Path<(RefName, GuideFile)>,
    RawQuery(query): RawQuery,
    held: IfNoneMatch,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    get(&state, Some(pinned), &file, &query, &held).await
}

async fn get(
    state: &DeliveryState,
    pinned: Option<RefName>,
    file: &GuideFile,
    query: &str,
    held: &IfNoneMatch,
) -> Result<Response, Problem> {
    let wanted = Wanted::read(file.form, query, state)?;
    let snapshot = Snapshot::resolve(state, pinned).await?;
    let found = find_guide(&state.db, snapshot.at(), &file.slug, wanted.parts()).await;
    let version = match found.map_err(|error| storage_problem(&error))? {
        Found::Here(version) => version,
        Found::Moved(slug) => return Err(moved(snapshot, &slug, file.form, query)),
        Found::Gone => return Err(gone()),
        Found::Unknown => return Err(unknown()),
    };
    let answer = answer(snapshot, file, &wanted, *version).map_err(|error| broken(&error))?;
    Ok(answer.respond(held, state.settings))
}

impl Wanted {
    fn read(form: Form, query: &str, state: &DeliveryState) -> Result<Self, Problem> {
        match form {
            Form::Json => {
                let Query(asked) = Query::<GuideParameters>::parse(query)?;
                let GuideParameters {
                    fields,
                    body,
                    include,
                } = asked;
                let shape = Shape::asked(&Shape::USUAL, fields, body, include, &state.schema)?;
                Ok(Self::Json(shape))
            }
            Form::Markdown => {
                let Query(asked) = Query::<SourceParameters>::parse(query)?;
                Ok(Self::Markdown(
                    asked.frontmatter.unwrap_or(FrontMatter::Source),
                ))
            }
            Form::Html => Query::<NoParameters>::parse(query).map(|_| Self::Html),
            Form::Text => Query::<NoParameters>::parse(query).map(|_| Self::Text),
        }
    }

    /// What has to be read for it.
    fn parts(&self) -> DeliveredParts {
        let nothing = DeliveredParts::default();
        match self {
            Self::Json(shape) => shape.parts(),
            Self::Markdown(_) => DeliveredParts {
                source: true,
                ..nothing
            },
            Self::Html => DeliveredParts {
                answer: true,
                ..nothing
            },
            Self::Text => DeliveredParts {
                plain_text: true,
                ..nothing
            },
        }
    }
}

fn answer(
    snapshot: Snapshot,
    file: &GuideFile,
    wanted: &Wanted,
    version: DeliveredVersion,
) -> Result<Answer, Broken> {
    let slug = file.slug.as_str();
    let related = version.related_jobs.iter().map(String::as_str);
    let cache_tags = cache_tags(slug, &version.category, related);
    let last_modified = Some(version.updated_at);
    Ok(Answer {
        bytes: bytes(wanted, version)?,
        media_type: file.form.media_type(),
        caching: if snapshot.frozen {
            Caching::Frozen
        } else {
            Caching::Current
        },
        content_ref: Some(snapshot.name),
        last_modified,
        cache_tags,
        links: links(snapshot, slug, file.form),
        sandboxed: matches!(file.form, Form::Html | Form::Text),
    })
}

fn bytes(wanted: &Wanted, version: DeliveredVersion) -> Result<Bytes, Broken> {
    let document = version.answer.ok_or(Broken::Missing("answer"));
    match wanted {
        Wanted::Json(shape) if *shape == Shape::USUAL => Ok(document?.into()),
        Wanted::Json(shape) => {
            let document = document?;
            let stored = Stored {
                answer: std::str::from_utf8(&document)
                    .map_err(|_| Broken::Missing("answer as text"))?,
                source: version.source.as_deref(),
                plain_text: version.plain_text.as_deref(),
            };
            Ok(reshape(&stored, shape)?.into())
        }
        Wanted::Markdown(front_matter) => {
            let source = version.source.ok_or(Broken::Missing("source"))?;
            match front_matter {
                FrontMatter::Source => Ok(source.into()),
                FrontMatter::None => {
                    let source = GuideSource::parse(source)?;
                    Ok(Bytes::copy_from_slice(source.body().as_bytes()))
                }
            }
        }
        Wanted::Html => {
            let document = document?;
            let text =
                std::str::from_utf8(&document).map_err(|_| Broken::Missing("answer as text"))?;
            Ok(Document::read(text)?.html()?.into())
        }
        Wanted::Text => Ok(version
            .plain_text
            .ok_or(Broken::Missing("plain_text"))?
            .into()),
    }
}

/// The other forms of the guide, and what its document means.
fn links(snapshot: Snapshot, slug: &str, form: Form) -> Vec<String> {
    let prefix = snapshot.prefix();
    match form {
        Form::Json => vec![
            format!("<{prefix}/guides/{slug}.md>; rel=\"alternate\"; type=\"text/markdown\""),
            "</v1/schemas/guide.json>; rel=\"describedby\"".to_owned(),
        ],
        Form::Markdown | Form::Html | Form::Text => vec![format!(
            "<{prefix}/guides/{slug}>; rel=\"alternate\"; type=\"application/json\""
        )],
    }
}

fn moved(snapshot: Snapshot, slug: &Slug, form: Form, query: &str) -> Problem {
    let question = if query.is_empty() { "" } else { "?" };
    let extension = form.extension();
    let target = format!(
        "{}/guides/{slug}{extension}{question}{query}",
        snapshot.prefix()
    );
    let problem = Problem::new(ProblemKind::Moved)
        .with_detail("the guide is published under another slug")
        .with_extension("location", target.as_str());
    match HeaderValue::try_from(target) {
        Ok(location) => problem.with_header(header::LOCATION, location),
        Err(_) => problem,
    }
}

fn gone() -> Problem {
    Problem::new(ProblemKind::Gone).with_detail("the guide is no longer published")
}

/// For slugs that nobody has and for slugs that only drafts have.
pub(crate) fn unknown() -> Problem {
    Problem::not_found().with_detail("no guide is published under this slug")
}
