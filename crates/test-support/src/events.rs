use std::time::Duration;

use axum::body::BodyDataStream;
use axum::response::Response;
use futures_util::StreamExt as _;
use tokio::time::Instant;

/// The longest wait of a test for an event. Keep-alive comments do not extend it.
const PATIENCE: Duration = Duration::from_mins(3);

/// A response that is read as it arrives. Dropping it closes the connection, as a leaving reader
/// does.
#[derive(Debug)]
pub struct Events {
    /// The status.
    pub status: u16,
    /// The media type.
    pub content_type: String,
    body: BodyDataStream,
    text: String,
}

impl Events {
    pub(crate) fn of(response: Response) -> Self {
        let content_type = response.headers().get("content-type");
        Self {
            status: response.status().as_u16(),
            content_type: content_type
                .map_or_else(String::new, |value| value.to_str().unwrap().to_owned()),
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// Reads until `wanted` has arrived, and returns the text up to its end.
    pub async fn until(&mut self, wanted: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.text.find(wanted) {
                let rest = self.text.split_off(at + wanted.len());
                return std::mem::replace(&mut self.text, rest);
            }
            assert!(self.more(end).await, "no {wanted:?} in {:?}", self.text);
        }
    }

    /// Reads to the end, and returns the rest.
    pub async fn rest(mut self) -> String {
        let end = Instant::now() + PATIENCE;
        while self.more(end).await {}
        self.text
    }

    async fn more(&mut self, end: Instant) -> bool {
        let next = tokio::time::timeout_at(end, self.body.next()).await;
        let next =
            next.unwrap_or_else(|_| panic!("the event did not come in time: {:?}", self.text));
        let Some(bytes) = next else { return false };
        self.text += std::str::from_utf8(&bytes.unwrap()).unwrap();
        true
    }
}
