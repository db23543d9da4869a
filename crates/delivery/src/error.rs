use std::sync::Arc;

use annai_storage::StorageError;
use annai_web::metrics::Witness;
use annai_web::{Problem, outage};

/// The reason why a part of a guide is not available.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum NoBody {
    /// Postgres failed.
    #[error(transparent)]
    Storage(Arc<StorageError>),
    /// Postgres does not have it.
    #[error("published_versions has no such version")]
    Missing,
    /// The kept bytes do not decompress, or do not compress again.
    #[error("kept bytes cannot be decompressed or compressed again")]
    Broken,
}

/// A stored part is missing or malformed, or its bytes are not available.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Broken {
    /// Every published version has this part, but this one does not.
    #[error("published_versions has no {0}")]
    Missing(&'static str),
    /// The stored document is not one that publishing writes.
    #[error("the stored document cannot be read: {0}")]
    Document(Arc<serde_json::Error>),
    /// The stored source is malformed.
    #[error("the stored source cannot be read: {0}")]
    Source(Arc<annai_content::SourceError>),
    /// The ready bytes are not available.
    #[error(transparent)]
    Body(#[from] NoBody),
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Self {
        Self::Document(Arc::new(error))
    }
}

impl From<annai_content::SourceError> for Broken {
    fn from(error: annai_content::SourceError) -> Self {
        Self::Source(Arc::new(error))
    }
}

/// Returns the problem for a failure of storage.
pub(crate) fn storage_problem(error: &StorageError) -> Problem {
    match error.away_state() {
        Some(_) => outage::problem(Witness::Delivery, error),
        None => Problem::internal(error),
    }
}

/// Returns the problem for stored data that is malformed or not available.
pub(crate) fn broken(error: &Broken) -> Problem {
    match error {
        Broken::Body(error) => no_body(error),
        Broken::Missing(_) | Broken::Document(_) | Broken::Source(_) => Problem::internal(error),
    }
}

/// Returns the problem for a guide whose ready bytes are not available.
pub(crate) fn no_body(error: &NoBody) -> Problem {
    match error {
        NoBody::Storage(error) => storage_problem(error),
        NoBody::Missing | NoBody::Broken => Problem::internal(error),
    }
}

/// Returns the problem for a node that has not loaded the site yet.
pub(crate) fn not_loaded() -> Problem {
    outage::busy()
}
