use axum::body::Body;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt as _;

use super::*;

fn app() -> Router {
    let slow = async || tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    let router = Router::new()
        .route("/v1/guides/{slug}", get(async || "ok"))
        .route("/v1/slow", get(slow))
        .route("/api/v1/broken", get(async || StatusCode::BAD_GATEWAY))
        .fallback(async || StatusCode::NOT_FOUND);
    Meter::default().around(router)
}

#[tokio::test(start_paused = true)]
async fn responses_are_counted_by_face_route_and_class() {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&DURATION_BUCKETS)
        .unwrap()
        .build_recorder();
    let page = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let app = app();
    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let patience = std::time::Duration::from_secs(1);
        let _ = tokio::time::timeout(patience, app.clone().oneshot(request)).await;
    };

    for path in [
        "/v1/guides/a",
        "/v1/guides/b",
        "/api/v1/broken",
        "/x",
        "/y",
        "/v1/slow",
    ] {
        ask(path).await;
    }

    let page = page.render();
    for line in [
        r#"annai_http_requests_total{face="delivery",route="/v1/guides/{slug}",class="2xx"} 2"#,
        r#"annai_http_requests_total{face="editorial",route="/api/v1/broken",class="5xx"} 1"#,
        r#"annai_http_requests_total{face="other",route="none",class="4xx"} 2"#,
        r#"annai_http_requests_total{face="delivery",route="/v1/slow",class="abandoned"} 1"#,
        r#"annai_http_request_duration_seconds_count{face="delivery",route="/v1/guides/{slug}"} 2"#,
    ] {
        assert!(page.lines().any(|found| found == line), "{line}\n{page}");
    }
    assert!(page.contains(r#"le="0.0001""#), "{page}");
    assert!(!page.contains("/v1/guides/a"), "a pattern, never a path");
}

#[test]
fn every_other_event_has_a_metric_of_its_own() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let page = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        describe();
        rate_limited(LimitedBy::Key);
        database_away(Witness::Delivery);
        connections("delivery", 5, 2);
        ref_served(Ref::new(7).unwrap());
        ref_newest(Ref::new(9).unwrap());
    });

    let page = page.render();
    for line in [
        r#"annai_rate_limited_requests_total{by="key"} 1"#,
        r#"annai_database_away_total{seen_by="delivery"} 1"#,
        r#"annai_database_connections{pool="delivery",state="used"} 3"#,
        "annai_delivery_ref_served 7",
        "annai_delivery_ref_newest 9",
        "# HELP annai_delivery_ref_newest The newest ref this node has heard of",
    ] {
        assert!(page.lines().any(|found| found == line), "{line}\n{page}");
    }
}
