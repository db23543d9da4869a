use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, CommentId, GuideFacts, GuideId, ThreadId, decide, limits};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides, threads};
use serde_json::json;

use crate::{CommandError, fields, mentions};

/// Adds a comment to a thread.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn reply(
    tx: &mut WriteTx,
    guide_id: GuideId,
    thread_id: ThreadId,
    body: &str,
) -> Result<CommentId, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::comment(&facts, tx.actor())?;
    threads::find_facts(tx, guide_id, thread_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let comment_id = say(tx, &facts, thread_id, body).await?;
    let entry = NewAuditEntry {
        action: AuditAction::GuideComment,
        guide_id: Some(guide_id),
        subject_id: Some(comment_id.0),
        details: json!({ "thread_id": thread_id }),
    };
    audit::record(tx, entry).await?;
    Ok(comment_id)
}

/// Adds a comment and its mentions.
pub(crate) async fn say(
    tx: &mut WriteTx,
    facts: &GuideFacts,
    thread_id: ThreadId,
    body: &str,
) -> Result<CommentId, CommandError> {
    let body = fields::lines("body", body.trim(), limits::COMMENT)?;
    let body = fields::required("body", &body)?;
    let mentioned = mentions::mentioned(tx, facts, body).await?;
    let comment_id = CommentId::new();
    threads::insert_comment(tx, comment_id, thread_id, body, &mentioned).await?;
    Ok(comment_id)
}
