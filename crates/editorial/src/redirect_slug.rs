use std::slice;

use annai_domain::decide::{NewPublication, Refusal, SlugUse};
use annai_domain::{AuditAction, GuideFacts, GuideId, RefName, Slug, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::ledger::{self, NewEntry};
use annai_storage::{Conflict, StorageError, WriteTx, guides, slugs};
use serde_json::json;

use crate::events::purge_keys;
use crate::referrers::refresh_naming;
use crate::{CommandError, Redirected, events};

/// Leads `slug` to the guide: a slug that nobody holds, or one that leads elsewhere now. From the
/// next ref on readers get there, and guides that name the slug show this guide.
///
/// # Errors
///
/// [`CommandError::SlugTaken`] when somebody else took the slug meanwhile; otherwise see
/// [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %slug, user_id = %tx.actor().user_id))]
pub async fn redirect_slug(
    tx: &mut WriteTx,
    guide_id: GuideId,
    slug: &Slug,
) -> Result<Redirected, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let used = slugs::lock_use(tx, slug).await?;
    let publication = decide::redirect_slug(&facts, tx.actor(), used)?;
    if used == SlugUse::Free && !slugs::claim(tx, guide_id, slug).await? {
        return Err(CommandError::SlugTaken(slug.clone()));
    }
    lead(tx, &facts, (slug, used), &publication).await
}

/// Writes the ledger entry that leads a slug to the guide with these facts, and everything beside it
/// for readers. `used` was read under the lock of the slug.
pub(crate) async fn lead(
    tx: &mut WriteTx,
    facts: &GuideFacts,
    (slug, used): (&Slug, SlugUse),
    publication: &NewPublication,
) -> Result<Redirected, CommandError> {
    let guide_id = facts.guide_id;
    let entry = NewEntry {
        guide_id,
        revision_id: None,
        action: publication.action,
        slug,
        authority: &publication.authority,
    };
    let name = ledger::append(tx, entry).await;
    let name = name.map_err(|error| match error {
        StorageError::Conflict(Conflict::SlugTaken) => CommandError::SlugTaken(slug.clone()),
        other => other.into(),
    })?;
    // Only a slug that leads nowhere goes to a guide that is not public: nobody shows either.
    let (affects, purge) = match facts.visibility.public() {
        Some(_) => refresh_naming(tx, name, slug).await?,
        None => (Vec::new(), purge_keys(slice::from_ref(slug), [])),
    };
    record(tx, guide_id, (slug, used), name).await?;
    tracing::info!(publication_ref = %name, "slug redirected");
    let redirected = Redirected {
        publication_ref: name,
        guide_id,
        slug: slug.clone(),
        to: facts.visibility.public().map(|public| public.slug.clone()),
        affects,
        purge,
    };
    events::tell_redirected(tx, &redirected, used).await?;
    Ok(redirected)
}

async fn record(
    tx: &mut WriteTx,
    guide_id: GuideId,
    (slug, used): (&Slug, SlugUse),
    name: RefName,
) -> Result<(), CommandError> {
    let from = match used {
        SlugUse::Led { to, .. } => Some(to),
        SlugUse::Free | SlugUse::Claimed(_) => None,
    };
    let entry = NewAuditEntry {
        action: AuditAction::SlugRedirect,
        guide_id: Some(guide_id),
        subject_id: from.map(|from| from.0),
        details: json!({ "slug": slug, "ref": name, "from_guide_id": from }),
    };
    Ok(audit::record(tx, entry).await?)
}
