use std::error::Error;
use std::time::Duration;

use annai_storage::StorageError;
use annai_web::Problem;

/// The wait that a client is told while the database is away.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Answers 503 while the database is away, otherwise 500 with a request id and nothing else.
#[must_use]
pub fn storage_problem(error: &StorageError) -> Problem {
    match error {
        StorageError::Unavailable(_) => {
            tracing::warn!(error = error as &dyn Error, "the database does not answer");
            Problem::unavailable(RETRY_AFTER)
        }
        StorageError::Conflict(_)
        | StorageError::Corrupt { .. }
        | StorageError::Database(_)
        | StorageError::Migrate(_) => Problem::internal(error),
    }
}
