//! What answers from the first moment, and lets everything else through once it is there.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tower::ServiceExt as _;

use super::readiness::Readiness;

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

/// `GET /healthz`: the process answers.
async fn health() -> Response {
    private(StatusCode::OK, Json(json!({ "status": "ok" })))
}

/// `GET /readyz`: 200 where requests make sense, be it only consumers', otherwise 503; with the
/// reason.
async fn ready(State(gate): State<Gate>) -> Response {
    let state = gate.readiness.get();
    let (status, reason) = state.describe();
    let code = if state.is_of_use() {
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
    use axum::body::{Body, to_bytes};

    use super::super::readiness::State as Readying;
    use super::*;

    #[tokio::test]
    async fn a_node_that_answers_from_memory_is_of_use() {
        let readiness = Readiness::new();
        let router = Gate::new(readiness.clone()).router();
        for (state, code, word) in [
            (Readying::Starting("x"), 503, "starting"),
            (Readying::Ready, 200, "ready"),
            (
                Readying::Degraded("the database does not answer"),
                200,
                "degraded",
            ),
            (Readying::Failing("x"), 503, "failing"),
            (Readying::Stopping, 503, "stopping"),
        ] {
            readiness.set(state);
            let request = Request::get("/readyz").body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status().as_u16(), code, "{state:?}");
            let body = to_bytes(answer.into_body(), 1000).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["status"], word);
        }
    }
}
