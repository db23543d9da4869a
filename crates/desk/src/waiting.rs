//! The reviews that wait for one person. Home, navigation and queue count with this.

use annai_domain::{Actor, decide};
use annai_storage::StorageError;
use annai_storage::review_queue::{self, QueueViewer};

use crate::DeskState;

/// Returns the person as the queue of their own judgements knows them; `None` if they judge
/// nothing.
#[must_use]
pub fn judge(actor: &Actor) -> Option<QueueViewer> {
    let scope = decide::list_waiting(actor).ok()?;
    Some(QueueViewer {
        scope,
        user_id: actor.user_id,
    })
}

/// Counts the reviews that wait for the person; `None` if they judge nothing.
///
/// # Errors
///
/// [`StorageError`] when the database cannot answer.
pub async fn count_waiting(state: &DeskState, actor: &Actor) -> Result<Option<i64>, StorageError> {
    match judge(actor) {
        Some(viewer) => {
            let count = review_queue::count_waiting(&state.database.reader(), viewer).await?;
            Ok(Some(count))
        }
        None => Ok(None),
    }
}
