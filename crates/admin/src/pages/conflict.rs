//! Somebody else saved first.

use annai_domain::{GuideId, RevisionId};
use annai_editorial::{CommandError, SavedText, StaleText, autosave};
use annai_storage::revisions::{self, StoredRevision};
use annai_storage::working_copies;
use axum::response::{IntoResponse, Redirect, Response};

use super::address::Path;
use super::diffs::{compare, side};
use super::fault::Fault;
use super::flash::Said;
use super::form::FormData;
use super::guide::{OpenGuide, open};
use super::page::Page;
use crate::view::conflict::ConflictView;

/// `GET /admin/guides/{guide_id}/conflict`: the same page later, from the working copy.
pub(super) async fn get(page: Page, Path(guide_id): Path<GuideId>) -> Result<Response, Fault> {
    let guide = open(&page, guide_id).await?;
    let db = page.reader();
    let kept = working_copies::find(&db, guide_id, page.actor().user_id).await?;
    let Some(kept) = kept.filter(|kept| kept.base_revision_id != guide.latest.revision_id) else {
        return Ok(Redirect::to(&format!("/admin/guides/{guide_id}")).into_response());
    };
    let base = revisions::find(&db, guide_id, kept.base_revision_id).await?;
    let texts = StaleText {
        base: base.as_ref().map(saved_text),
        theirs: saved_text(&guide.latest),
        mine: kept.source,
    };
    page.show(&view(&page, guide, texts).await?)
}

fn saved_text(revision: &StoredRevision) -> SavedText {
    SavedText {
        revision_id: revision.revision_id,
        revision_number: revision.revision_number,
        content_hash: revision.content_hash,
        source: revision.source.clone(),
        created_at: revision.created_at,
    }
}

/// Both sides of a conflict. The person's text is in their working copy by now.
pub(super) async fn view(
    page: &Page,
    guide: OpenGuide,
    texts: StaleText,
) -> Result<ConflictView, Fault> {
    let guide_id = guide.facts.guide_id;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    let base = texts.base.as_ref().map(|base| base.source.clone());
    let theirs = compare(page, base.clone(), texts.theirs.source.clone()).await?;
    let latest = revisions::find(&page.reader(), guide_id, texts.theirs.revision_id).await?;
    let latest = latest.ok_or_else(Fault::not_found)?;
    Ok(ConflictView {
        head: guide.head,
        base_number: texts.base.as_ref().map_or(0, |base| base.revision_number),
        theirs: side(page, &latest).await?,
        their_changes: theirs.unwrap_or_default(),
        my_changes: compare(page, base, texts.mine.clone()).await?,
        mine: String::from_utf8_lossy(&texts.mine).into_owned(),
        sequence: kept.map_or(0, |kept| kept.client_sequence),
        latest_revision_id: latest.revision_id,
    })
}

/// `POST /admin/guides/{guide_id}/rebase`: the person goes on with their own text, on top of
/// the newest revision.
pub(super) async fn post_rebase(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, Fault> {
    form.only(&["base", "sequence"])?;
    let base: RevisionId = form.parse("base")?;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    let kept = kept.ok_or_else(Fault::not_found)?;
    if form.parse::<i64>("sequence")? != kept.client_sequence {
        return Err(CommandError::SequenceNotNewer {
            stored: kept.client_sequence,
        }
        .into());
    }
    let mut tx = page.begin().await?;
    autosave(
        &mut tx,
        guide_id,
        base,
        kept.client_sequence + 1,
        kept.source,
    )
    .await?;
    tx.commit().await?;
    Ok(page.go(&format!("/admin/guides/{guide_id}"), Said("guide_rebased")))
}
