use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, GuideId, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides, slugs};
use serde_json::json;

use crate::projection::take_down;
use crate::redirect_slug::lead;
use crate::{CommandError, Published, Redirected};

/// A guide that ended in favour of another once the transaction is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The entry that took it down; `None` if it was not public.
    pub taken_down: Option<Published>,
    /// Its slugs, which lead to the other guide now, by slug.
    pub redirects: Vec<Redirected>,
}

/// Ends the guide in favour of the public guide `into`: it is taken down and archived, and each slug
/// under which readers knew it leads to the other guide. Its texts and its history stay.
///
/// Nobody is asked about guides that name it: they show the other guide from then on.
///
/// # Errors
///
/// See [`CommandError`]; drop the transaction and nothing has been written.
#[tracing::instrument(skip_all, fields(%guide_id, %into, user_id = %tx.actor().user_id))]
pub async fn join_guide(
    tx: &mut WriteTx,
    guide_id: GuideId,
    into: GuideId,
) -> Result<Joined, CommandError> {
    // Two people who join two guides to each other wait for one another and do not deadlock.
    guides::lock_all(tx, &[guide_id, into]).await?;
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let into = guides::lock_facts(tx, into)
        .await?
        .ok_or(Refusal::NotFound)?;
    let joining = decide::join_guide(&facts, &into, tx.actor())?;
    let held = slugs::list_held(tx, guide_id).await?;
    let mut public = Vec::new();
    // Each publication locks its slug before the head of the ledger.
    for slug in held.into_iter().filter(|held| held.was_public) {
        let used = slugs::lock_use(tx, &slug.slug).await?;
        public.push((slug.slug, used));
    }
    if !facts.archived {
        guides::set_archived(tx, guide_id, true).await?;
    }
    let taken_down = match joining.tombstone {
        Some(tombstone) => Some(take_down(tx, &facts, &tombstone).await?),
        None => None,
    };
    let mut redirects = Vec::new();
    for (slug, used) in &public {
        redirects.push(lead(tx, &into, (slug, *used), &joining.redirect).await?);
    }
    let entry = NewAuditEntry {
        action: AuditAction::GuideJoin,
        guide_id: Some(guide_id),
        subject_id: Some(into.guide_id.0),
        details: json!({
            "into_guide_id": into.guide_id,
            "slugs": public.iter().map(|(slug, _)| slug).collect::<Vec<_>>(),
        }),
    };
    audit::record(tx, entry).await?;
    Ok(Joined {
        taken_down,
        redirects,
    })
}
