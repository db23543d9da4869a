use annai_storage::{AwayState, StorageError};
use annai_web::metrics::Witness;
use annai_web::{Problem, outage};

/// Answers 503 while the database is away, otherwise 500 with a request id and nothing else.
#[must_use]
pub fn storage_problem(error: &StorageError) -> Problem {
    match error.away_state() {
        Some(AwayState::NotConfirmed) => {
            outage::notice(Witness::Editors, error);
            Problem::commit_unknown(outage::RETRY_AFTER)
        }
        Some(_) => outage::problem(Witness::Editors, error),
        None => Problem::internal(error),
    }
}
