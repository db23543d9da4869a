use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use crate::Problem;
use crate::context::{current, scope};

/// Answers the requests of `router` on the threads of `runtime`.
///
/// Long work there, such as rendering and compressing, delays no other request. When the client
/// disconnects, the work is cancelled.
pub fn answer_on(router: Router, runtime: Handle) -> Router {
    Router::new().fallback(async move |request: Request| {
        let answer = router.oneshot(request);
        let mut work = JoinSet::new();
        match current() {
            Some(context) => work.spawn_on(scope(context, answer).in_current_span(), &runtime),
            None => work.spawn_on(answer.in_current_span(), &runtime),
        };
        match work.join_next().await {
            Some(Ok(Ok(response))) => response,
            Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime ends only with the program.
            Some(Err(_)) | None => Problem::unavailable(Duration::from_secs(1)).into_response(),
        }
    })
}
