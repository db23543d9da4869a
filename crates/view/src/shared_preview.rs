//! The page behind a preview link, for people who do not sign in.

use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::preview::PreviewView;

/// `/preview/{token}`
#[derive(Debug, Serialize)]
pub(crate) struct SharedPreviewView {
    /// `None` where the link does not open; why is nobody's business.
    pub(crate) text: Option<SharedText>,
    /// Why nobody can say now whether it opens.
    pub(crate) not_now: Option<NotNow>,
}

/// What has to pass before a link opens or does not.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotNow {
    /// The database does not answer.
    Unavailable,
    /// The visitor's network tried too many links.
    SlowDown,
}

impl SharedPreviewView {
    /// The link does not open.
    pub(crate) const DEAD: Self = Self {
        text: None,
        not_now: None,
    };
    /// The database does not answer.
    pub(crate) const AWAY: Self = Self {
        text: None,
        not_now: Some(NotNow::Unavailable),
    };
    /// The visitor's network tried too many links.
    pub(crate) const TOO_OFTEN: Self = Self {
        text: None,
        not_now: Some(NotNow::SlowDown),
    };

    /// What the link shows.
    pub(crate) fn of(text: SharedText) -> Self {
        Self {
            text: Some(text),
            not_now: None,
        }
    }
}

/// The text that a link shows.
#[derive(Debug, Serialize)]
pub(crate) struct SharedText {
    /// The guide's title in this revision; empty where it has none.
    pub(crate) title: String,
    /// The revision's number.
    pub(crate) number: i32,
    /// Whether the link shows another text once one is saved.
    pub(crate) follows_draft: bool,
    /// When the revision was saved.
    pub(crate) saved_at: Timestamp,
    /// When the link ends.
    pub(crate) expires_at: Timestamp,
    /// The rendered body, or why there is none.
    pub(crate) page: PreviewView,
}

impl View for SharedPreviewView {
    const TEMPLATE: &'static str = "shared_preview.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let text = |page, follows_draft| {
            Self::of(SharedText {
                title: "SREとは".to_owned(),
                number: 4,
                follows_draft,
                saved_at: samples::at(1),
                expires_at: samples::at(24),
                page,
            })
        };
        let pages = PreviewView::samples().into_iter();
        let shown = pages.zip([true, false]);
        let mut views: Vec<_> = shown
            .map(|(page, follows_draft)| text(page, follows_draft))
            .collect();
        views.extend([Self::DEAD, Self::AWAY, Self::TOO_OFTEN]);
        views
    }
}
