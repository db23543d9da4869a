//! Serves health checks from the first moment, and everything else once it is ready.

use std::sync::Arc;
use std::time::Duration;

use annai_delivery::Service;
use annai_web::{Answers, Json, Problem, Query};
use arc_swap::ArcSwapOption;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;

use super::readiness::{Face, Readiness};

/// The time after which a client should try again during the start.
const STARTING_RETRY: Duration = Duration::from_secs(2);

/// The page during the start. It loads no style, because nothing is served yet.
const STARTING_PAGE: &str = "<!doctype html>
<html lang=\"ja\"><meta charset=\"utf-8\"><title>案内</title>
<p>案内を起動しています。このページは自動で開き直します。</p>
<p lang=\"en\">Annai is starting. This page loads itself again.</p>
</html>
";

/// The service in front: it answers health checks, and passes other requests on after
/// [`Gate::open`].
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    own: Router,
    health: Router,
    application: Arc<ArcSwapOption<Service>>,
    is_open: watch::Sender<bool>,
}

impl Gate {
    pub(crate) fn new(readiness: Readiness) -> Self {
        let health: Router = Router::new()
            .route("/healthz", get(health))
            .route("/readyz", get(ready))
            .with_state(readiness.clone());
        let own: Router = Router::new()
            .route("/", get(|| async { Redirect::to("/admin") }))
            .fallback(starting)
            .with_state(readiness)
            .merge(health.clone());
        Self {
            own,
            health,
            application: Arc::default(),
            is_open: watch::Sender::new(false),
        }
    }

    /// Returns the routes of the health checks alone.
    pub(crate) fn health(&self) -> Router {
        self.health.clone()
    }

    /// Passes requests on to `application` from now on, in place of the one before.
    pub(crate) fn open(&self, application: Service) {
        self.application.store(Some(Arc::new(application)));
        self.is_open.send_replace(true);
    }

    /// Completes at the first [`Gate::open`].
    pub(crate) async fn opened(&self) {
        // Its sender lives as long as the gate.
        let _ = self.is_open.subscribe().wait_for(|is_open| *is_open).await;
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

/// The parameters of `GET /healthz`: none.
#[derive(Debug, Deserialize)]
struct NoParameters {}

/// The parameters of `GET /readyz`.
#[derive(Debug, Deserialize)]
struct ReadyParameters {
    /// The half that is asked about. Without it one that serves consumers is enough.
    face: Option<Face>,
}

/// Responds to `GET /healthz`: the process runs.
async fn health(_: Query<NoParameters>) -> Response {
    private(StatusCode::OK, Json(json!({ "status": "ok" })))
}

/// Responds to `GET /readyz`: 200 if the face is served, otherwise 503 with the reason.
async fn ready(
    State(readiness): State<Readiness>,
    Query(asked): Query<ReadyParameters>,
) -> Response {
    let state = readiness.get();
    let (status, reason) = state.describe();
    let code = if state.serves(asked.face.unwrap_or(Face::Delivery)) {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    private(code, Json(json!({ "status": status, "reason": reason })))
}

/// Responds to a request that nothing can serve yet: people get a page that loads itself again,
/// programs a problem.
pub(super) async fn starting(State(readiness): State<Readiness>, uri: Uri) -> Response {
    let path = uri.path();
    let is_page = ["/admin", "/preview"].iter().any(|page| {
        path.strip_prefix(page)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if !is_page {
        let (_, reason) = readiness.get().describe();
        let problem = Problem::unavailable(STARTING_RETRY);
        return problem
            .with_detail(reason.unwrap_or("starting"))
            .into_response();
    }
    let seconds = STARTING_RETRY.as_secs().to_string();
    let headers = [
        (header::RETRY_AFTER, seconds.as_str()),
        (header::REFRESH, &seconds),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ];
    let page = private(StatusCode::SERVICE_UNAVAILABLE, Html(STARTING_PAGE));
    (headers, page).into_response()
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
        let gate = Gate::new(readiness.clone());
        for (state, of_delivery, of_editors) in [
            (Readying::Starting("x"), 200, 503),
            (Readying::Failing("x"), 200, 503),
            (Readying::Ready, 200, 200),
            (Readying::Ahead, 200, 200),
            (Readying::Stopping, 503, 503),
        ] {
            readiness.set(state);
            for (query, expected) in [
                ("", of_delivery),
                ("?face=delivery", of_delivery),
                ("?face=editors", of_editors),
            ] {
                let request = Request::get(format!("/readyz{query}"));
                let answer = gate.answer(request.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status().as_u16(), expected, "{state:?} {query}");
            }
        }
    }

    #[tokio::test]
    async fn during_the_start_people_get_a_page_and_programs_a_problem() {
        let readiness = Readiness::new();
        readiness.set(Readying::Starting("the database does not answer"));
        let gate = Gate::new(readiness);
        for (path, media_type) in [
            ("/admin", "text/html; charset=utf-8"),
            ("/admin/guides/x", "text/html; charset=utf-8"),
            ("/preview/annai_l_x", "text/html; charset=utf-8"),
            ("/api/v1/session", "application/problem+json"),
            ("/v1/preview/guides/x", "application/problem+json"),
            ("/v1/guides", "application/problem+json"),
            ("/adminx", "application/problem+json"),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = gate.answer(request).await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
            let headers = answer.headers();
            assert_eq!(headers[header::CONTENT_TYPE], media_type, "{path}");
            assert_eq!(headers[header::RETRY_AFTER], "2", "{path}");
            assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{path}");
            let body = to_bytes(answer.into_body(), 1000).await.unwrap();
            let said = String::from_utf8(body.to_vec()).unwrap();
            let told = ["does not answer", "自動で開き直します"];
            assert!(told.iter().any(|words| said.contains(words)), "{said}");
        }
    }

    #[tokio::test]
    async fn health_answers_take_no_other_parameters() {
        let gate = Gate::new(Readiness::new());
        for (path, expected) in [
            ("/healthz", StatusCode::OK),
            ("/healthz?verbose=1", StatusCode::BAD_REQUEST),
            ("/readyz?verbose=1", StatusCode::BAD_REQUEST),
            ("/readyz?face=both", StatusCode::BAD_REQUEST),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = gate.answer(request).await;
            assert_eq!(answer.status(), expected, "{path}");
        }
    }
}
