//! The preview links of one guide.

use annai_domain::{PreviewLinkId, RevisionId};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::guide::GuideHead;

/// `/admin/guides/{guide_id}/preview-links`
#[derive(Debug, Serialize)]
pub struct PreviewLinksView {
    pub head: GuideHead,
    pub links: Vec<PreviewLinkView>,
    /// The form that makes one; absent where none can be made.
    pub form: Option<PreviewLinkForm>,
    /// The address of a link just made, shown this once.
    pub address: Option<String>,
}

/// What a new link shows, and for how long.
#[derive(Debug, Clone, Serialize)]
pub struct PreviewLinkForm {
    /// The newest revisions, each of which a link can be pinned to.
    pub revisions: Vec<RevisionChoice>,
    /// How many hours it may live, the usual first.
    pub hours: [i64; 4],
}

/// A revision that a link can be pinned to.
#[derive(Debug, Clone, Serialize)]
pub struct RevisionChoice {
    pub revision_id: RevisionId,
    pub number: i32,
    pub at: Timestamp,
}

/// One link.
#[derive(Debug, Clone, Serialize)]
pub struct PreviewLinkView {
    pub preview_link_id: PreviewLinkId,
    /// The number of the one revision it shows; `None`: it follows the draft.
    pub number: Option<i32>,
    /// What lists show of the secret.
    pub hint: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// `living`, `revoked` or `expired`.
    pub state: &'static str,
}

impl View for PreviewLinksView {
    const TEMPLATE: &'static str = "preview_links.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = || Self {
            head: samples::head(),
            links: samples::preview_links(),
            form: Some(samples::preview_link_form()),
            address: None,
        };
        vec![
            view(),
            Self {
                address: Some("https://annai.example.jp/preview/annai_l_9f86d08188".to_owned()),
                ..view()
            },
            Self {
                links: Vec::new(),
                ..view()
            },
            Self {
                links: Vec::new(),
                form: None,
                ..view()
            },
        ]
    }
}
