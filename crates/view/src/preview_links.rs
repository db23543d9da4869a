//! The preview links of one guide.

use annai_domain::{PreviewLinkId, RevisionId};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::guide::GuideHead;

/// `/admin/guides/{guide_id}/preview-links`
#[derive(Debug, Serialize)]
pub(crate) struct PreviewLinksView {
    pub(crate) head: GuideHead,
    pub(crate) links: Vec<PreviewLinkView>,
    /// The form that makes one; absent where none can be made.
    pub(crate) form: Option<PreviewLinkForm>,
    /// The address of a link just made, shown this once.
    pub(crate) address: Option<String>,
}

/// What a new link shows, and for how long.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PreviewLinkForm {
    /// The newest revisions, each of which a link can be pinned to.
    pub(crate) revisions: Vec<RevisionChoice>,
    /// How many hours it may live, the usual first.
    pub(crate) hours: [i64; 4],
}

/// A revision that a link can be pinned to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RevisionChoice {
    pub(crate) revision_id: RevisionId,
    pub(crate) number: i32,
    pub(crate) at: Timestamp,
}

/// One link.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PreviewLinkView {
    pub(crate) preview_link_id: PreviewLinkId,
    /// The number of the one revision it shows; `None`: it follows the draft.
    pub(crate) number: Option<i32>,
    /// What lists show of the secret.
    pub(crate) hint: String,
    pub(crate) created_by: String,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// `living`, `revoked` or `expired`.
    pub(crate) state: &'static str,
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
