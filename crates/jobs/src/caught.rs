use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use metrics::{counter, describe_counter};

/// Panics of background work, by `job`.
const PANICS: &str = "annai_job_panics_total";

/// Describes the metrics of jobs to the recorder, once there is one.
pub fn describe_metrics() {
    describe_counter!(PANICS, "Panics of background work, by job");
}

/// Runs `work` of `job`. Logs and counts a panic, and returns `None` for it.
pub(crate) async fn caught<T>(job: &'static str, work: impl Future<Output = T>) -> Option<T> {
    // Jobs share only state that a panic leaves whole: transactions, atomics, and locks that can be
    // taken again.
    let result = AssertUnwindSafe(work).catch_unwind().await;
    if result.is_err() {
        counter!(PANICS, "job" => job).increment(1);
        // The panic hook has written the message and the place.
        tracing::error!(job, "a job panicked");
    }
    result.ok()
}
