//! Publishing, unpublishing, rolling back.

use annai_domain::{AuthorityKind, ContentHash, GuideId, RefName, RevisionId};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;
use super::guide::{FindingsView, GuideHead};

/// `/admin/guides/{guide_id}/publish` and `…/break-glass`
#[derive(Debug, Serialize)]
pub struct PublishView {
    pub head: GuideHead,
    /// The revision to publish.
    pub revision_id: RevisionId,
    pub number: i32,
    pub content_hash: ContentHash,
    pub findings: FindingsView,
    /// The reason, for a publication without a review.
    pub reason: Option<FormField>,
    /// Whether newer text exists that stays unpublished.
    pub leaves_newer: bool,
}

/// `/admin/guides/{guide_id}/unpublish` and `…/archive`
#[derive(Debug, Serialize)]
pub struct TakeDownView {
    pub head: GuideHead,
    /// Whether the guide is archived too.
    pub archives: bool,
    /// Whether the guide is public now.
    pub is_public: bool,
    /// The public guides that relate to it.
    pub referrers: Vec<ReferrerView>,
    /// Whether the form lacks the acknowledgement.
    pub is_unacknowledged: bool,
}

/// A public guide that relates or links to another.
#[derive(Debug, Clone, Serialize)]
pub struct ReferrerView {
    pub guide_id: GuideId,
    pub title: String,
    pub slug: String,
}

/// `/admin/guides/{guide_id}/rollback`
#[derive(Debug, Serialize)]
pub struct RollbackView {
    pub head: GuideHead,
    /// The publications of the guide, the newest first.
    pub publications: Vec<PublicationView>,
}

/// One entry of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct PublicationView {
    pub publication_ref: RefName,
    /// The ref number, which a rollback names.
    pub number: i64,
    pub action: &'static str,
    pub revision_id: Option<RevisionId>,
    pub revision_number: Option<i32>,
    /// The title of its text, or of the guide's newest.
    pub title: String,
    pub authority: AuthorityKind,
    pub reason: Option<String>,
    pub by: String,
    pub at: Timestamp,
    /// Whether it is public now.
    pub is_current: bool,
}

impl View for PublishView {
    const TEMPLATE: &'static str = "publish.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let publish = || Self {
            head: samples::head(),
            revision_id: samples::revision_id(4),
            number: 4,
            content_hash: samples::hash(),
            findings: FindingsView::default(),
            reason: None,
            leaves_newer: false,
        };
        let short = FormField::holding("急ぎ").refused("field.too_short");
        vec![
            publish(),
            Self {
                findings: samples::findings(),
                leaves_newer: true,
                ..publish()
            },
            Self {
                reason: Some(FormField::default()),
                ..publish()
            },
            Self {
                reason: Some(short),
                ..publish()
            },
        ]
    }
}

impl View for TakeDownView {
    const TEMPLATE: &'static str = "take_down.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let referrer = |slug: &&str| ReferrerView {
            guide_id: samples::guide_id(),
            title: "SREとは".to_owned(),
            slug: (*slug).to_owned(),
        };
        let view = |archives, is_public, referrers: &[&str]| Self {
            head: samples::head(),
            archives,
            is_public,
            referrers: referrers.iter().map(referrer).collect(),
            is_unacknowledged: !referrers.is_empty(),
        };
        vec![
            view(false, true, &[]),
            view(false, true, &["sre_engineer", "devops_engineer"]),
            view(true, true, &["sre_engineer"]),
            view(true, false, &[]),
        ]
    }
}

impl View for RollbackView {
    const TEMPLATE: &'static str = "rollback.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        vec![
            Self {
                head: samples::head(),
                publications: samples::publications(),
            },
            Self {
                head: samples::head(),
                publications: Vec::new(),
            },
            Self {
                head: samples::head(),
                publications: samples::publications().into_iter().take(1).collect(),
            },
        ]
    }
}
