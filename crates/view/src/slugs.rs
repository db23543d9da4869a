//! The slugs of one guide, and the guides that name it by an old one.

use annai_domain::{GuideId, RevisionId};
use serde::Serialize;

use super::View;
use super::form::FormField;
use super::guide::GuideHead;

/// `/admin/guides/{guide_id}/slugs`
#[derive(Debug, Serialize)]
pub struct SlugsView {
    pub head: GuideHead,
    pub slugs: Vec<SlugView>,
    /// The slug to redirect; absent where the person may not.
    pub redirect: Option<FormField>,
    /// The slug of the guide that goes on; absent where the guide cannot end in favour of another.
    pub join: Option<FormField>,
    /// The guides whose newest texts name this one by an old slug.
    pub outdated: Vec<OutdatedView>,
    /// The slug under which readers see the guide; empty where they do not.
    pub address: String,
}

/// One slug.
#[derive(Debug, Clone, Serialize)]
pub struct SlugView {
    pub slug: String,
    /// `address`, `redirects`, `gone` or `claimed`.
    pub state: &'static str,
    /// Whether the person may give it up.
    pub may_give_up: bool,
}

/// A guide that names this one by an old slug.
#[derive(Debug, Clone, Serialize)]
pub struct OutdatedView {
    pub guide_id: GuideId,
    pub revision_id: RevisionId,
    pub title: String,
    pub named: Vec<String>,
    /// Whether its change can be submitted at once.
    pub is_public_text: bool,
    /// The key of the reason why the person cannot change it.
    pub refused: Option<&'static str>,
}

impl View for SlugsView {
    const TEMPLATE: &'static str = "slugs.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let slug = |slug: &str, state, may_give_up| SlugView {
            slug: slug.to_owned(),
            state,
            may_give_up,
        };
        let outdated = |number, is_public_text, refused| OutdatedView {
            guide_id: samples::guide_id(),
            revision_id: samples::revision_id(number),
            title: "SREとは".to_owned(),
            named: vec!["platform".to_owned()],
            is_public_text,
            refused,
        };
        let public = || Self {
            head: samples::head(),
            slugs: vec![
                slug("platform", "redirects", false),
                slug("platform_engineer", "address", false),
                slug("platform_engineering", "claimed", false),
            ],
            redirect: Some(FormField::default()),
            join: Some(FormField::default()),
            outdated: vec![
                outdated(1, true, None),
                outdated(2, false, None),
                outdated(3, true, Some("refused.already_in_review")),
            ],
            address: "platform_engineer".to_owned(),
        };
        let taken = FormField::holding("sre").refused("refused.slug_public");
        let same = FormField::holding("platform").refused("refused.same_guide");
        vec![
            public(),
            Self {
                redirect: Some(taken),
                join: Some(same),
                outdated: Vec::new(),
                ..public()
            },
            Self {
                slugs: vec![slug("old", "gone", false), slug("draft", "claimed", true)],
                redirect: None,
                join: None,
                outdated: Vec::new(),
                address: String::new(),
                ..public()
            },
            Self {
                slugs: Vec::new(),
                redirect: None,
                join: None,
                outdated: vec![outdated(3, true, Some("refused.role"))],
                ..public()
            },
        ]
    }
}
