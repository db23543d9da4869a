//! The differences between two texts, as pages show them.

pub(super) mod authors;
mod moves;
mod show;

use annai_content::{GuideSource, diff};
use annai_domain::{GuideId, Ref, RevisionId, UserId};
use annai_storage::history::{self, RevisionRecord};
use annai_storage::revisions::{self, StoredRevision};
use annai_storage::{reviews, users};
use axum::response::Response;
use serde::Deserialize;

use super::address::{Path, Query};
use super::error::PageError;
use super::guide::{OpenGuide, open};
use super::page::Page;
use super::preview::show_compared;
use annai_view::diff::{DiffPageView, DiffView, PickView, SideView};
use annai_view::guide::Action;
use show::{Authors, view_of};

/// The most revisions in the list.
const PICKS: i64 = 200;

/// The two revisions to compare; by default the newest and the one before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiffQuery {
    #[serde(default)]
    from: Base,
    to: Option<RevisionId>,
}

/// The text to compare with.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
enum Base {
    /// The revision before it.
    #[default]
    Previous,
    /// The public revision.
    Published,
    /// The revision that the person decided on last.
    Judged,
    /// A given revision.
    Revision(RevisionId),
}

impl TryFrom<String> for Base {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(match text.as_str() {
            "previous" => Self::Previous,
            "published" => Self::Published,
            "judged" => Self::Judged,
            id => Self::Revision(id.parse().map_err(|_| "no revision")?),
        })
    }
}

/// The two texts of a comparison.
struct Pair {
    guide: OpenGuide,
    from: StoredRevision,
    to: StoredRevision,
    judged: Option<RevisionId>,
}

async fn pair(page: &Page, guide_id: GuideId, query: &DiffQuery) -> Result<Pair, PageError> {
    let guide = open(page, guide_id).await?;
    let db = page.reader();
    let to = query.to.unwrap_or(guide.facts.latest.revision_id);
    let to = find(page, guide_id, to).await?;
    let judged = reviews::find_last_judged(&db, guide_id, page.actor().user_id).await?;
    let judged = judged.map(|judged| judged.revision_id);
    let from = match query.from {
        Base::Revision(revision) => Some(revision),
        Base::Judged => judged,
        Base::Published => guide
            .facts
            .visibility
            .public()
            .map(|public| public.revision_id),
        Base::Previous => {
            let before = Some(to.revision_number);
            let found = history::list_revisions(&db, guide_id, before, 1).await?;
            found.first().map(|record| record.revision_id)
        }
    };
    let from = find(page, guide_id, from.ok_or_else(PageError::not_found)?).await?;
    Ok(Pair {
        guide,
        from,
        to,
        judged,
    })
}

/// `GET /admin/guides/{guide_id}/diff`
pub(super) async fn get(
    page: Page,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<DiffQuery>,
) -> Result<Response, PageError> {
    let Pair {
        guide,
        from,
        to,
        judged,
    } = pair(&page, guide_id, &query).await?;
    let (old, new) = (from.revision_number, to.revision_number);
    let authors = authors::between(&page, guide_id, old, new).await?;
    let old = Some(from.source.clone());
    let diff = compare_with(&page, old, to.source.clone(), authors).await?;
    let records = history::list_revisions(&page.reader(), guide_id, None, PICKS).await?;
    let shortcuts = [
        ("published", guide.head.public_number.is_some()),
        ("previous", new > 1),
        ("judged", judged.is_some()),
    ];
    let rollback_ref = rollback_ref(&page, &guide, &from).await?;
    page.show(&DiffPageView {
        rollback_ref,
        from: side(&page, &from).await?,
        to: side(&page, &to).await?,
        diff: diff.unwrap_or_default(),
        picks: records.into_iter().map(pick).collect(),
        shortcuts: shortcuts
            .into_iter()
            .filter(|(_, means)| *means)
            .map(|(name, _)| name)
            .collect(),
        head: guide.head,
    })
}

/// `GET /admin/guides/{guide_id}/diff/rendered`
pub(super) async fn get_rendered(
    page: Page,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<DiffQuery>,
) -> Result<Response, PageError> {
    let pair = pair(&page, guide_id, &query).await?;
    show_compared(&page, pair.from.source, pair.to.source).await
}

fn pick(record: RevisionRecord) -> PickView {
    PickView {
        revision_id: record.revision_id,
        number: record.revision_number,
        author: record.created_by_name,
        name: record.name,
        is_public: record.is_public,
    }
}

/// Finds the newest publication of a former public revision, for people who may roll back to it
/// from here.
async fn rollback_ref(
    page: &Page,
    guide: &OpenGuide,
    revision: &StoredRevision,
) -> Result<Option<Ref>, PageError> {
    let is_public = guide.head.public_number == Some(revision.revision_number);
    if is_public || !guide.head.actions.contains(&Action::Rollback) {
        return Ok(None);
    }
    let (guide_id, after) = (guide.facts.guide_id, revision.revision_number + 1);
    let found = history::list_revisions(&page.reader(), guide_id, Some(after), 1).await?;
    Ok(found
        .first()
        .and_then(|record| record.public_refs.last())
        .map(|name| name.number))
}

async fn find(
    page: &Page,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Result<StoredRevision, PageError> {
    let revision = revisions::find(&page.reader(), guide_id, revision_id).await?;
    revision.ok_or_else(PageError::not_found)
}

/// Builds one side of a comparison.
pub(super) async fn side(page: &Page, revision: &StoredRevision) -> Result<SideView, PageError> {
    let author = match revision.created_by {
        UserId::OPERATOR => "operator".to_owned(),
        UserId::SYSTEM => "system".to_owned(),
        person => {
            let found = users::find(&page.reader(), person).await?;
            found.map(|user| user.display_name).unwrap_or_default()
        }
    };
    Ok(SideView {
        revision_id: revision.revision_id,
        number: revision.revision_number,
        author,
        at: revision.created_at,
    })
}

/// Compares two texts. Without an old one everything is new. `None` when one of them is malformed.
pub(super) async fn compare(
    page: &Page,
    old: Option<Vec<u8>>,
    new: Vec<u8>,
) -> Result<Option<DiffView>, PageError> {
    compare_with(page, old, new, Authors::default()).await
}

async fn compare_with(
    page: &Page,
    old: Option<Vec<u8>>,
    new: Vec<u8>,
    authors: Authors,
) -> Result<Option<DiffView>, PageError> {
    let (schema, locale) = (page.state.schema.clone(), page.locale());
    let compared = tokio::task::spawn_blocking(move || {
        let is_same = old.as_ref() == Some(&new);
        let old = GuideSource::parse(old.unwrap_or_default()).ok()?;
        let new = GuideSource::parse(new).ok()?;
        let mut view = view_of(diff(&old, &new), &schema, locale, &authors);
        view.is_silent = !is_same && view.fields.is_empty() && view.changed_blocks == 0;
        Some(view)
    });
    compared.await.map_err(|error| PageError::internal(&error))
}
