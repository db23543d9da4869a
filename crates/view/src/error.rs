//! Error pages, each with a way back.

use serde::Serialize;

use super::{Message, View};

/// An error page.
#[derive(Debug, Serialize)]
pub struct ErrorView {
    pub status: u16,
    /// The part of the message keys for the status.
    pub kind: &'static str,
    /// The explanation beside the status.
    pub detail: Option<Message>,
    /// The id of the request in the logs; shown for our own faults.
    pub request_id: Option<String>,
    /// The text that the person typed, where it could not be stored.
    pub kept_text: Option<String>,
    /// The link back.
    pub back: String,
}

impl ErrorView {
    /// Creates the page of `status` with a link `back`.
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

/// An error inside the frame of a rendered text.
#[derive(Debug, Serialize)]
pub struct FrameErrorView {
    /// Whether the page around the frame asks the person to sign in.
    pub is_signed_out: bool,
    pub error: ErrorView,
}

impl View for FrameErrorView {
    const TEMPLATE: &'static str = "frame_error.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let view = |status| Self {
            is_signed_out: status == 401,
            error: ErrorView::new(status, ""),
        };
        vec![view(401), view(503)]
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
