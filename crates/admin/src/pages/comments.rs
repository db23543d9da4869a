//! Saying something about a guide.

use annai_domain::GuideId;
use annai_editorial::comment;
use annai_storage::guides;
use axum::response::Response;

use super::address::Path;
use super::fault::Fault;
use super::flash::Said;
use super::form::FormData;
use super::page::Page;

/// `POST /admin/guides/{guide_id}/comments`
pub(super) async fn post(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, Fault> {
    form.only(&["comment", "back"])?;
    let facts = guides::find_facts(&page.reader(), guide_id).await?;
    let review_id = facts
        .and_then(|facts| facts.review)
        .map(|review| review.review_id);
    let text = form.trimmed("comment").replace("\r\n", "\n");
    let mut tx = page.begin().await?;
    comment(&mut tx, guide_id, review_id, &text).await?;
    tx.commit().await?;
    let back = if form.text("back") == "review" {
        "/review"
    } else {
        "#comments"
    };
    Ok(page.go(
        &format!("/admin/guides/{guide_id}{back}"),
        Said("comment_added"),
    ))
}
