use std::collections::{BTreeSet, HashSet};

use annai_checks::renamed;
use annai_content::{GuideSource, Schema, guide_reference};
use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{
    Actor, FieldFault, GuideFacts, GuideId, GuideUrls, ReviewId, RevisionId, RevisionOrigin, Slug,
    decide, limits,
};
use annai_storage::references::{self, NamingGuide};
use annai_storage::{Reads, WriteTx, guides, revisions, slugs};

use crate::submit::submit;
use crate::write_revision::{TextChange, claimed_slug, write_revision};
use crate::{CommandError, SavedRevision};

/// A guide whose newest text names another guide by an old slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutdatedGuide {
    /// The guide.
    pub guide_id: GuideId,
    /// Its newest revision.
    pub revision_id: RevisionId,
    /// The title of that text; empty where it has none.
    pub title: String,
    /// The old slugs that it names.
    pub named: BTreeSet<String>,
    /// Whether the newest text is the public one, so that the change can be submitted at once.
    pub is_public_text: bool,
    /// The reason why the actor cannot change it now.
    pub refused: Option<Refusal>,
}

/// A guide that names another one by its new slug once the transaction is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepointedGuide {
    /// The new revision.
    pub saved: SavedRevision,
    /// The review that was asked for; `None` if the text waits as a draft.
    pub review_id: Option<ReviewId>,
}

/// The old slugs of a guide, and the slug under which it is public.
struct Names {
    old: HashSet<String>,
    to: Slug,
}

/// Lists the guides whose newest texts, drafts included, name the guide by an old slug, as far as the
/// `actor` may know of them. None while the guide is not public.
///
/// # Errors
///
/// See [`CommandError`].
pub async fn list_outdated(
    db: &dyn Reads,
    schema: &Schema,
    urls: &GuideUrls,
    actor: &Actor,
    guide_id: GuideId,
) -> Result<Vec<OutdatedGuide>, CommandError> {
    let facts = guides::find_facts(db, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::read(&facts, actor)?;
    let Some(names) = names_of(db, &facts).await? else {
        return Ok(Vec::new());
    };
    let scope = decide::list_guides(actor)?;
    let slugs: Vec<String> = names.old.iter().cloned().collect();
    let addresses = addresses(urls, &slugs);
    let wanted = (slugs.as_slice(), addresses.as_slice());
    let most = i64::try_from(limits::REPOINTED_GUIDES).unwrap_or(i64::MAX);
    let naming = references::list_naming(db, scope, guide_id, wanted, most).await?;
    let mut outdated = Vec::with_capacity(naming.len());
    for guide in naming {
        let source = GuideSource::parse(guide.source.as_slice())?;
        if let Some(found) = renamed(&source, schema, urls, &names.old, names.to.as_str())? {
            outdated.extend(outdated_guide(db, actor, guide, found.named).await?);
        }
    }
    Ok(outdated)
}

async fn outdated_guide(
    db: &dyn Reads,
    actor: &Actor,
    guide: NamingGuide,
    named: BTreeSet<String>,
) -> Result<Option<OutdatedGuide>, CommandError> {
    let Some(facts) = guides::find_facts(db, guide.guide_id).await? else {
        return Ok(None);
    };
    Ok(Some(OutdatedGuide {
        guide_id: guide.guide_id,
        revision_id: guide.revision_id,
        title: guide.title,
        named,
        is_public_text: is_public_text(&facts),
        refused: decide::repoint_guide(&facts, actor).err(),
    }))
}

/// Makes `targets`, which name the guide by old slugs, name it by its present one: a new revision of
/// each, all or none. With `submits`, those whose newest text was public are submitted for review.
/// A text that was ahead of the public one stays a draft: its author decides when it is ready. So
/// does one that today's checks would refuse.
///
/// The actor is the writer of each change, so somebody else has to approve it.
///
/// # Errors
///
/// [`Refusal::Stale`] when a target has a newer revision or names no old slug; otherwise see
/// [`CommandError`]. Drop the transaction and nothing has been written.
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn repoint_guides(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    targets: &[(GuideId, RevisionId)],
    submits: bool,
) -> Result<Vec<RepointedGuide>, CommandError> {
    if targets.len() > limits::REPOINTED_GUIDES {
        return Err(CommandError::Field {
            field: "guides",
            fault: FieldFault::TooLong,
        });
    }
    decide::repoint(tx.actor())?;
    let mut every: Vec<GuideId> = targets.iter().map(|(target, _)| *target).collect();
    every.push(guide_id);
    guides::lock_all(tx, &every).await?;
    let facts = guides::find_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::read(&facts, tx.actor())?;
    let names = names_of(tx, &facts).await?;
    let names = names.ok_or(Refusal::State(StateConflict::NotPublic))?;
    let mut repointed = Vec::with_capacity(targets.len());
    for (target, base) in targets {
        repointed.push(repoint_one(tx, schema, &names, (*target, *base), submits).await?);
    }
    tracing::info!(guides = repointed.len(), "guides repointed");
    Ok(repointed)
}

async fn repoint_one(
    tx: &mut WriteTx,
    schema: &Schema,
    names: &Names,
    (guide_id, base): (GuideId, RevisionId),
    submits: bool,
) -> Result<RepointedGuide, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::repoint_guide(&facts, tx.actor())?;
    decide::save_revision(&facts, tx.actor(), base)?;
    let revision = revisions::find(tx, guide_id, base).await?;
    let revision = revision.ok_or(Refusal::NotFound)?;
    let source = GuideSource::parse(revision.source)?;
    let to = names.to.as_str();
    let renamed = renamed(&source, schema, tx.guide_urls(), &names.old, to)?;
    let renamed = renamed.ok_or(Refusal::Stale)?;
    let path = guides::find_path(tx, guide_id).await?;
    let old: Vec<&str> = renamed.named.iter().map(String::as_str).collect();
    let change = TextChange {
        guide_id,
        parent: Some(base),
        slug: claimed_slug(&renamed.source, schema, path.as_deref()),
        source: &renamed.source,
        origin: RevisionOrigin::Save,
        message: &message(&old, to),
        written_by: None,
    };
    let saved = write_revision(tx, schema, change).await?;
    let review_id = if submits && is_public_text(&facts) {
        match submit(tx, schema, guide_id, saved.revision_id, "").await {
            Ok(review_id) => Some(review_id),
            Err(CommandError::Invalid(_)) => None,
            Err(error) => return Err(error),
        }
    } else {
        None
    };
    Ok(RepointedGuide { saved, review_id })
}

/// Returns the message of the revision, such as `rl_c → rl_c2`.
fn message(old: &[&str], to: &str) -> String {
    let whole = format!("{} → {to}", old.join(", "));
    if whole.chars().count() > limits::REVISION_MESSAGE {
        format!("→ {to}")
    } else {
        whole
    }
}

fn is_public_text(facts: &GuideFacts) -> bool {
    let public = facts.visibility.public();
    public.is_some_and(|public| public.content_hash == facts.latest.content_hash)
}

/// Returns the names of a public guide; `None` for another one.
async fn names_of(db: &dyn Reads, facts: &GuideFacts) -> Result<Option<Names>, CommandError> {
    let Some(public) = facts.visibility.public() else {
        return Ok(None);
    };
    let held = slugs::list_held(db, facts.guide_id).await?;
    let old = held
        .into_iter()
        .filter(|held| held.was_public && !held.is_address);
    Ok(Some(Names {
        old: old.map(|held| held.slug.into()).collect(),
        to: public.slug.clone(),
    }))
}

/// Lists every spelling of links to guides called `slugs`.
fn addresses(urls: &GuideUrls, slugs: &[String]) -> Vec<String> {
    let of = |slug: &String| {
        let plain = urls.spellings(slug);
        plain.into_iter().chain([guide_reference(slug)])
    };
    slugs.iter().flat_map(of).collect()
}
