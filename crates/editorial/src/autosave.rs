use annai_content::GuideSource;
use annai_domain::decide::Refusal;
use annai_domain::{FieldFault, GuideId, RevisionId, WindowId, decide};
use annai_storage::{WriteTx, guides, working_copies};
use jiff::Timestamp;

use crate::CommandError;

/// The highest sequence number, 2^53 - 1: browsers cannot count exactly beyond it.
const LAST_SEQUENCE: i64 = 9_007_199_254_740_991;

/// A state of the text that is stored once the transaction is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Autosaved {
    /// The browser's sequence number of that state.
    pub sequence: i64,
    /// The time of storing.
    pub updated_at: Timestamp,
}

/// Stores the actor's text in their working copy, even if its front matter is malformed. Nobody
/// else sees it.
///
/// # Errors
///
/// [`CommandError::SequenceNotNewer`] when the stored state is as new or newer;
/// [`CommandError::Field`] when the number is higher than browsers can count.
pub async fn autosave(
    tx: &mut WriteTx,
    guide_id: GuideId,
    base: RevisionId,
    sequence: i64,
    source: Vec<u8>,
    window: Option<WindowId>,
) -> Result<Autosaved, CommandError> {
    let facts = guides::find_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::write(&facts, tx.actor())?;
    within_limit(&source)?;
    if sequence > LAST_SEQUENCE {
        return Err(CommandError::Field {
            field: "sequence",
            fault: FieldFault::Malformed,
        });
    }
    let stored = working_copies::store(tx, guide_id, base, sequence, &source, window).await?;
    if let Some(sequence) = stored {
        return Ok(Autosaved {
            sequence,
            updated_at: tx.now(),
        });
    }
    let stored = working_copies::find(tx, guide_id, tx.actor().user_id).await?;
    Err(CommandError::SequenceNotNewer {
        stored: stored.map_or(0, |copy| copy.client_sequence),
    })
}

/// Discards the actor's working copy; returns whether there was one.
///
/// # Errors
///
/// See [`CommandError`].
pub async fn discard_working_copy(
    tx: &mut WriteTx,
    guide_id: GuideId,
) -> Result<bool, CommandError> {
    let facts = guides::find_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::write(&facts, tx.actor())?;
    Ok(working_copies::remove(tx, guide_id).await?)
}

/// Refuses a text over the size limit, as the parser would; any other text may be kept.
pub(crate) fn within_limit(source: &[u8]) -> Result<(), CommandError> {
    if source.len() <= GuideSource::MAX_BYTES {
        return Ok(());
    }
    match GuideSource::parse(source) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
