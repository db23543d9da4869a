use super::*;
use crate::context::shown_path;
use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use futures_util::StreamExt as _;
use rstest::rstest;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Form {
    #[expect(dead_code, reason = "only its presence matters")]
    name: String,
}

fn app() -> Layers<Router> {
    let router = Router::new()
        .route("/ok", get(async || "ok"))
        .route("/boom", get(boom))
        .route("/unchanged", get(async || StatusCode::NOT_MODIFIED))
        .route(
            "/slow",
            get(async || tokio::time::sleep(Duration::from_secs(11)).await),
        )
        .route("/patient", get(patient))
        .route(
            "/stuck",
            post(async |_: Bytes| tokio::time::sleep(Duration::from_mins(1)).await),
        )
        .route("/form", post(async |_: crate::Json<Form>| "ok"))
        .fallback(crate::not_found)
        .method_not_allowed_fallback(crate::method_not_allowed);
    Layers::new(router)
}

async fn boom() -> &'static str {
    panic!("the secret of the house")
}

async fn patient() -> &'static str {
    crate::allow_time(Duration::from_mins(1));
    tokio::time::sleep(Duration::from_secs(11)).await;
    "ok"
}

async fn send(request: Request) -> (StatusCode, HeaderMap, String) {
    let response = app().answer(request).await;
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (
        parts.status,
        parts.headers,
        String::from_utf8(bytes.to_vec()).unwrap(),
    )
}

async fn fetch(path: &str) -> (StatusCode, HeaderMap, String) {
    send(Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn headers_over_32_kib_are_refused() {
    for (length, expected) in [
        (32_000, StatusCode::OK),
        (32_768, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    ] {
        let request = Request::get("/ok").header("x-long", "x".repeat(length));
        let (status, headers, _) = send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, expected, "{length}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
}

#[rstest]
#[case::one(Version::HTTP_11, &["annai.example"], true)]
#[case::with_a_port(Version::HTTP_11, &["[::1]:8080"], true)]
#[case::none(Version::HTTP_11, &[], false)]
#[case::none_in_1_0(Version::HTTP_10, &[], true)]
#[case::two(Version::HTTP_11, &["a.example", "b.example"], false)]
#[case::two_in_1_0(Version::HTTP_10, &["a.example", "b.example"], false)]
#[case::no_host(Version::HTTP_11, &["a b"], false)]
#[case::empty(Version::HTTP_11, &[""], false)]
#[case::with_a_user(Version::HTTP_11, &["user@a.example"], false)]
#[case::with_a_path(Version::HTTP_11, &["a.example/x"], false)]
#[tokio::test]
async fn a_request_names_one_host(
    #[case] version: Version,
    #[case] hosts: &[&str],
    #[case] is_served: bool,
) {
    let mut request = Request::get("/ok").version(version);
    for host in hosts {
        request = request.header("host", *host);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = app().require_host().answer(request).await;
    assert_eq!(response.status() == StatusCode::OK, is_served);
    assert!(is_served || response.status() == StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_answer_has_its_own_request_id_and_the_security_headers() {
    let sent = Request::get("/ok")
        .header("x-request-id", "mine")
        .body(Body::empty())
        .unwrap();
    let (_, first, _) = send(sent).await;
    let (_, second, _) = fetch("/nowhere").await;

    assert_ne!(first["x-request-id"], "mine");
    assert_eq!(first["x-request-id"].len(), 32);
    assert_ne!(first["x-request-id"], second["x-request-id"]);
    for headers in [first, second] {
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert!(!headers.contains_key("server"));
    }
}

#[tokio::test]
async fn a_missing_path_is_a_problem_with_path_and_request_id() {
    let (status, headers, body) = fetch("/nowhere?x=1").await;

    let document: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(document["type"], "/problems/not-found");
    assert_eq!(document["instance"], "/nowhere");
    assert_eq!(
        document["request_id"],
        headers["x-request-id"].to_str().unwrap()
    );
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_names_the_right_ones() {
    let (status, headers, body) = send(Request::delete("/ok").body(Body::empty()).unwrap()).await;

    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers["allow"], "GET,HEAD");
    assert!(body.contains("/problems/method-not-allowed"), "{body}");
}

#[tokio::test]
async fn a_panic_becomes_a_problem_without_its_message() {
    let (status, headers, body) = fetch("/boom").await;

    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!body.contains("secret"), "{body}");
    assert!(
        body.contains(headers["x-request-id"].to_str().unwrap()),
        "{body}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_may_take_ten_seconds_unless_it_was_given_more() {
    let (status, headers, _) = fetch("/slow").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(headers.contains_key("retry-after"));

    let (status, _, _) = fetch("/patient").await;
    assert_eq!(status, StatusCode::OK);
}

/// Returns a body whose second half arrives after `wait`.
fn slow_body(wait: Duration) -> Body {
    let halves = futures_util::stream::iter([Duration::ZERO, wait]);
    Body::from_stream(halves.then(async |wait| {
        tokio::time::sleep(wait).await;
        Ok::<_, Infallible>("half")
    }))
}

#[rstest]
#[case::at_once(Duration::ZERO, 10)]
#[case::slowly(Duration::from_secs(25), 35)]
#[case::never(Duration::from_hours(1), 40)]
#[tokio::test(start_paused = true)]
async fn a_change_has_ten_seconds_besides_the_arrival_of_its_body(
    #[case] arrival: Duration,
    #[case] expected: u64,
) {
    let began = Instant::now();
    let request = Request::post("/stuck").body(slow_body(arrival)).unwrap();
    let (status, headers, body) = send(request).await;
    assert_eq!(began.elapsed().as_secs(), expected);
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(headers["retry-after"], "5");
    assert!(body.contains("/problems/commit-unknown"), "{body}");
}

#[tokio::test]
async fn a_304_has_no_content_length() {
    let (status, headers, _) = fetch("/unchanged").await;

    assert_eq!(status, StatusCode::NOT_MODIFIED);
    assert!(!headers.contains_key("content-length"), "{headers:?}");
}

#[tokio::test]
async fn an_address_beyond_8_kib_is_refused() {
    let (status, _, _) = fetch(&format!("/ok?{}", "x".repeat(URI_LIMIT))).await;
    assert_eq!(status, StatusCode::URI_TOO_LONG);
}

#[rstest]
#[case::fine("application/json", r#"{"name":"a"}"#, 200, "")]
#[case::with_charset("application/json; charset=UTF-8", r#"{"name":"a"}"#, 200, "")]
#[case::plain("text/plain", r#"{"name":"a"}"#, 415, "unsupported-media-type")]
#[case::form(
    "application/x-www-form-urlencoded",
    "name=a",
    415,
    "unsupported-media-type"
)]
#[case::unknown(
    "application/json",
    r#"{"name":"a","nmae":"b"}"#,
    422,
    "\"suggestion\":\"name\""
)]
#[case::malformed("application/json", "{\n\"name\" 1}", 400, "\"line\":2,\"column\":8")]
#[case::twice("application/json", r#"{"name":"a","name":"b"}"#, 400, "given twice")]
#[tokio::test]
async fn a_body_is_taken_strictly(
    #[case] media_type: &str,
    #[case] body: &'static str,
    #[case] expected: u16,
    #[case] says: &str,
) {
    let request = Request::post("/form").header("content-type", media_type);
    let (status, _, answer) = send(request.body(Body::from(body)).unwrap()).await;

    assert_eq!(status.as_u16(), expected, "{answer}");
    assert!(answer.contains(says), "{answer}");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_too_large() {
    let body = format!(
        "{{\"name\":\"{}\"}}",
        "x".repeat(crate::extract::JSON_LIMIT)
    );
    let request = Request::post("/form").header("content-type", "application/json");
    let (status, _, answer) = send(request.body(Body::from(body)).unwrap()).await;

    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{answer}");
}

#[tokio::test]
async fn a_trace_is_answered_with_the_request_id_and_a_made_up_one_is_not() {
    let ask = async |traceparent: &str| {
        let request = Request::get("/ok").header("traceparent", traceparent);
        send(request.body(Body::empty()).unwrap()).await.1
    };

    let headers = ask("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").await;
    let request_id = headers["x-request-id"].to_str().unwrap();
    let expected = format!(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-{}-01",
        &request_id[..16]
    );
    assert_eq!(headers["traceresponse"], expected);

    let headers = ask("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7").await;
    assert!(!headers.contains_key("traceresponse"));
}

#[rstest]
#[case::setup("/admin/setup/annai_setup_x", "/admin/setup/…")]
#[case::preview_link("/preview/annai_l_x", "/preview/…")]
#[case::below_a_preview_link("/preview/annai_l_x/more", "/preview/…")]
#[case::anything_else("/admin/guides", "/admin/guides")]
fn a_secret_in_an_address_is_not_shown(#[case] path: &str, #[case] shown: &str) {
    assert_eq!(shown_path(path), shown);
}
