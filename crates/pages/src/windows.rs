//! Merges what one person typed in two windows, such as on two machines.

use annai_content::{Conflict, ConflictPlace, Merge, ResolveError};
use annai_domain::{GuideId, RevisionId};
use annai_editorial::{CommandError, keep_text};
use annai_storage::revisions::{self, StoredRevision};
use annai_storage::working_copies;

use super::conflict::merge_sources;
use super::editor_form::window;
use super::error::PageError;
use super::form::FormData;
use super::page::Page;
use annai_view::Message;

/// The number of tries of a merge: another window may store a text meanwhile.
const TRIES: u32 = 5;

/// Stores the merge of the form's text with the working copy that another window of the person
/// stored. Returns a notice where both conflict. No revision is saved, so the person reads the
/// result first.
pub(super) async fn merge(
    page: &Page,
    guide_id: GuideId,
    form: &FormData,
    mine: Vec<u8>,
) -> Result<Option<Message>, PageError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match merge_once(page, guide_id, form, mine.clone()).await? {
            Err(CommandError::SequenceNotNewer { .. }) if tries < TRIES => {}
            done => return Ok(done?),
        }
    }
}

/// Merges with the working copy as it is now. The inner error says that it changed meanwhile.
async fn merge_once(
    page: &Page,
    guide_id: GuideId,
    form: &FormData,
    mine: Vec<u8>,
) -> Result<Result<Option<Message>, CommandError>, PageError> {
    let mut base = base_of(page, guide_id, form.parse("base")?).await?;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    let seen = kept.as_ref().map_or(0, |kept| kept.client_sequence);
    let mut source = mine.clone();
    let mut notice = None;
    if let Some(kept) = kept.filter(|kept| kept.source != mine) {
        let other = base_of(page, guide_id, kept.base_revision_id).await?;
        let older = older_of(&base, &other).source.clone();
        let merge = merge_sources([older, mine, kept.source]).await?;
        // A malformed text cannot be merged.
        let stored = kept.client_sequence;
        let merge = merge.ok_or(CommandError::SequenceNotNewer { stored })?;
        source = merge.keep_both().map_err(not_resolved)?.into_bytes();
        notice = notice_of(&merge);
        if other.revision_number > base.revision_number {
            base = other;
        }
    }
    let (db, actor) = (&page.state.database, page.actor());
    let (base, window) = (base.revision_id, window(form)?);
    let stored = keep_text(db, actor, guide_id, base, source, window, Some(seen)).await;
    Ok(stored.map(|()| notice))
}

async fn base_of(
    page: &Page,
    guide_id: GuideId,
    base: RevisionId,
) -> Result<StoredRevision, PageError> {
    revisions::find(&page.reader(), guide_id, base)
        .await?
        .ok_or_else(PageError::not_found)
}

fn older_of<'a>(one: &'a StoredRevision, other: &'a StoredRevision) -> &'a StoredRevision {
    if other.revision_number < one.revision_number {
        other
    } else {
        one
    }
}

fn not_resolved(error: ResolveError) -> PageError {
    match error {
        ResolveError::Source(error) => CommandError::Source(error).into(),
        error => PageError::internal(&error),
    }
}

/// Explains what of both texts was kept; nothing where they did not conflict.
fn notice_of(merge: &Merge) -> Option<Message> {
    let others: Vec<_> = merge.conflicts().filter_map(other_value).collect();
    if !others.is_empty() {
        return Some(Message::new("windows.fields").with("fields", others));
    }
    let has_conflicts = merge.conflicts().next().is_some();
    has_conflicts.then(|| Message::new("windows.merged"))
}

/// Returns the other window's value of a field that both changed.
fn other_value(conflict: &Conflict) -> Option<String> {
    match &conflict.place {
        ConflictPlace::Field { path, .. } => {
            let value = conflict.theirs.as_deref().unwrap_or_default();
            Some(format!("{} = {value}", path.join(".")))
        }
        ConflictPlace::Body { .. } => None,
    }
}
