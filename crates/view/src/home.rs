//! The first page after signing in.

use annai_domain::{GuideId, ThreadId};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::guides::GuideRow;
use super::publishing::PublicationView;
use super::review::QueuedView;

/// `/admin`
#[derive(Debug, Serialize)]
pub struct HomeView {
    /// What was said to the person by name and is not settled, the newest first.
    pub mentions: Vec<MentionView>,
    /// Guides the person is writing, the latest touched first.
    pub work: Vec<GuideRow>,
    /// Their guides that were sent back.
    pub sent_back: Vec<GuideRow>,
    /// Reviews that wait.
    pub waiting: Vec<QueuedView>,
    /// What became public lately.
    pub published: Vec<RecentView>,
    /// Public guides that name guides which are not there.
    pub broken: Vec<BrokenView>,
    /// Whether there is no guide at all yet.
    pub is_empty: bool,
}

/// A comment that calls the person.
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

/// A relation that leads nowhere.
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
            is_empty: false,
        };
        let empty = || Self {
            mentions: Vec::new(),
            work: Vec::new(),
            sent_back: Vec::new(),
            waiting: Vec::new(),
            published: Vec::new(),
            broken: Vec::new(),
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
