//! The pages of the change feed as server-sent events.

use std::time::Duration;

use annai_domain::RefName;
use annai_web::{Problem, error_chain};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use tokio::time::Instant;

use super::page::ChangePage;
use super::permits::StreamPermit;
use super::request::ChangesRequest;
use super::since;
use crate::answer::Caching;
use crate::consumers::Caller;
use crate::state::DeliveryState;
use crate::writing::{self, Out, Stopped};

/// The pause between two signs of life on an idle stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// The life of a stream. Its reader comes back with the last token.
const LIFE: Duration = Duration::from_mins(10);
/// The first lines of a stream: the pause before reconnecting, in milliseconds.
const RETRY: &str = ": annai\nretry: 5000\n\n";

/// Returns whether the client accepts events.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let mut types = values.flat_map(|value| value.split(','));
    types.any(|accepted| {
        let media_type = accepted.split(';').next().unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case("text/event-stream")
    })
}

/// Reads the last token that the client received before its stream broke off.
pub(super) fn last_event_id(headers: &HeaderMap) -> Result<Option<RefName>, Problem> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let token = value.to_str().ok().and_then(|text| text.parse().ok());
    let wrong = || {
        let message = "a token of this feed is expected";
        Problem::invalid_parameter("Last-Event-ID", "invalid", message)
    };
    token.map(Some).ok_or_else(wrong)
}

/// Opens a stream of `caller` behind `since`.
pub(super) async fn open(
    state: &DeliveryState,
    since: Option<RefName>,
    request: ChangesRequest,
    caller: Caller,
) -> Result<Response, Problem> {
    let since = since::check(state, since).await?;
    let permit = state.streams.take(caller)?;
    let is_anonymous = state.settings.anonymous;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (
            header::CACHE_CONTROL,
            Caching::Revalidated.header_value(is_anonymous),
        ),
        // Buffering proxies would hold the events back.
        (
            header::HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    let state = state.clone();
    let body = writing::body(move |out| write(state, since, request, (out, permit)));
    Ok((headers, body).into_response())
}

async fn write(
    state: DeliveryState,
    mut since: RefName,
    request: ChangesRequest,
    (out, permit): (Out, StreamPermit),
) -> Result<(), Stopped> {
    let end = Instant::now() + LIFE;
    out.send(RETRY).await?;
    while Instant::now() < end {
        let now = tokio::select! {
            now = state.site.later_than(since.number, KEEP_ALIVE) => now,
            () = state.site.leaving() => return Ok(()),
            () = out.closed() => return Ok(()),
        };
        // The reader reconnects by itself, and is told then why it may not.
        if state.consumers.admit_again(permit.caller()).await.is_err() {
            return Ok(());
        }
        let Some(now) = now else {
            out.send(":\n\n").await?;
            continue;
        };
        let page = match ChangePage::load(&state, now, since, request.limit).await {
            Ok(page) => page,
            Err(error) => {
                // The reader reconnects by itself.
                tracing::debug!(error = %error_chain(&error), "a stream of changes ended early");
                return Ok(());
            }
        };
        since = page.token;
        out.send(format!("id: {since}\nevent: changes\ndata: "))
            .await?;
        page.write(&state, request, &out).await?;
        out.send("\n\n").await?;
    }
    Ok(())
}
