use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use metrics::{counter, describe_counter};

/// Panics of background work, by `job`.
const PANICS: &str = "annai_job_panics_total";

/// Says what each metric means, once a recorder is there.
pub fn describe_metrics() {
    describe_counter!(PANICS, "Panics of background work, by job");
}

/// Runs `work` of `job` to its end. A panic is logged and counted; `None` is returned for it.
pub(crate) async fn caught<T>(job: &'static str, work: impl Future<Output = T>) -> Option<T> {
    // Jobs share only what stays whole when work on it breaks off: transactions, atomics, and
    // locks that are taken again after a panic.
    let result = AssertUnwindSafe(work).catch_unwind().await;
    if result.is_err() {
        counter!(PANICS, "job" => job).increment(1);
        // The panic hook has written down the message and the place.
        tracing::error!(job, "background work panicked");
    }
    result.ok()
}
