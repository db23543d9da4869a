//! The rendered body. It is safe because only the renderer makes it.

use serde::Serialize;

use super::{Message, View};

/// `/admin/guides/{guide_id}/preview`
#[derive(Debug, Serialize)]
pub struct PreviewView {
    /// The rendered body. Safe by construction: only the renderer makes it.
    pub html: String,
    /// The reason why it cannot be rendered, and the line of the body, from 1.
    pub refusal: Option<(Message, u32)>,
}

impl View for PreviewView {
    const TEMPLATE: &'static str = "preview.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![
            Self {
                html: "<h1>見出し</h1><p>本文です。</p>".to_owned(),
                refusal: None,
            },
            Self {
                html: String::new(),
                refusal: Some((Message::new("render.body_too_deep"), 12)),
            },
        ]
    }
}
