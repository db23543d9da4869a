//! The reviews that wait for one person. Home, navigation and queue count with this.

use annai_domain::decide::{self, GuideScope};
use annai_domain::{Actor, ReviewState};
use annai_storage::StorageError;
use annai_storage::review_queue::{self, QueueFilter, QueueViewer};

use crate::DeskState;

/// Returns the person as the queue of their own judgements knows them; `None` if they judge
/// nothing.
#[must_use]
pub fn judge(actor: &Actor) -> Option<QueueViewer> {
    Some(viewer(actor, decide::list_waiting(actor).ok()?))
}

/// Returns the person as the queue of approved reviews knows them; `None` if they publish nothing.
#[must_use]
pub fn publisher(actor: &Actor) -> Option<QueueViewer> {
    Some(viewer(actor, decide::list_publishable(actor).ok()?))
}

fn viewer(actor: &Actor, scope: GuideScope) -> QueueViewer {
    QueueViewer {
        scope,
        user_id: actor.user_id,
    }
}

/// Returns the state with which the queue opens for the person: the one that waits for them.
#[must_use]
pub fn first_state(actor: &Actor) -> ReviewState {
    if judge(actor).is_none() && publisher(actor).is_some() {
        ReviewState::Approved
    } else {
        ReviewState::Open
    }
}

/// Counts the reviews that wait for the person's decision; `None` if they judge nothing.
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

/// Counts the approved reviews that wait for publication; `None` if the person publishes nothing.
///
/// # Errors
///
/// [`StorageError`] when the database cannot answer.
pub async fn count_publishable(
    state: &DeskState,
    actor: &Actor,
) -> Result<Option<i64>, StorageError> {
    let Some(viewer) = publisher(actor) else {
        return Ok(None);
    };
    let db = state.database.reader();
    let counts = review_queue::count(&db, viewer, &QueueFilter::ALL).await?;
    let approved = counts
        .iter()
        .filter(|count| count.state == ReviewState::Approved);
    Ok(Some(approved.map(|count| count.count).sum()))
}

/// Counts the reviews in the state with which the queue opens, for the navigation; `None` where
/// none of them waits for the person.
///
/// # Errors
///
/// [`StorageError`] when the database cannot answer.
pub async fn count_first(
    state: &DeskState,
    actor: &Actor,
) -> Result<Option<(ReviewState, i64)>, StorageError> {
    let first = first_state(actor);
    let count = if first == ReviewState::Approved {
        count_publishable(state, actor).await?
    } else {
        count_waiting(state, actor).await?
    };
    Ok(count.map(|count| (first, count)))
}
