use annai_content::{AnchoredText, GuideSource, Schema};
use annai_domain::decide::Refusal;
use annai_domain::{
    Anchor, AuditAction, CommentId, FieldFault, GuideFacts, GuideId, Quotation, ReviewId, ThreadId,
    decide, limits,
};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::threads::{self, NewThread};
use annai_storage::{Reads, WriteTx, guides, revisions, working_copies};
use serde_json::json;

use crate::reply::say;
use crate::{CommandError, fields};

/// A thread to be begun.
#[derive(Debug, Clone)]
pub struct ThreadForm<'a> {
    /// The review of the guide that it belongs to, if any.
    pub review_id: Option<ReviewId>,
    /// The subject; `None` for the guide as a whole. The text around a quotation may be inexact:
    /// the command takes it from the stored text.
    pub anchor: Option<Anchor>,
    /// Whether it blocks approval until it is resolved.
    pub is_blocking: bool,
    /// The first comment.
    pub body: &'a str,
}

/// A thread that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BegunThread {
    /// The thread that replies and resolutions name.
    pub thread_id: ThreadId,
    /// The comment that begins the thread.
    pub comment_id: CommentId,
}

/// Begins a thread about the guide, one of its fields, or words of its body.
///
/// The command looks for the words in the revision that the actor read, then in their working copy.
///
/// # Errors
///
/// [`CommandError::Field`] when the field or the words are not there; otherwise see
/// [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn begin_thread(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    form: ThreadForm<'_>,
) -> Result<BegunThread, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::comment(&facts, tx.actor())?;
    let kind = form.anchor.as_ref().map(|anchor| match anchor {
        Anchor::Field(_) => "field",
        Anchor::Quote(_) => "quote",
    });
    let anchor = match form.anchor {
        Some(Anchor::Field(key)) => Some(known_field(tx, schema, &facts, key).await?),
        Some(Anchor::Quote(rough)) => Some(found_quotation(tx, guide_id, &rough).await?),
        None => None,
    };
    let thread = NewThread {
        thread_id: ThreadId::new(),
        guide_id,
        review_id: form.review_id,
        anchor: anchor.as_ref(),
        is_blocking: form.is_blocking,
    };
    threads::insert(tx, thread).await?;
    let thread_id = thread.thread_id;
    let comment_id = say(tx, &facts, thread_id, form.body).await?;
    let entry = NewAuditEntry {
        action: AuditAction::GuideComment,
        guide_id: Some(guide_id),
        subject_id: Some(comment_id.0),
        details: json!({
            "thread_id": thread_id,
            "review_id": form.review_id,
            "anchor": kind,
            "is_blocking": form.is_blocking,
        }),
    };
    audit::record(tx, entry).await?;
    Ok(BegunThread {
        thread_id,
        comment_id,
    })
}

/// Returns the field if the schema or the newest text has it.
async fn known_field(
    db: &dyn Reads,
    schema: &Schema,
    facts: &GuideFacts,
    key: String,
) -> Result<Anchor, CommandError> {
    fields::at_most("field", &key, limits::FIELD_KEY)?;
    let latest = revisions::find(db, facts.guide_id, facts.latest.revision_id).await?;
    let source = latest.and_then(|latest| GuideSource::parse(latest.source).ok());
    let is_there = source.is_some_and(|source| source.front_matter().contains_key(&key));
    if schema.field(&key).is_some() || is_there {
        Ok(Anchor::Field(key))
    } else {
        Err(CommandError::Field {
            field: "field",
            fault: FieldFault::Unknown,
        })
    }
}

async fn found_quotation(
    tx: &WriteTx,
    guide_id: GuideId,
    rough: &Quotation,
) -> Result<Anchor, CommandError> {
    fields::at_most("quote", &rough.quote, limits::QUOTE)?;
    let revision = revisions::find(tx, guide_id, rough.revision_id).await?;
    let revision = revision.ok_or(Refusal::NotFound)?;
    let mut found = find(revision.source, rough);
    if found.is_none()
        && let Some(copy) = working_copies::find(tx, guide_id, tx.actor().user_id).await?
    {
        found = find(copy.source, rough);
    }
    let found = found.ok_or(CommandError::Field {
        field: "quote",
        fault: FieldFault::Unknown,
    })?;
    Ok(Anchor::Quote(found))
}

fn find(source: Vec<u8>, rough: &Quotation) -> Option<Quotation> {
    let source = GuideSource::parse(source).ok()?;
    AnchoredText::new(&source).quotation(rough)
}
