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
    /// The form of a new link; absent where none may be created.
    pub form: Option<PreviewLinkForm>,
    /// The address of a new link, shown this once.
    pub address: Option<String>,
}

/// The revision and the lifetime of a new link.
#[derive(Debug, Clone, Serialize)]
pub struct PreviewLinkForm {
    /// The newest revisions to choose from.
    pub revisions: Vec<RevisionChoice>,
    /// The lifetimes in hours, the default first.
    pub hours: [i64; 4],
}

/// A revision to choose.
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
    /// The number of the fixed revision; `None`: the link follows the draft.
    pub number: Option<i32>,
    /// The beginning of the secret.
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
