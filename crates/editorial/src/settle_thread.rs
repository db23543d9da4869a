use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, GuideId, ThreadAction, ThreadId, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides, threads};
use serde_json::json;

use crate::CommandError;

/// Resolves a thread, or reopens it.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %thread_id, user_id = %tx.actor().user_id))]
pub async fn settle_thread(
    tx: &mut WriteTx,
    guide_id: GuideId,
    thread_id: ThreadId,
    action: ThreadAction,
) -> Result<(), CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::read(&facts, tx.actor())?;
    let thread = threads::find_facts(tx, guide_id, thread_id).await?;
    let thread = thread.ok_or(Refusal::NotFound)?;
    let audited = match action {
        ThreadAction::Resolve => {
            decide::resolve_thread(&facts, &thread, tx.actor())?;
            AuditAction::ThreadResolve
        }
        ThreadAction::Reopen => {
            decide::reopen_thread(&facts, &thread, tx.actor())?;
            AuditAction::ThreadReopen
        }
    };
    threads::insert_event(tx, thread_id, action).await?;
    let entry = NewAuditEntry {
        action: audited,
        guide_id: Some(guide_id),
        subject_id: Some(thread_id.0),
        details: json!({ "is_blocking": thread.is_blocking }),
    };
    audit::record(tx, entry).await?;
    Ok(())
}
