use annai_domain::decide::Refusal;
use annai_domain::token::{Token, TokenKind};
use annai_domain::{AuditAction, FieldFault, GuideId, PreviewLinkId, RevisionId, decide, limits};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::preview_links::{self, NewPreviewLink as NewRow};
use annai_storage::{WriteTx, guides};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::CommandError;

/// The life of a link for which nobody names a time.
const USUAL_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// The longest life of a link; the schema has the same limit.
#[expect(clippy::cast_possible_wrap, reason = "a number of days is small")]
const LONGEST_LIFE: SignedDuration =
    SignedDuration::from_hours(24 * limits::PREVIEW_LINK_DAYS as i64);

/// A link that exists once the transaction is committed. The secret is shown once and never stored.
#[derive(Debug)]
pub struct NewPreviewLink {
    /// The id by which people revoke the link; it opens nothing.
    pub preview_link_id: PreviewLinkId,
    /// The last part of its address.
    pub secret: Token,
    /// The time at which it expires.
    pub expires_at: Timestamp,
}

/// Creates a link to one revision of the guide, or always to its newest one. It expires after 24
/// hours unless a time is given.
///
/// # Errors
///
/// [`CommandError::Field`] when the time is in the past or more than 7 days from now;
/// [`Refusal::NotFound`] when the guide has no such revision; otherwise see [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn create_preview_link(
    tx: &mut WriteTx,
    guide_id: GuideId,
    revision_id: Option<RevisionId>,
    expires_at: Option<Timestamp>,
) -> Result<NewPreviewLink, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::create_preview_link(&facts, tx.actor())?;
    let expires_at = end_of_life(expires_at, tx.now())?;
    let secret = Token::generate(TokenKind::PreviewLink);
    let preview_link_id = PreviewLinkId::new();
    let row = NewRow {
        preview_link_id,
        guide_id,
        revision_id,
        token_hash: &secret.hash(),
        hint: secret.hint(),
        expires_at,
    };
    preview_links::insert(tx, row).await?;
    let details = json!({ "revision_id": revision_id, "expires_at": expires_at });
    record(
        tx,
        AuditAction::PreviewLinkCreate,
        guide_id,
        preview_link_id,
        details,
    )
    .await?;
    Ok(NewPreviewLink {
        preview_link_id,
        secret,
        expires_at,
    })
}

/// Revokes a link: the next request with it is refused.
///
/// # Errors
///
/// [`Refusal::NotFound`] when the guide has no link of that id.
#[tracing::instrument(skip_all, fields(%guide_id, %preview_link_id, user_id = %tx.actor().user_id))]
pub async fn revoke_preview_link(
    tx: &mut WriteTx,
    guide_id: GuideId,
    preview_link_id: PreviewLinkId,
) -> Result<(), CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::revoke_preview_link(&facts, tx.actor())?;
    let changes = preview_links::revoke(tx, guide_id, preview_link_id).await?;
    if !changes.ok_or(Refusal::NotFound)? {
        return Ok(());
    }
    let (action, details) = (AuditAction::PreviewLinkRevoke, json!({}));
    record(tx, action, guide_id, preview_link_id, details).await
}

fn end_of_life(asked: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, CommandError> {
    let refused = |fault| CommandError::Field {
        field: "expires_at",
        fault,
    };
    match asked {
        None => Ok(now + USUAL_LIFE),
        Some(at) if at <= now => Err(refused(FieldFault::Past)),
        Some(at) if at > now + LONGEST_LIFE => Err(refused(FieldFault::TooLate)),
        Some(at) => Ok(at),
    }
}

async fn record(
    tx: &mut WriteTx,
    action: AuditAction,
    guide_id: GuideId,
    preview_link_id: PreviewLinkId,
    details: serde_json::Value,
) -> Result<(), CommandError> {
    let entry = NewAuditEntry {
        action,
        guide_id: Some(guide_id),
        subject_id: Some(preview_link_id.0),
        details,
    };
    Ok(audit::record(tx, entry).await?)
}
