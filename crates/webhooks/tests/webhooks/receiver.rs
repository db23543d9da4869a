//! A web server on this machine that receives webhooks and responds as configured.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use annai_domain::WebhookSecret;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use standardwebhooks::Webhook;

/// The response of a receiver to a message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behaviour {
    /// Responds with that status and text.
    Answer(u16, &'static str),
    /// Asks for a pause of that many seconds.
    Busy(u32),
    /// Redirects the sender to another address.
    Redirect,
    /// Accepts, with a body that does not end.
    Endless,
    /// Accepts, and then sends nothing for a long time.
    Hang,
}

/// A message as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn id(&self) -> &str {
        self.headers["webhook-id"].to_str().unwrap()
    }

    /// Returns whether a receiver with that secret accepts the message.
    pub(crate) fn is_signed_with(&self, secret: &WebhookSecret) -> bool {
        let webhook = Webhook::new(&secret.expose()).unwrap();
        webhook.verify(self.body.as_bytes(), &self.headers).is_ok()
    }
}

/// The server. It lives as long as the test.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    behaviour: Mutex<Behaviour>,
    messages: Mutex<Vec<Message>>,
}

impl Receiver {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(behaviour),
            messages: Mutex::default(),
        });
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(receive).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.shared.messages.lock().unwrap().clone()
    }
}

async fn receive(State(shared): State<Arc<Shared>>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let behaviour = *shared.behaviour.lock().unwrap();
    shared.messages.lock().unwrap().push(Message {
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    match behaviour {
        Behaviour::Answer(status, text) => {
            (StatusCode::from_u16(status).unwrap(), text).into_response()
        }
        Behaviour::Busy(seconds) => {
            let headers = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::SERVICE_UNAVAILABLE, headers).into_response()
        }
        Behaviour::Redirect => {
            let headers = [(header::LOCATION, "/elsewhere")];
            (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
        }
        Behaviour::Endless => {
            let chunks = futures_util::stream::repeat_with(|| {
                Ok::<_, std::convert::Infallible>("長い答え。".repeat(1000))
            });
            Body::from_stream(chunks).into_response()
        }
        Behaviour::Hang => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            StatusCode::OK.into_response()
        }
    }
}
