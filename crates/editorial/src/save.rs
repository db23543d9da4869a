use annai_content::Schema;
use annai_domain::{Actor, GuideId, RevisionId, WindowId};
use annai_storage::working_copies::WorkingCopy;
use annai_storage::{Database, WriteTx, working_copies};

use crate::save_merge::save_merge_over;
use crate::save_revision::save_revision_over;
use crate::{CommandError, MergedFrom, SavedRevision, autosave};

/// The number of tries to put a text into a working copy that others replace meanwhile.
const TRIES: u32 = 5;

/// A text to be saved.
#[derive(Debug, Clone)]
pub struct NewText<'a> {
    /// The guide that the text is for.
    pub guide_id: GuideId,
    /// The revision it was written on; for a merge, the newer revision it was merged with.
    pub base: RevisionId,
    /// For a merge, the revision that the person's own text was begun on.
    pub begun_on: Option<RevisionId>,
    /// The bytes to save; malformed ones can be kept.
    pub source: Vec<u8>,
    /// The message beside the revision.
    pub message: &'a str,
    /// The window in which it was typed, if it was typed in one.
    pub window: Option<WindowId>,
    /// The newest sequence number of the working copy that the window knows. Without one, every
    /// text of the working copy is replaced.
    pub seen: Option<i64>,
}

/// A revision that exists once the transaction is committed.
#[derive(Debug)]
pub struct Saved {
    /// The new revision, or the newest one if the text is unchanged.
    pub revision: SavedRevision,
    /// The transaction; the caller may add to it and commits it.
    pub tx: WriteTx,
}

/// The reason why a text was not saved, and whether it was kept.
#[derive(Debug)]
pub struct NotSaved {
    /// The reason.
    pub error: CommandError,
    /// Whether the text is in the person's working copy.
    pub kept: bool,
}

/// Saves a text as the newest revision, or puts it into the person's working copy.
///
/// The revision is written in `tx`. A refusal undoes that transaction and stores the text in
/// another one. It replaces the working copy, because the person's newest text is the one they
/// tried to save.
///
/// # Errors
///
/// [`NotSaved`] with the error of [`save_revision`](crate::save_revision()) or [`save_merge`](crate::save_merge()).
pub async fn save(
    db: &Database,
    schema: &Schema,
    mut tx: WriteTx,
    text: NewText<'_>,
) -> Result<Saved, NotSaved> {
    let NewText {
        guide_id,
        base,
        begun_on,
        source,
        message,
        window,
        seen,
    } = text;
    let saved = match begun_on {
        None => {
            let source = source.clone();
            save_revision_over(&mut tx, schema, guide_id, base, source, message, seen).await
        }
        Some(begun_on) => {
            let from = MergedFrom {
                begun_on,
                theirs: base,
            };
            let source = source.clone();
            save_merge_over(&mut tx, schema, guide_id, from, source, message, seen).await
        }
    };
    let error = match saved {
        Ok(revision) => return Ok(Saved { revision, tx }),
        Err(error) => error,
    };
    let actor = tx.actor().clone();
    drop(tx);
    let kept =
        is_about_the_text(&error) && kept(db, &actor, guide_id, base, source, window, seen).await;
    Err(NotSaved { error, kept })
}

/// Returns whether a refusal is about the text itself or another person's faster save. The person
/// may still write the guide, and their text must not be lost.
fn is_about_the_text(error: &CommandError) -> bool {
    match error {
        CommandError::Stale(_)
        | CommandError::Source(_)
        | CommandError::Invalid(_)
        | CommandError::SlugTaken(_)
        | CommandError::PathTaken(_)
        | CommandError::Field { .. } => true,
        CommandError::Refused(_)
        | CommandError::Referrers(_)
        | CommandError::SequenceNotNewer { .. }
        | CommandError::Storage(_) => false,
    }
}

/// Tries to keep the text; returns whether it is in the working copy.
async fn kept(
    db: &Database,
    actor: &Actor,
    guide_id: GuideId,
    base: RevisionId,
    source: Vec<u8>,
    window: Option<WindowId>,
    seen: Option<i64>,
) -> bool {
    let Err(error) = keep_text(db, actor, guide_id, base, source, window, seen).await else {
        return true;
    };
    let error = &error as &dyn std::error::Error;
    tracing::warn!(%guide_id, error, "a refused text was not kept");
    false
}

/// Puts a text that cannot be saved yet into the person's working copy, which it replaces. `seen` is
/// the newest sequence number that the window knows; without one every text is replaced.
///
/// # Errors
///
/// [`CommandError::SequenceNotNewer`] when another window stored another text meanwhile; otherwise see
/// [`autosave`]. A text over the size limit cannot be kept.
pub async fn keep_text(
    db: &Database,
    actor: &Actor,
    guide_id: GuideId,
    base: RevisionId,
    source: Vec<u8>,
    window: Option<WindowId>,
    seen: Option<i64>,
) -> Result<(), CommandError> {
    let mut tries = 0;
    loop {
        let mut tx = db.begin(actor.clone()).await?;
        let stored = working_copies::find(&tx, guide_id, tx.actor().user_id).await?;
        let is_unseen = |copy: &WorkingCopy| {
            seen.is_some_and(|seen| copy.client_sequence > seen) && copy.source != source
        };
        if let Some(unseen) = stored.as_ref().filter(|copy| is_unseen(copy)) {
            let stored = unseen.client_sequence;
            return Err(CommandError::SequenceNotNewer { stored });
        }
        let sequence = stored.map_or(1, |copy| copy.client_sequence + 1);
        tries += 1;
        match autosave(&mut tx, guide_id, base, sequence, source.clone(), window).await {
            // The page that is being left autosaves at the same moment.
            Err(CommandError::SequenceNotNewer { .. }) if tries < TRIES => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(tx.commit().await?),
        }
    }
}

#[cfg(test)]
mod tests {
    use annai_content::GuideSource;
    use annai_domain::decide::Refusal;
    use annai_domain::{ContentHash, FieldFault};
    use annai_storage::{Conflict, StorageError};

    use super::*;
    use crate::{SavedText, StaleText};

    fn stale() -> CommandError {
        let theirs = SavedText {
            revision_id: RevisionId::new(),
            revision_number: 2,
            content_hash: ContentHash::of(b""),
            source: Vec::new(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
        };
        CommandError::Stale(Box::new(StaleText {
            base: None,
            theirs,
            mine: Vec::new(),
        }))
    }

    #[test]
    fn a_text_is_kept_exactly_where_the_refusal_is_about_it() {
        let malformed = GuideSource::parse("---json\n{\n---\n").unwrap_err();
        let errors = [
            (stale(), true),
            (CommandError::Source(malformed), true),
            (CommandError::Invalid(Vec::new()), true),
            (CommandError::SlugTaken("a".parse().unwrap()), true),
            (CommandError::PathTaken("a.md".to_owned()), true),
            (
                CommandError::Field {
                    field: "message",
                    fault: FieldFault::TooLong,
                },
                true,
            ),
            (Refusal::NotFound.into(), false),
            (CommandError::Referrers(Vec::new()), false),
            (CommandError::SequenceNotNewer { stored: 1 }, false),
            (
                CommandError::Storage(StorageError::Conflict(Conflict::Immutable)),
                false,
            ),
        ];
        for (error, is_kept) in errors {
            assert_eq!(is_about_the_text(&error), is_kept, "{error:?}");
        }
    }
}
