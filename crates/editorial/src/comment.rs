use annai_domain::decide::Refusal;
use annai_domain::{CommentId, GuideId, ReviewId, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, comments, guides};
use serde_json::json;

use crate::{CommandError, fields};

/// Adds a comment to the guide's thread, or to the thread of one of its reviews.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn comment(
    tx: &mut WriteTx,
    guide_id: GuideId,
    review_id: Option<ReviewId>,
    body: &str,
) -> Result<CommentId, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::comment(&facts, tx.actor())?;
    let body = fields::required("body", body)?;
    fields::at_most("body", body, 4000)?;
    let thread_id = comments::thread(tx, guide_id, review_id).await?;
    let comment_id = CommentId::new();
    comments::insert(tx, comment_id, thread_id, body).await?;
    let entry = NewAuditEntry {
        action: "guide.comment",
        guide_id: Some(guide_id),
        subject_id: Some(comment_id.0),
        details: json!({ "review_id": review_id }),
    };
    audit::record(tx, entry).await?;
    Ok(comment_id)
}
