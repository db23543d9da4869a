//! The part that all commands that write text share: store the content, claim the slug, write the
//! revision.

use annai_content::{FieldRole, GuideSource, Schema};
use annai_domain::{
    AuditAction, ContentHash, GuideFacts, GuideId, RevisionId, RevisionOrigin, Slug, UserId, limits,
};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::contents::{self, NewContent};
use annai_storage::revisions::{self, NewRevision, StoredRevision};
use annai_storage::{Reads, WriteTx, references, slugs, working_copies};
use serde_json::json;

use crate::autosave::within_limit;
use crate::references::named;
use crate::{CommandError, SavedText, StaleText, fields};

/// A revision that exists once the transaction is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedRevision {
    /// The guide that the revision belongs to.
    pub guide_id: GuideId,
    /// The newest revision now.
    pub revision_id: RevisionId,
    /// The number of the revision: 1, 2, 3 … within the guide.
    pub revision_number: i32,
    /// The SHA-256 of its source.
    pub content_hash: ContentHash,
    /// Whether the text was the newest already, so that no revision was made.
    pub unchanged: bool,
}

/// A revision to be made on top of the newest.
pub(crate) struct TextChange<'a> {
    pub(crate) guide_id: GuideId,
    pub(crate) parent: Option<RevisionId>,
    pub(crate) source: &'a GuideSource,
    pub(crate) slug: Option<Slug>,
    pub(crate) origin: RevisionOrigin,
    pub(crate) message: &'a str,
    /// The disabled person whose text it is, where the actor only saves it.
    pub(crate) written_by: Option<UserId>,
}

/// Writes the revision, claims its slug and records it.
pub(crate) async fn write_revision(
    tx: &mut WriteTx,
    schema: &Schema,
    change: TextChange<'_>,
) -> Result<SavedRevision, CommandError> {
    let message = fields::line("message", change.message, limits::REVISION_MESSAGE)?;
    let content_hash = ContentHash::of(change.source.as_bytes());
    contents::keep(
        tx,
        NewContent {
            content_hash,
            source: change.source.as_bytes(),
            front_matter: change.source.front_matter(),
            slug: schema.text_of(FieldRole::Slug, change.source),
            title: schema.text_of(FieldRole::Title, change.source),
            category: schema.text_of(FieldRole::Category, change.source),
        },
    )
    .await?;
    let revision_id = RevisionId::new();
    let revision = NewRevision {
        revision_id,
        guide_id: change.guide_id,
        parent: change.parent,
        content_hash,
        origin: change.origin,
        message,
        written_by: change.written_by,
    };
    let revision_number = revisions::insert(tx, revision).await?;
    references::insert(tx, revision_id, &named(change.source, schema)).await?;
    if let Some(slug) = &change.slug {
        if !slugs::claim(tx, change.guide_id, slug).await? {
            return Err(CommandError::SlugTaken(slug.clone()));
        }
        slugs::release_unused(tx, change.guide_id, slug).await?;
    }
    let details = json!({ "revision_number": revision_number, "content_hash": content_hash });
    let (action, details) = match change.written_by {
        None => (change.origin.audit_action(), details),
        Some(writer) => (
            AuditAction::GuideTakeOver,
            json!({ "revision_number": revision_number, "written_by": writer }),
        ),
    };
    let entry = NewAuditEntry {
        action,
        guide_id: Some(change.guide_id),
        subject_id: Some(revision_id.0),
        details,
    };
    audit::record(tx, entry).await?;
    let guide_id = change.guide_id;
    Ok(SavedRevision {
        guide_id,
        revision_id,
        revision_number,
        content_hash,
        unchanged: false,
    })
}

/// Ends the actor's working copy, which the saved `source` replaces. `seen` is the newest sequence
/// number that the window knows; without one every text is replaced.
///
/// # Errors
///
/// [`CommandError::SequenceNotNewer`] when another window stored another text meanwhile.
pub(crate) async fn end_working_copy(
    tx: &mut WriteTx,
    guide_id: GuideId,
    seen: Option<i64>,
    source: &[u8],
) -> Result<(), CommandError> {
    let Some(seen) = seen else {
        working_copies::remove(tx, guide_id).await?;
        return Ok(());
    };
    working_copies::remove_seen(tx, guide_id, seen).await?;
    let Some(left) = working_copies::find(tx, guide_id, tx.actor().user_id).await? else {
        return Ok(());
    };
    let stored = left.client_sequence;
    if left.source != source {
        return Err(CommandError::SequenceNotNewer { stored });
    }
    Ok(working_copies::remove_seen(tx, guide_id, stored).await?)
}

/// Ends the working copy and returns the newest revision, which has the saved text already.
pub(crate) async fn already_saved(
    tx: &mut WriteTx,
    facts: &GuideFacts,
    seen: Option<i64>,
    source: &[u8],
) -> Result<SavedRevision, CommandError> {
    end_working_copy(tx, facts.guide_id, seen, source).await?;
    Ok(newest(facts))
}

/// Returns the newest revision, which has the wanted text already.
pub(crate) fn newest(facts: &GuideFacts) -> SavedRevision {
    let latest = &facts.latest;
    SavedRevision {
        guide_id: facts.guide_id,
        revision_id: latest.revision_id,
        revision_number: latest.revision_number,
        content_hash: latest.content_hash,
        unchanged: true,
    }
}

/// Builds the error with the three texts of a conflict over `base`. A text that is too large gets
/// the error of its size instead, because no working copy could keep it.
pub(crate) async fn stale(
    db: &dyn Reads,
    facts: &GuideFacts,
    base: RevisionId,
    mine: Vec<u8>,
) -> Result<CommandError, CommandError> {
    within_limit(&mine)?;
    let base = revisions::find(db, facts.guide_id, base).await?;
    let theirs = revisions::find(db, facts.guide_id, facts.latest.revision_id).await?;
    let theirs = theirs.ok_or(annai_domain::decide::Refusal::NotFound)?;
    Ok(CommandError::Stale(Box::new(StaleText {
        base: base.map(SavedText::from),
        theirs: theirs.into(),
        mine,
    })))
}

impl From<StoredRevision> for SavedText {
    fn from(revision: StoredRevision) -> Self {
        Self {
            revision_id: revision.revision_id,
            revision_number: revision.revision_number,
            content_hash: revision.content_hash,
            source: revision.source,
            created_at: revision.created_at,
        }
    }
}

/// Returns the slug that `source` claims. A malformed slug claims nothing: the checks report it,
/// and the draft is saved without.
pub(crate) fn claimed_slug(
    source: &GuideSource,
    schema: &Schema,
    path: Option<&str>,
) -> Option<Slug> {
    schema.slug_of(source, path).ok().flatten()
}
