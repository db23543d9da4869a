use std::time::Duration;

use annai_storage::StorageError;
use annai_web::{Problem, error_chain};

/// When to try again while the database is away.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A stored part that every published version has is missing or malformed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// It was not read.
    #[error("published_versions has no {0}")]
    Missing(&'static str),
    /// The stored document is not what publishing writes.
    #[error("the stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
    /// The stored source cannot be read.
    #[error("the stored source cannot be read: {0}")]
    Source(#[from] annai_content::SourceError),
}

/// What a consumer is told when storage cannot answer.
pub(crate) fn storage_problem(error: &StorageError) -> Problem {
    match error {
        StorageError::Unavailable(_) => {
            tracing::warn!(error = %error_chain(error), "delivery cannot reach the database");
            Problem::unavailable(RETRY_AFTER)
        }
        StorageError::Conflict(_)
        | StorageError::Corrupt { .. }
        | StorageError::Database(_)
        | StorageError::Migrate(_) => Problem::internal(error),
    }
}

/// What a consumer is told when what is stored makes no sense.
pub(crate) fn broken(error: &Broken) -> Problem {
    Problem::internal(error)
}
