use annai_storage::StorageError;
use annai_web::metrics::Witness;
use annai_web::{error_chain, outage};

/// Notes the failure of a job's run; `consequence` says what its next run does. An outage of the
/// database is logged once for everyone, any other failure by itself.
pub(super) fn note(error: &StorageError, consequence: &'static str) {
    if matches!(error, StorageError::Unavailable(_)) {
        outage::notice(Witness::Background, error);
        tracing::debug!("{consequence}");
    } else {
        tracing::warn!(error = error_chain(error), "{consequence}");
    }
}
