use annai_content::{ChangeSize, GuideSource, Schema, diff};
use annai_domain::decide::Refusal;
use annai_domain::{
    AuditAction, Event, GuideId, ReviewId, ReviewState, ReviewedRevision, RevisionId, decide,
    limits,
};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::reviews::{self, NewReview};
use annai_storage::{Reads, WriteTx, guides, outbox, published_versions, revisions};
use serde_json::json;

use crate::links::refuse_broken;
use crate::projection::publishable;
use crate::{CommandError, fields};

/// Asks for a review of `revision_id`, which must be the newest. A live review of an older text is
/// superseded by the new one and linked to it.
///
/// # Errors
///
/// [`CommandError::Invalid`] when the text has findings that block publishing; otherwise see
/// [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %revision_id, user_id = %tx.actor().user_id))]
pub async fn submit(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    revision_id: RevisionId,
    message: &str,
) -> Result<ReviewId, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let submission = decide::submit(&facts, tx.actor(), revision_id)?;
    let message = fields::lines("message", message, limits::REVIEW_MESSAGE)?;
    let revision = revisions::find(tx, guide_id, revision_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let source = GuideSource::parse(revision.source)?;
    let path = guides::find_path(tx, guide_id).await?;
    publishable(&source, path.as_deref(), schema)?;
    refuse_broken(tx, &source).await?;

    if let Some(previous) = submission.supersedes {
        reviews::set_state(tx, previous, ReviewState::Superseded).await?;
    }
    let review_id = ReviewId::new();
    let policy = reviews::default_policy(tx).await?;
    let review = NewReview {
        review_id,
        guide_id,
        revision_id,
        content_hash: facts.latest.content_hash,
        policy: &policy,
        public_ref: facts
            .visibility
            .public()
            .map(|public| public.publication_ref),
        previous: submission.supersedes,
        message: &message,
        size: size_of_change(tx, guide_id, source).await?,
    };
    reviews::insert(tx, review).await?;
    let entry = NewAuditEntry {
        action: AuditAction::GuideSubmit,
        guide_id: Some(guide_id),
        subject_id: Some(review_id.0),
        details: json!({
            "revision_number": facts.latest.revision_number,
            "content_hash": facts.latest.content_hash,
            "supersedes": submission.supersedes,
        }),
    };
    audit::record(tx, entry).await?;
    let reviewed = ReviewedRevision {
        guide_id,
        review_id,
        revision_id,
        content_hash: facts.latest.content_hash,
    };
    outbox::append(tx, &Event::GuideSubmitted(reviewed)).await?;
    Ok(review_id)
}

/// Measures `source` against the public text, off the async threads.
async fn size_of_change(
    db: &dyn Reads,
    guide_id: GuideId,
    source: GuideSource,
) -> Result<Option<(usize, usize)>, CommandError> {
    let public = published_versions::find_public_source(db, guide_id).await?;
    let public = GuideSource::parse(public.unwrap_or_default())?;
    let measured = tokio::task::spawn_blocking(move || diff(&public, &source).size()).await;
    // A review is worth more than its size.
    Ok(measured
        .ok()
        .map(|ChangeSize { added, removed }| (added, removed)))
}
