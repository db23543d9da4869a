//! What answers from the first moment, and lets everything else through once it is there.

use std::sync::{Arc, OnceLock};

use annai_web::Query;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use tower::ServiceExt as _;

use super::readiness::{self, Readiness};

/// Health answers, and a door that [`Gate::open`] opens.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    readiness: Readiness,
    application: Arc<OnceLock<Router>>,
}

impl Gate {
    pub(crate) fn new(readiness: Readiness) -> Self {
        Self {
            readiness,
            application: Arc::new(OnceLock::new()),
        }
    }

    /// Lets requests through to `application` from now on.
    pub(crate) fn open(&self, application: Router) {
        if self.application.set(application).is_err() {
            tracing::error!("the gate was opened twice");
        }
    }

    /// The router to be served from the start.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/", get(|| async { Redirect::to("/admin") }))
            .route("/healthz", get(health))
            .route("/readyz", get(ready))
            .fallback(pass)
            .with_state(self)
    }
}

/// What health answers take: nothing.
#[derive(Debug, Deserialize)]
struct NoParameters {}

/// `GET /healthz`: the process answers.
async fn health(_: Query<NoParameters>) -> Response {
    private(StatusCode::OK, Json(json!({ "status": "ok" })))
}

/// `GET /readyz`: 200 where requests make sense, otherwise 503 with the reason.
async fn ready(State(gate): State<Gate>, _: Query<NoParameters>) -> Response {
    let state = gate.readiness.get();
    let (status, reason) = state.describe();
    let code = if state == readiness::State::Ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    private(code, Json(json!({ "status": status, "reason": reason })))
}

async fn pass(State(gate): State<Gate>, request: Request) -> Response {
    if let Some(application) = gate.application.get() {
        return application.clone().oneshot(request).await.into_response();
    }
    let wait = [(header::RETRY_AFTER, "2"), (header::REFRESH, "2")];
    let text = "Annai is starting … / 案内を起動しています。\n";
    (wait, private(StatusCode::SERVICE_UNAVAILABLE, text)).into_response()
}

/// Health answers are about this moment.
fn private(code: StatusCode, body: impl IntoResponse) -> Response {
    (code, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[tokio::test]
    async fn health_answers_take_no_parameters() {
        let router = Gate::new(Readiness::new()).router();
        for (path, expected) in [
            ("/healthz", StatusCode::OK),
            ("/healthz?verbose=1", StatusCode::BAD_REQUEST),
            ("/readyz?verbose=1", StatusCode::BAD_REQUEST),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), expected, "{path}");
        }
    }
}
