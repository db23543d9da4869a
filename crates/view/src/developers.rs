use serde::Serialize;

use super::View;

/// `/admin/developers`
#[derive(Debug, Serialize)]
pub struct DevelopersView {
    /// The address of this installation, without a final slash.
    pub base_url: String,
    /// The slug of a public guide; `None` before the first publication.
    pub slug: Option<String>,
    /// Whether sites need a key.
    pub needs_key: bool,
    /// Whether the person may create keys and webhooks.
    pub administers: bool,
}

impl View for DevelopersView {
    const TEMPLATE: &'static str = "developers.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let view = || Self {
            base_url: "https://annai.example.jp".to_owned(),
            slug: Some("platform_engineer".to_owned()),
            needs_key: false,
            administers: true,
        };
        vec![
            view(),
            Self {
                slug: None,
                needs_key: true,
                administers: false,
                ..view()
            },
        ]
    }
}
