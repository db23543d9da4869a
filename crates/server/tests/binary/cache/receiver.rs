//! A complete receiver between webhooks and the cache, on one page.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use annai_domain::WebhookSecret;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use standardwebhooks::Webhook;

use crate::cache::varnish::ban;
use crate::home::get_from;

/// A running receiver. It lives as long as the test.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) port: u16,
}

struct Purger {
    webhook: Webhook,
    origin: u16,
    cache: u16,
}

impl Receiver {
    /// Starts a receiver that drops the keys in messages signed with `secret` from the cache.
    pub(crate) fn start(secret: &WebhookSecret, origin: u16, cache: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let purger = Purger {
            webhook: Webhook::new(&secret.expose()).unwrap(),
            origin,
            cache,
        };
        let router = Router::new()
            .route("/", post(receive))
            .with_state(Arc::new(purger));
        // A thread of its own, because the test blocks while it waits.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self {
            url: format!("http://127.0.0.1:{port}/"),
            port,
        }
    }
}

async fn receive(State(purger): State<Arc<Purger>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if purger.webhook.verify(&body, &headers).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let event: Value = serde_json::from_slice(&body).unwrap();
    let done = tokio::task::spawn_blocking(move || purger.purge(&event["data"])).await;
    match done {
        Ok(true) => StatusCode::NO_CONTENT,
        Ok(false) | Err(_) => StatusCode::BAD_GATEWAY, // Annai tells it again
    }
}

impl Purger {
    /// Drops everything with one of the event's keys from the cache. Returns whether that worked.
    fn purge(&self, data: &Value) -> bool {
        // The node must have the publication first; otherwise the old response could come back at
        // once.
        let reference = data["ref"].as_str().unwrap();
        let path = format!("/v1/guides?limit=1&min_ref={reference}");
        let has_it = get_from(self.origin, &path, &[]).is_some_and(|(status, _)| status == 200);
        let keys: Vec<_> = data["purge"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key.as_str().unwrap().replace('.', "\\."))
            .collect();
        let (cache, keys) = (self.cache, keys.join("|"));
        let is_dropped = has_it && ban(cache, &keys) == Some(204);
        // A second purge drops responses that were on their way to the cache during the first.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(10));
            ban(cache, &keys);
        });
        is_dropped
    }
}
