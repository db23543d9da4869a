use annai_domain::decide::{self, Refusal, guide_status};
use annai_domain::{
    ContentHash, GuideFacts, GuideId, GuideStatus, Judgement, ReviewId, ReviewState, RevisionId,
    UserId, VisibilityKind, Work, judgement, limits, work,
};
use annai_editorial::{NewGuide, SavedRevision, create_guide as create};
use annai_storage::guide_list::{
    self, GuideListFilter, GuideListItem, GuideListOrder, GuideListStretch,
};
use annai_storage::revisions;
use annai_web::{IfMatch, Json, Path, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer, tagged_answer};
use super::readable::readable;
use super::text::text;
use super::{nothing::NoParameters, paging};
use annai_desk::{DeskState, ShorterSearch};
use annai_identity::SignedIn;

/// The filter, order and page of a list of guides.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListGuidesQuery {
    /// Words, separated by blanks, that the newest text contains: in title, slug, tags, keywords,
    /// headings or body. At most 200 characters and 10 words. 全角・半角, かな・カナ, case, dashes and
    /// variants of kanji do not matter.
    q: Option<String>,
    /// Only guides with this status. Archived guides are listed only under `archived`.
    status: Option<GuideStatus>,
    /// Only this category.
    category: Option<String>,
    /// Only guides with this tag.
    tag: Option<String>,
    /// Only guides of this person.
    #[param(value_type = Option<uuid::Uuid>)]
    owner_id: Option<UserId>,
    /// The order; last saved first by default.
    #[serde(default)]
    sort: ListGuidesSort,
    /// The number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// The number of guides to skip.
    offset: Option<i64>,
}

/// The orders of the list of guides.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ListGuidesSort {
    /// Last saved first.
    #[default]
    Updated,
    /// By title.
    Title,
    /// By slug.
    Slug,
}

/// A page of guides.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GuidePageView {
    /// The guides of this page, in the requested order.
    guides: Vec<GuideItemView>,
    /// The exact number of guides on all pages; null where it is not known. Then some guides may
    /// have all parts of a long word but not the word.
    total: Option<i64>,
    /// Searches with one word fewer that find guides. Empty where this one finds some.
    shorter: Vec<ShorterView>,
}

/// A search with one word fewer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShorterView {
    /// The word left out, as it was typed.
    without: String,
    /// The other words, as a value of `q`. The filters of the search apply to it too.
    q: String,
    /// The exact number of guides found; null where it is not known.
    total: Option<i64>,
}

impl From<ShorterSearch> for ShorterView {
    fn from(shorter: ShorterSearch) -> Self {
        Self {
            without: shorter.without,
            q: shorter.text,
            total: shorter.total,
        }
    }
}

/// One guide in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GuideItemView {
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    /// The newest text's title; empty where it has none.
    title: String,
    /// The newest text's slug; empty where it has none.
    slug: String,
    /// The newest text's category; empty where it has none.
    category: String,
    status: GuideStatus,
    #[schema(value_type = uuid::Uuid)]
    owner_id: UserId,
    owner_name: String,
    #[schema(value_type = uuid::Uuid)]
    latest_revision_id: RevisionId,
    latest_revision_number: i32,
    updated_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// When the public revision became public.
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
}

impl From<GuideListItem> for GuideItemView {
    fn from(item: GuideListItem) -> Self {
        Self {
            guide_id: item.guide_id,
            title: item.title,
            slug: item.slug,
            category: item.category,
            status: item.status,
            owner_id: item.owner_id,
            owner_name: item.owner_name,
            latest_revision_id: item.latest_revision_id,
            latest_revision_number: item.latest_revision_number,
            updated_by_name: item.updated_by_name,
            updated_at: item.updated_at,
            published_at: item.published_at,
        }
    }
}

/// A guide: its newest text, its review, its public revision.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GuideView {
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    #[schema(value_type = uuid::Uuid)]
    owner_id: UserId,
    /// The status in lists, derived from the other fields.
    status: GuideStatus,
    is_archived: bool,
    latest: RevisionPointer,
    /// The newest text, byte for byte.
    source: String,
    visibility: VisibilityKind,
    /// The public revision; null when nothing is public.
    public: Option<PublicView>,
    /// Whether the newest text is the public one.
    work: Work,
    /// The judgement of the newest text.
    judgement: Judgement,
    /// The live review; it may be of an older revision.
    review: Option<LiveReviewView>,
}

/// One revision: its id, its number and its content hash.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RevisionPointer {
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    revision_number: i32,
    #[schema(value_type = String)]
    content_hash: ContentHash,
}

/// The public revision.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicView {
    /// The ledger entry that made it public.
    #[serde(rename = "ref")]
    publication_ref: i64,
    slug: String,
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    revision_number: i32,
    #[schema(value_type = String)]
    content_hash: ContentHash,
}

/// The live review of a guide.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LiveReviewView {
    #[schema(value_type = uuid::Uuid)]
    review_id: ReviewId,
    /// The revision under review.
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    #[schema(value_type = String)]
    content_hash: ContentHash,
    state: ReviewState,
    #[schema(value_type = uuid::Uuid)]
    submitted_by: UserId,
}

impl GuideView {
    fn new(facts: &GuideFacts, source: Vec<u8>) -> Self {
        let latest = &facts.latest;
        let public = facts.visibility.public();
        Self {
            guide_id: facts.guide_id,
            owner_id: facts.owner_id,
            status: guide_status(facts),
            is_archived: facts.archived,
            latest: RevisionPointer {
                revision_id: latest.revision_id,
                revision_number: latest.revision_number,
                content_hash: latest.content_hash,
            },
            source: text(source),
            visibility: facts.visibility.kind(),
            work: work(
                latest.content_hash,
                public.map(|public| public.content_hash),
            ),
            judgement: judgement(latest.content_hash, facts.review.as_ref()),
            public: public.map(|public| PublicView {
                publication_ref: public.publication_ref.get(),
                slug: public.slug.to_string(),
                revision_id: public.revision_id,
                revision_number: public.revision_number,
                content_hash: public.content_hash,
            }),
            review: facts.review.as_ref().map(|review| LiveReviewView {
                review_id: review.review_id,
                revision_id: review.revision_id,
                content_hash: review.content_hash,
                state: review.state,
                submitted_by: review.submitted_by,
            }),
        }
    }
}

/// A new guide.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGuideBody {
    /// Front matter and body, at most 512 KiB.
    source: String,
    /// The path of its file; `{slug}.md` by default.
    path: Option<String>,
    /// The author's message about it.
    #[serde(default)]
    message: String,
}

/// A saved revision.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedView {
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    revision_number: i32,
    #[schema(value_type = String)]
    content_hash: ContentHash,
    /// The bytes equal the newest revision's: no revision was made.
    unchanged: bool,
}

impl From<&SavedRevision> for SavedView {
    fn from(saved: &SavedRevision) -> Self {
        Self {
            guide_id: saved.guide_id,
            revision_id: saved.revision_id,
            revision_number: saved.revision_number,
            content_hash: saved.content_hash,
            unchanged: saved.unchanged,
        }
    }
}

/// Builds the answer to a command that saved a text: 201 with the address of the revision, or 200
/// when the newest revision has the same bytes.
pub(super) fn saved_answer(saved: &SavedRevision) -> Result<CommandAnswer, ApiError> {
    let status = if saved.unchanged {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let (guide_id, revision_id) = (saved.guide_id, saved.revision_id);
    let answer = CommandAnswer::json(status, &SavedView::from(saved))?;
    Ok(answer
        .at(format!("/api/v1/guides/{guide_id}/revisions/{revision_id}"))
        .tagged(revision_id))
}

/// Lists guides. Authors see their own.
#[utoipa::path(get, path = "/api/v1/guides", operation_id = "list_guides", tag = "guides",
    params(ListGuidesQuery),
    responses((status = 200, body = GuidePageView)))]
pub(super) async fn list_guides(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Query(query): Query<ListGuidesQuery>,
) -> Result<Response, ApiError> {
    let limit = limits::SEARCH_QUERY;
    if query.q.as_ref().is_some_and(|q| q.chars().count() > limit) {
        return Err(ApiError::parameter(
            "q",
            &format!("at most {limit} characters"),
        ));
    }
    let scope = decide::list_guides(&signed_in.actor)?;
    let mut filter = GuideListFilter {
        status: query.status,
        category: query.category,
        tag: query.tag.map(|tag| state.tag(tag)),
        owner_id: query.owner_id,
        ..GuideListFilter::default()
    };
    let order = match query.sort {
        ListGuidesSort::Updated => GuideListOrder::Updated,
        ListGuidesSort::Title => GuideListOrder::Title,
        ListGuidesSort::Slug => GuideListOrder::Slug,
    };
    let (limit, offset) = (paging::limit(query.limit)?, paging::offset(query.offset)?);
    let db = state.database.reader();
    let unsearched = filter.clone();
    let text = query.q.as_deref().unwrap_or_default();
    let number = state.search.narrow(&db, &mut filter, text).await?;
    let stretch = GuideListStretch {
        offset,
        ..GuideListStretch::first(order, limit)
    };
    let page = guide_list::list(&db, scope, &filter, stretch).await?;
    let finds_nothing = page.total == 0 && filter.found.is_some();
    let shorter = if finds_nothing {
        state.search.shorter(&db, scope, &unsearched, text).await?
    } else {
        Vec::new()
    };
    answer(&GuidePageView {
        guides: page.items.into_iter().map(GuideItemView::from).collect(),
        total: number.of(page.total),
        shorter: shorter.into_iter().map(ShorterView::from).collect(),
    })
}

/// Creates a guide with its first revision.
#[utoipa::path(post, path = "/api/v1/guides", operation_id = "create_guide", tag = "guides",
    request_body = NewGuideBody,
    responses((status = 201, body = SavedView)))]
pub(super) async fn create_guide(
    request: Request,
    Json(body): Json<NewGuideBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let guide = NewGuide {
        source: body.source.into_bytes(),
        path: body.path,
        message: body.message,
    };
    let saved = create(command.tx(), &request.state.schema, guide).await?;
    let answer = CommandAnswer::json(StatusCode::CREATED, &SavedView::from(&saved))?
        .at(format!("/api/v1/guides/{}", saved.guide_id))
        .tagged(saved.revision_id);
    command.finish(answer).await
}

/// Shows a guide with its newest text.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}", operation_id = "get_guide", tag = "guides",
    params(("guide_id" = uuid::Uuid, Path)),
    responses((status = 200, body = GuideView, headers(("etag" = String, description = "The newest revision's id, for If-Match")))))]
pub(super) async fn get_guide(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    wanted: Option<IfMatch>,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, ApiError> {
    let facts = readable(&state, &signed_in.actor, guide_id).await?;
    let latest = facts.latest.revision_id;
    let revision = revisions::find(&state.database.reader(), guide_id, latest).await?;
    let revision = revision.ok_or(Refusal::NotFound)?;
    tagged_answer(
        &GuideView::new(&facts, revision.source),
        latest,
        wanted.as_ref(),
    )
}
