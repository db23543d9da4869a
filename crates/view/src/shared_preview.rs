//! The page behind a preview link, for people who do not sign in.

use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::preview::PreviewView;

/// `/preview/{token}`
#[derive(Debug, Serialize)]
pub struct SharedPreviewView {
    /// `None` where the link does not open. The page does not say why.
    pub text: Option<SharedText>,
    /// The passing cause why the page cannot look the link up.
    pub not_now: Option<NotNow>,
}

/// A cause that passes by itself.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotNow {
    /// The database does not answer.
    Unavailable,
    /// The visitor's network tried too many links.
    SlowDown,
}

impl SharedPreviewView {
    /// The link does not open.
    pub const DEAD: Self = Self {
        text: None,
        not_now: None,
    };
    /// The database does not answer.
    pub const AWAY: Self = Self {
        text: None,
        not_now: Some(NotNow::Unavailable),
    };
    /// The visitor's network tried too many links.
    pub const TOO_OFTEN: Self = Self {
        text: None,
        not_now: Some(NotNow::SlowDown),
    };

    /// Returns the page of an open link.
    #[must_use]
    pub fn of(text: SharedText) -> Self {
        Self {
            text: Some(text),
            not_now: None,
        }
    }
}

/// The text behind a link.
#[derive(Debug, Serialize)]
pub struct SharedText {
    /// The guide's title in this revision; empty where it has none.
    pub title: String,
    pub number: i32,
    /// Whether the link follows the draft.
    pub follows_draft: bool,
    /// The time at which the revision was saved.
    pub saved_at: Timestamp,
    /// The time at which the link ends.
    pub expires_at: Timestamp,
    /// The rendered body, or why there is none.
    pub page: PreviewView,
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
