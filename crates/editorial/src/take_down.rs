use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, GuideFacts, GuideId, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides};
use serde_json::json;

use crate::links::list_referring;
use crate::projection::take_down;
use crate::{CommandError, Published};

/// Unpublishes the guide: readers get 410 from here on.
///
/// # Errors
///
/// [`CommandError::Referrers`] when other public guides name it, as related or in their bodies, and
/// `acknowledged` is false; otherwise see [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn unpublish(
    tx: &mut WriteTx,
    guide_id: GuideId,
    acknowledged: bool,
) -> Result<Published, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let publication = decide::unpublish(&facts, tx.actor())?;
    referrers_known(tx, &facts, acknowledged).await?;
    take_down(tx, &facts, &publication).await
}

/// Archives the guide, which leaves the lists; if it was public, readers get 410. Its slug stays
/// taken.
///
/// # Errors
///
/// As [`unpublish`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn archive(
    tx: &mut WriteTx,
    guide_id: GuideId,
    acknowledged: bool,
) -> Result<Option<Published>, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let publication = decide::archive(&facts, tx.actor())?;
    guides::set_archived(tx, guide_id, true).await?;
    if let Some(publication) = publication {
        referrers_known(tx, &facts, acknowledged).await?;
        return Ok(Some(take_down(tx, &facts, &publication).await?));
    }
    record(tx, guide_id, AuditAction::GuideArchive).await?;
    Ok(None)
}

/// Unarchives the guide. It does not become public by that.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn unarchive(tx: &mut WriteTx, guide_id: GuideId) -> Result<(), CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::unarchive(&facts, tx.actor())?;
    guides::set_archived(tx, guide_id, false).await?;
    record(tx, guide_id, AuditAction::GuideUnarchive).await
}

pub(crate) async fn referrers_known(
    tx: &WriteTx,
    facts: &GuideFacts,
    acknowledged: bool,
) -> Result<(), CommandError> {
    if acknowledged || facts.visibility.public().is_none() {
        return Ok(());
    }
    let referrers = list_referring(tx, tx.guide_urls(), facts.guide_id).await?;
    if referrers.is_empty() {
        Ok(())
    } else {
        Err(CommandError::Referrers(referrers))
    }
}

async fn record(
    tx: &mut WriteTx,
    guide_id: GuideId,
    action: AuditAction,
) -> Result<(), CommandError> {
    let entry = NewAuditEntry {
        action,
        guide_id: Some(guide_id),
        subject_id: None,
        details: json!({}),
    };
    Ok(audit::record(tx, entry).await?)
}
