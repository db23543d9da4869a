//! The page for Prometheus, on a listener of its own.

use std::time::Duration;

use annai_web::TrustedProxies;
use annai_web::metrics::{DURATION_BUCKETS, REQUEST_DURATION, describe};
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;

use super::gate::Gate;
use super::http::{self, Listening};
use crate::failure::Failure;
use crate::settings::{Key, Settings};

/// The pause between two moves of measurements into their buckets, so that they do not pile up
/// unread.
const UPKEEP: Duration = Duration::from_secs(5);

/// The most connections to the page.
const CONNECTIONS: usize = 16;

/// Starts to count, if the settings name an address for metrics. The same address answers the health
/// checks of `gate`, also when the main port has no connection left.
pub(crate) async fn start(
    settings: &Settings,
    gate: &Gate,
    closing: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let Some(address) = settings.metrics_listen else {
        return Ok(());
    };
    let listener = http::bind(address, Key::MetricsListen).await?;
    let failed = |error| Failure::from(anyhow::Error::new(error));
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUEST_DURATION.into()), &DURATION_BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(failed)?;
    describe();
    annai_jobs::describe_metrics();
    tokio::spawn(upkeep(handle.clone()));
    let listening = Listening {
        listener,
        is_inherited: false,
        answers: router(handle).merge(gate.health()),
        proxies: TrustedProxies::default(),
        most: CONNECTIONS,
        drain: settings.drain,
    };
    tokio::spawn(listening.serve(closing));
    tracing::info!(listen = %address, "the listener for metrics started");
    Ok(())
}

fn router(handle: PrometheusHandle) -> Router {
    let page = async move || {
        let media_type = "text/plain; version=0.0.4; charset=utf-8";
        ([(header::CONTENT_TYPE, media_type)], handle.render()).into_response()
    };
    Router::new().route("/metrics", get(page))
}

async fn upkeep(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}
