//! Pages for what did not work, each with a way back.

use serde::Serialize;

use super::{Message, View};

/// An error page.
#[derive(Debug, Serialize)]
pub struct ErrorView {
    /// The HTTP status.
    pub status: u16,
    /// The part of the message keys that belongs to the status.
    pub kind: &'static str,
    /// What happened, in more words than the status has.
    pub detail: Option<Message>,
    /// Names the request in the logs; shown for our own faults.
    pub request_id: Option<String>,
    /// What the person had typed, where it could not be kept anywhere else.
    pub kept_text: Option<String>,
    /// Where to go from here.
    pub back: String,
}

impl ErrorView {
    /// The page of `status`, which leads `back`.
    pub fn new(status: u16, back: impl Into<String>) -> Self {
        let kind = match status {
            400 | 422 => "invalid",
            401 => "signed_out",
            403 => "forbidden",
            404 => "not_found",
            405 => "method",
            409 => "conflict",
            412 => "stale",
            413 => "too_large",
            429 => "slow_down",
            503 => "unavailable",
            _ => "internal",
        };
        Self {
            status,
            kind,
            detail: None,
            request_id: None,
            kept_text: None,
            back: back.into(),
        }
    }
}

impl View for ErrorView {
    const TEMPLATE: &'static str = "error.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        [400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 503]
            .map(|status| Self {
                detail: (status == 409).then(|| Message::new("refused.already_in_review")),
                request_id: (status == 500).then(|| "01938f2e".repeat(4)),
                kept_text: (status == 503).then(|| "# 見出し\n".to_owned()),
                ..Self::new(status, "/admin")
            })
            .into()
    }
}
