use std::error::Error;
use std::time::Duration;

use annai_domain::{Clock, WebhookKind, WebhookReach, WebhookUrl};
use annai_storage::webhook_deliveries::{Attempt, ClaimedDelivery, DeliveryResult};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};

use crate::resolver::{GuardedResolver, NoAddress};
use crate::retry_after::retry_after;
use crate::signature::signatures;

/// The longest time of an attempt, from the look-up of the host to the last byte.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The most of a response that is read, in bytes.
const READ: usize = 64 * 1024;

/// The most of a response that is kept, in characters: enough to see why a receiver refused.
const KEEP: usize = annai_domain::limits::WEBHOOK_RESPONSE;

/// A client that sends messages, each to a checked address.
#[derive(Debug, Clone)]
pub struct Sender {
    client: Client,
    reach: WebhookReach,
    clock: Clock,
}

/// The error of a machine that cannot send, such as for lack of any root certificate.
#[derive(Debug, thiserror::Error)]
#[error("webhooks cannot be sent from here")]
pub struct SenderError(#[source] reqwest::Error);

/// The result of an attempt, and the pause that the receiver asks for.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The result as it is stored.
    pub attempt: Attempt,
    /// The pause in `Retry-After`.
    pub retry_after: Option<Duration>,
}

impl Answered {
    /// Returns the result of an attempt that ended by an internal error.
    pub(crate) fn broken_off() -> Self {
        without_answer(DeliveryResult::Unreachable)
    }
}

impl Sender {
    /// Creates a sender that connects to addresses within `reach`.
    ///
    /// # Errors
    ///
    /// [`SenderError`] when TLS cannot be set up.
    pub fn new(reach: WebhookReach, clock: Clock) -> Result<Self, SenderError> {
        let client = Client::builder()
            .user_agent(concat!("annai/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(GuardedResolver(reach))
            .redirect(Policy::none())
            // A proxy would resolve names itself, past the guard.
            .no_proxy()
            .https_only(reach == WebhookReach::Public)
            .timeout(TIMEOUT)
            .pool_max_idle_per_host(1)
            .build()
            .map_err(SenderError)?;
        Ok(Self {
            client,
            reach,
            clock,
        })
    }

    /// Sends a delivery once. Every failure is a result.
    pub async fn send(&self, delivery: &ClaimedDelivery) -> Answered {
        // Parsed again, because the setting may have become stricter since the URL was saved.
        let Ok(url) = WebhookUrl::parse(&delivery.url, self.reach) else {
            return without_answer(DeliveryResult::NotAllowed);
        };
        let request = self.client.post(url.as_str());
        let request = match delivery.kind {
            WebhookKind::Message => self.with_message(request, delivery),
            // Some servers refuse a POST that does not tell its length (RFC 9110, 8.6).
            WebhookKind::BuildHook => request.header(CONTENT_LENGTH, 0),
        };
        match request.send().await {
            Ok(response) => self.answered(response).await,
            Err(error) => without_answer(result_of(&error)),
        }
    }

    /// Adds the body and its signature.
    fn with_message(&self, request: RequestBuilder, delivery: &ClaimedDelivery) -> RequestBuilder {
        let seconds = self.clock.now().as_second();
        let (id, body) = (delivery.event_id, &delivery.body);
        request
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id.to_string())
            .header("webhook-timestamp", seconds)
            .header(
                "webhook-signature",
                signatures(&delivery.secrets, id, seconds, body),
            )
            .body(body.clone())
    }

    async fn answered(&self, response: Response) -> Answered {
        let status = response.status();
        let asked = response.headers().get(RETRY_AFTER);
        let asked = asked.and_then(|value| retry_after(value.to_str().ok()?, self.clock.now()));
        let result = match status {
            _ if status.is_success() => DeliveryResult::Accepted,
            _ if status.is_redirection() => DeliveryResult::Redirected,
            StatusCode::GONE => DeliveryResult::Gone,
            _ => DeliveryResult::Refused,
        };
        Answered {
            attempt: Attempt {
                result,
                status: Some(status.as_u16()),
                answer: Some(beginning(response).await),
            },
            retry_after: asked,
        }
    }
}

/// Returns the beginning of a response as text. A broken response is not an error, because the
/// status already has the verdict.
async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk[..chunk.len().min(READ - bytes.len())]);
        if bytes.len() == READ {
            break;
        }
    }
    // Postgres cannot hold a NUL.
    let text = String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}");
    text.chars().take(KEEP).collect()
}

fn without_answer(result: DeliveryResult) -> Answered {
    Answered {
        attempt: Attempt {
            result,
            status: None,
            answer: None,
        },
        retry_after: None,
    }
}

fn result_of(error: &reqwest::Error) -> DeliveryResult {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        match error.downcast_ref::<NoAddress>() {
            Some(NoAddress::NotFound) => return DeliveryResult::NotFound,
            Some(NoAddress::NotAllowed) => return DeliveryResult::NotAllowed,
            None => cause = error.source(),
        }
    }
    if error.is_timeout() {
        DeliveryResult::TimedOut
    } else {
        DeliveryResult::Unreachable
    }
}
