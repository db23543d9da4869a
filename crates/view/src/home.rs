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
    pub mentions: Part<MentionView>,
    /// The person's unfinished guides, the last touched first.
    pub work: Vec<GuideRow>,
    /// Their guides with requested changes.
    pub sent_back: Part<GuideRow>,
    /// The reviews that wait for the person; `None` where they judge nothing.
    pub waiting: Option<Part<QueuedView>>,
    /// The approved reviews that wait for publication; `None` where the person publishes nothing.
    pub to_publish: Option<Part<QueuedView>>,
    /// Recent publications.
    pub published: Vec<RecentView>,
    /// Public guides with relations to guides that are not public.
    pub broken: Part<BrokenView>,
    /// Whether the page is about the person's own guides alone.
    pub is_own: bool,
    /// The field in which a guide names others.
    pub relations_key: Option<String>,
    /// Whether no guide exists yet.
    pub is_empty: bool,
}

/// The first entries of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Part<T> {
    pub rows: Vec<T>,
    /// The number of all entries.
    pub count: usize,
}

impl<T> Part<T> {
    /// Keeps the first `shown` entries of `all`.
    #[must_use]
    pub fn first(all: Vec<T>, shown: usize) -> Self {
        let count = all.len();
        let rows = all.into_iter().take(shown).collect();
        Self { rows, count }
    }
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            count: 0,
        }
    }
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
            mentions: Part::first(samples::mentions(), 8),
            work: samples::rows(),
            sent_back: Part::first(samples::rows(), 1),
            waiting: Some(Part {
                rows: samples::queue(),
                count: 41,
            }),
            to_publish: Some(Part {
                rows: samples::queue(),
                count: 3,
            }),
            published: samples::publications()
                .into_iter()
                .map(|publication| RecentView {
                    guide_id: samples::guide_id(),
                    publication,
                })
                .collect(),
            broken: Part::first(
                vec![BrokenView {
                    guide_id: samples::guide_id(),
                    title: "SREとは".to_owned(),
                    missing: "cloud_architect".to_owned(),
                }],
                8,
            ),
            is_own: false,
            relations_key: Some("related_jobs".to_owned()),
            is_empty: false,
        };
        let none = || Part {
            rows: Vec::new(),
            count: 0,
        };
        vec![
            full,
            Self {
                is_empty: true,
                ..Self::default()
            },
            Self {
                waiting: Some(none()),
                to_publish: Some(none()),
                ..Self::default()
            },
            Self {
                is_own: true,
                ..Self::default()
            },
        ]
    }
}
