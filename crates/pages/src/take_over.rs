//! Takes over the text that a disabled person left unsaved.

use annai_domain::{GuideId, UserId, decide};
use annai_editorial::take_over;
use annai_storage::working_copies;
use annai_view::editor::LeftCopyView;
use axum::response::Response;

use super::address::Path;
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::guide::OpenGuide;
use super::page::{Page, end};

/// Lists what disabled people left of the guide, for those who may take it over.
pub(super) async fn left(page: &Page, guide: &OpenGuide) -> Result<Vec<LeftCopyView>, PageError> {
    if decide::take_over(&guide.facts, page.actor()).is_err() {
        return Ok(Vec::new());
    }
    let left = working_copies::list_left(&page.reader(), guide.facts.guide_id).await?;
    let view = |copy: working_copies::LeftCopy| LeftCopyView {
        user_id: copy.user_id,
        name: copy.display_name,
        at: copy.updated_at,
    };
    Ok(left.into_iter().map(view).collect())
}

/// `POST /admin/guides/{guide_id}/take-over`
pub(super) async fn post(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["user_id"])?;
    let writer: UserId = form.parse("user_id")?;
    let mut tx = page.begin().await?;
    let taken = take_over(&mut tx, &page.state.schema, guide_id, writer).await;
    end(tx, taken).await??;
    let flash = Flash("guide_taken_over");
    Ok(page.go(&format!("/admin/guides/{guide_id}"), flash))
}
