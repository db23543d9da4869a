//! Serves health checks from the first moment, and everything else once it is ready.

use std::sync::Arc;

use annai_delivery::Service;
use annai_web::{Answers, Json, Query};
use arc_swap::ArcSwapOption;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use super::readiness::Readiness;

/// The service in front: it answers health checks, and passes other requests on after
/// [`Gate::open`].
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    own: Router,
    health: Router,
    application: Arc<ArcSwapOption<Service>>,
}

impl Gate {
    pub(crate) fn new(readiness: Readiness) -> Self {
        let health = Router::new()
            .route("/healthz", get(health))
            .route("/readyz", get(ready))
            .with_state(readiness);
        let own = Router::new()
            .route("/", get(|| async { Redirect::to("/admin") }))
            .merge(health.clone())
            .fallback(starting);
        Self {
            own,
            health,
            application: Arc::default(),
        }
    }

    /// Returns the routes of the health checks alone.
    pub(crate) fn health(&self) -> Router {
        self.health.clone()
    }

    /// Passes requests on to `application` from now on, in place of the one before.
    pub(crate) fn open(&self, application: Service) {
        self.application.store(Some(Arc::new(application)));
    }
}

impl Answers for Gate {
    async fn answer(&self, request: Request) -> Response {
        let is_own = matches!(request.uri().path(), "/" | "/healthz" | "/readyz");
        match self.application.load_full().filter(|_| !is_own) {
            Some(application) => application.answer(request).await,
            None => self.own.answer(request).await,
        }
    }
}

/// The parameters of health checks: none.
#[derive(Debug, Deserialize)]
struct NoParameters {}

/// Responds to `GET /healthz`: the process runs.
async fn health(_: Query<NoParameters>) -> Response {
    private(StatusCode::OK, Json(json!({ "status": "ok" })))
}

/// Responds to `GET /readyz`: 200 if at least consumers are served, otherwise 503 with the reason.
async fn ready(State(readiness): State<Readiness>, _: Query<NoParameters>) -> Response {
    let state = readiness.get();
    let (status, reason) = state.describe();
    let code = if state.is_of_use() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    private(code, Json(json!({ "status": status, "reason": reason })))
}

/// Responds to a request during the start.
pub(super) async fn starting() -> Response {
    let wait = [(header::RETRY_AFTER, "2"), (header::REFRESH, "2")];
    let text = "Annai is starting … / 案内を起動しています。\n";
    (wait, private(StatusCode::SERVICE_UNAVAILABLE, text)).into_response()
}

/// Keeps caches from storing a response that holds only for this moment.
fn private(code: StatusCode, body: impl IntoResponse) -> Response {
    (code, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};

    use super::super::readiness::State as Readying;
    use super::*;

    #[tokio::test]
    async fn a_load_balancer_learns_whether_requests_make_sense() {
        let readiness = Readiness::new();
        let gate = Gate::new(readiness.clone());
        for (state, code, word) in [
            (Readying::Starting("x"), 503, "starting"),
            (Readying::Ready, 200, "ready"),
            (Readying::Failing("x"), 503, "failing"),
            (Readying::Stopping, 503, "stopping"),
        ] {
            readiness.set(state);
            let request = Request::get("/readyz").body(Body::empty()).unwrap();
            let answer = gate.answer(request).await;
            assert_eq!(answer.status().as_u16(), code, "{state:?}");
            let body = to_bytes(answer.into_body(), 1000).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["status"], word);
        }
    }

    #[tokio::test]
    async fn a_node_that_answers_from_memory_is_of_use() {
        let readiness = Readiness::new();
        readiness.site_is_loaded();
        for (state, is_of_use) in [
            (Readying::Starting("x"), true),
            (Readying::Failing("x"), true),
            (Readying::Stopping, false),
        ] {
            readiness.set(state);
            assert_eq!(readiness.get().is_of_use(), is_of_use, "{state:?}");
        }
    }

    #[tokio::test]
    async fn health_answers_take_no_parameters() {
        let gate = Gate::new(Readiness::new());
        for (path, expected) in [
            ("/healthz", StatusCode::OK),
            ("/healthz?verbose=1", StatusCode::BAD_REQUEST),
            ("/readyz?verbose=1", StatusCode::BAD_REQUEST),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = gate.answer(request).await;
            assert_eq!(answer.status(), expected, "{path}");
        }
    }
}
