//! Publications: the ledger entry and everything that is written beside it for readers.

use annai_checks::blocking;
use annai_content::{FieldRole, GuideSource, Profile, Rendered, Schema, render};
use annai_contract::{AnswerParts, finish};
use annai_domain::decide::NewPublication;
use annai_domain::{
    AuditAction, Authority, ContentHash, GuideFacts, GuideId, Ref, RefName, ReviewState,
    RevisionId, Slug,
};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::ledger::{self, NewEntry};
use annai_storage::published_versions::{self, IndexColumns, NewVersion};
use annai_storage::{Conflict, StorageError, WriteTx, guides, reviews, revisions, slugs};
use serde_json::json;

use crate::documents::{ready, resolve};
use crate::links::{linked, refuse_broken};
use crate::referrers::{current_card, refresh_referrers};
use crate::write_revision::claimed_slug;
use crate::{CommandError, Published, events};

/// Returns the slug under which `source` can become public.
///
/// # Errors
///
/// [`CommandError::Invalid`] with every finding when one of them blocks publishing.
pub(crate) fn publishable(
    source: &GuideSource,
    path: Option<&str>,
    schema: &Schema,
) -> Result<Slug, CommandError> {
    let slug = schema.slug_of(source, path).ok().flatten();
    let mut findings = blocking(source, schema);
    if slug.is_some() {
        // A slug that comes from the file's name needs no field.
        findings.retain(|finding| !finding.is_missing_slug(schema));
    }
    match slug {
        Some(slug) if findings.is_empty() => Ok(slug),
        _ => Err(CommandError::Invalid(findings)),
    }
}

/// Writes a publication that makes a revision public. It writes the ledger entry, the projection,
/// the cards in other guides' responses, the audit entry and the events, and closes the review
/// whose approval it uses up. An import announces a whole batch in one event.
pub(crate) async fn make_public(
    tx: &mut WriteTx,
    schema: &Schema,
    facts: &GuideFacts,
    publication: &NewPublication,
) -> Result<Published, CommandError> {
    let guide_id = facts.guide_id;
    let revision_id = publication
        .revision_id
        .ok_or(annai_domain::decide::Refusal::NotFound)?;
    let revision = revisions::find(tx, guide_id, revision_id).await?;
    let revision = revision.ok_or(annai_domain::decide::Refusal::NotFound)?;
    let source = GuideSource::parse(revision.source)?;
    let path = guides::find_path(tx, guide_id).await?;
    let slug = public_slug(&publication.authority, &source, path.as_deref(), schema)?;
    if !slugs::claim(tx, guide_id, &slug).await? {
        return Err(CommandError::SlugTaken(slug));
    }

    if must_link_well(&publication.authority) {
        refuse_broken(tx, &source).await?;
    }
    // Rendering before the ledger's head is locked keeps other publications from waiting.
    let rendered = render(source.body(), Profile::Guide)
        .map_err(|_| CommandError::Invalid(blocking(&source, schema)))?;
    let entry = NewEntry {
        guide_id,
        revision_id: Some(revision_id),
        action: publication.action,
        slug: &slug,
        authority: &publication.authority,
    };
    let name = ledger::append(tx, entry).await?;
    // Links lead to where the ledger has the guides now, so they wait for the lock.
    let rendered = linked(tx, (guide_id, &slug), &source, rendered).await?;
    let old_card = current_card(tx, facts).await?;
    let version = NewPublic {
        guide_id,
        revision_id,
        revision_number: revision.revision_number,
        content_hash: revision.content_hash,
        slug: &slug,
        source: &source,
        rendered: &rendered,
    };
    write_version(tx, schema, name, &version).await?;
    let (affects, purge) = refresh_referrers(tx, name, guide_id, old_card, &slug).await?;
    if let Some(review_id) = publication.uses_review {
        reviews::set_state(tx, review_id, ReviewState::Published).await?;
    }
    record(tx, facts, publication, name, &slug).await?;
    tracing::info!(publication_ref = %name, %slug, "published");
    let previous = facts.visibility.public().map(|public| &public.slug);
    let published = Published {
        publication_ref: name,
        guide_id,
        previous_slug: previous.filter(|previous| **previous != slug).cloned(),
        slug,
        affects,
        purge,
    };
    events::tell_public(tx, &published, &publication.authority).await?;
    Ok(published)
}

/// Returns whether a link to a guide that does not exist refuses a publication. A rollback shows a
/// text that was public before, and an import may bring the other guide later.
fn must_link_well(authority: &Authority) -> bool {
    match authority {
        Authority::Review(_) | Authority::BreakGlass { .. } => true,
        Authority::Rollback { .. } | Authority::Import | Authority::Role | Authority::System => {
            false
        }
    }
}

/// Returns the slug under which `source` becomes public by that authority.
fn public_slug(
    authority: &Authority,
    source: &GuideSource,
    path: Option<&str>,
    schema: &Schema,
) -> Result<Slug, CommandError> {
    match authority {
        // The text was public before: today's rules do not prevent a rollback.
        Authority::Rollback { .. } => claimed_slug(source, schema, path)
            .ok_or_else(|| CommandError::Invalid(blocking(source, schema))),
        Authority::Review(_)
        | Authority::BreakGlass { .. }
        | Authority::Import
        | Authority::Role
        | Authority::System => publishable(source, path, schema),
    }
}

/// Writes a tombstone: readers no longer see the guide.
pub(crate) async fn take_down(
    tx: &mut WriteTx,
    facts: &GuideFacts,
    publication: &NewPublication,
) -> Result<Published, CommandError> {
    let Some(public) = facts.visibility.public() else {
        let reason = annai_domain::decide::StateConflict::NotPublic;
        return Err(annai_domain::decide::Refusal::State(reason).into());
    };
    let slug = public.slug.clone();
    let entry = NewEntry {
        guide_id: facts.guide_id,
        revision_id: None,
        action: publication.action,
        slug: &slug,
        authority: &publication.authority,
    };
    let name = ledger::append(tx, entry).await?;
    let old_card = current_card(tx, facts).await?;
    published_versions::end_current(tx, facts.guide_id, name.number).await?;
    let (affects, purge) = refresh_referrers(tx, name, facts.guide_id, old_card, &slug).await?;
    record(tx, facts, publication, name, &slug).await?;
    tracing::info!(publication_ref = %name, %slug, "taken down");
    let published = Published {
        publication_ref: name,
        guide_id: facts.guide_id,
        slug,
        previous_slug: None,
        affects,
        purge,
    };
    events::tell_taken_down(tx, &published, publication.action).await?;
    Ok(published)
}

/// A revision that becomes public.
struct NewPublic<'a> {
    guide_id: GuideId,
    revision_id: RevisionId,
    revision_number: i32,
    content_hash: ContentHash,
    slug: &'a Slug,
    source: &'a GuideSource,
    rendered: &'a Rendered,
}

/// Writes the version of a guide that readers get from `name` on.
async fn write_version(
    tx: &mut WriteTx,
    schema: &Schema,
    name: RefName,
    current: &NewPublic<'_>,
) -> Result<(), CommandError> {
    let first_published_at = ledger::first_published_at(tx, current.guide_id).await?;
    let first_published_at = first_published_at.unwrap_or(tx.now());
    let index = index_columns(current.source, schema);
    let cards = published_versions::list_cards(tx, &index.relations).await?;
    let (related, related_unresolved) =
        resolve(&index.relations, (current.guide_id, current.slug), &cards);
    let finished = finish(&AnswerParts {
        guide_id: current.guide_id,
        slug: current.slug,
        source: current.source,
        rendered: current.rendered,
        schema,
        revision_number: current.revision_number,
        content_hash: current.content_hash,
        first_published_at,
        published_at: tx.now(),
        related: &related,
        related_unresolved: &related_unresolved,
        name,
        is_preview: false,
    });
    let answer = ready(finished.answer);
    published_versions::end_current(tx, current.guide_id, name.number).await?;
    let version = NewVersion {
        guide_id: current.guide_id,
        from_ref: name.number,
        revision_id: current.revision_id,
        revision_number: current.revision_number,
        content_hash: current.content_hash,
        slug: current.slug,
        index: &index,
        first_published_at,
        source: current.source.as_bytes(),
        answer: &answer,
        listing: &finished.listing,
        plain_text: &current.rendered.plain_text,
    };
    published_versions::insert(tx, &version)
        .await
        .map_err(|error| match error {
            StorageError::Conflict(Conflict::SlugTaken) => {
                CommandError::SlugTaken(current.slug.clone())
            }
            other => other.into(),
        })
}

pub(crate) fn index_columns(source: &GuideSource, schema: &Schema) -> IndexColumns {
    let text = |role| schema.text_of(role, source).map(str::to_owned);
    let list = |role| schema.list_of(role, source).map(str::to_owned).collect();
    IndexColumns {
        title: text(FieldRole::Title).unwrap_or_default(),
        category: text(FieldRole::Category).unwrap_or_default(),
        summary: text(FieldRole::Summary).unwrap_or_default(),
        image: text(FieldRole::Image),
        keywords: list(FieldRole::Keywords),
        tags: list(FieldRole::Tags),
        relations: list(FieldRole::Relations),
    }
}

async fn record(
    tx: &mut WriteTx,
    facts: &GuideFacts,
    publication: &NewPublication,
    name: RefName,
    slug: &Slug,
) -> Result<(), CommandError> {
    let authority = publication.authority.kind();
    let action = AuditAction::of_publication(publication.action, authority);
    let (reason, restored) = match &publication.authority {
        Authority::BreakGlass { reason } => (Some(reason.as_str()), None),
        Authority::Rollback { restored } => (None, Some(*restored)),
        Authority::Review(_) | Authority::Import | Authority::Role | Authority::System => {
            (None, None)
        }
    };
    let entry = NewAuditEntry {
        action,
        guide_id: Some(facts.guide_id),
        subject_id: publication.revision_id.map(|revision| revision.0),
        details: json!({
            "ref": name,
            "slug": slug,
            "authority": authority,
            "reason": reason,
            "restored_ref": restored.map(Ref::get),
        }),
    };
    audit::record(tx, entry).await?;
    Ok(())
}
