//! The first page after signing in.

use annai_domain::{GuideId, ThreadId};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::guides::GuideRow;
use super::publishing::PublicationView;
use super::review::QueuedView;

/// `/admin`
#[derive(Debug, Default, Serialize)]
pub struct HomeView {
    /// Unresolved mentions of the person, the newest first.
    pub mentions: Vec<MentionView>,
    /// The person's unfinished guides, the last touched first.
    pub work: Vec<GuideRow>,
    /// Their guides with requested changes.
    pub sent_back: Vec<GuideRow>,
    /// Waiting reviews.
    pub waiting: Vec<QueuedView>,
    /// Recent publications.
    pub published: Vec<RecentView>,
    /// Public guides with relations to guides that are not public.
    pub broken: Vec<BrokenView>,
    /// The field in which a guide names others.
    pub relations_key: Option<String>,
    /// Whether no guide exists yet.
    pub is_empty: bool,
}

/// A comment that mentions the person.
#[derive(Debug, Clone, Serialize)]
pub struct MentionView {
    pub guide_id: GuideId,
    pub thread_id: ThreadId,
    pub title: String,
    pub body: String,
    pub by: String,
    pub at: Timestamp,
}

/// A publication and its guide.
#[derive(Debug, Clone, Serialize)]
pub struct RecentView {
    pub guide_id: GuideId,
    pub publication: PublicationView,
}

/// A broken relation.
#[derive(Debug, Clone, Serialize)]
pub struct BrokenView {
    pub guide_id: GuideId,
    pub title: String,
    pub missing: String,
}

impl View for HomeView {
    const TEMPLATE: &'static str = "home.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let full = Self {
            mentions: samples::mentions(),
            work: samples::rows(),
            sent_back: samples::rows()[..1].to_vec(),
            waiting: samples::queue(),
            published: samples::publications()
                .into_iter()
                .map(|publication| RecentView {
                    guide_id: samples::guide_id(),
                    publication,
                })
                .collect(),
            broken: vec![BrokenView {
                guide_id: samples::guide_id(),
                title: "SREとは".to_owned(),
                missing: "cloud_architect".to_owned(),
            }],
            relations_key: Some("related_jobs".to_owned()),
            is_empty: false,
        };
        let empty = || Self {
            mentions: Vec::new(),
            work: Vec::new(),
            sent_back: Vec::new(),
            waiting: Vec::new(),
            published: Vec::new(),
            broken: Vec::new(),
            relations_key: None,
            is_empty: true,
        };
        vec![
            full,
            empty(),
            Self {
                is_empty: false,
                ..empty()
            },
        ]
    }
}
