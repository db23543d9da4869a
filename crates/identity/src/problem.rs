use annai_storage::{AwayState, StorageError};
use annai_web::metrics::Witness;
use annai_web::{Problem, outage};

/// Answers 503 while the database is away, otherwise 500 with a request id and nothing else.
#[must_use]
pub fn storage_problem(error: &StorageError) -> Problem {
    match error {
        StorageError::Unavailable(away) if away.state == AwayState::NotConfirmed => {
            outage::notice(Witness::Editors, error);
            Problem::commit_unknown(outage::RETRY_AFTER)
        }
        StorageError::Unavailable(_) => outage::problem(Witness::Editors, error),
        StorageError::Conflict(_)
        | StorageError::Corrupt { .. }
        | StorageError::Database(_)
        | StorageError::Migrate(_) => Problem::internal(error),
    }
}
