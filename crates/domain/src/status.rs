use serde::{Deserialize, Serialize};

use crate::facts::VisibilityKind;
use crate::{ContentHash, Review, ReviewState};

/// What reviewers think of one exact content, as screens show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Judgement {
    /// Nobody was asked about this text, or the answer was used up.
    None,
    /// Reviewers are at it.
    InReview {
        /// The step that waits, from 0.
        step: u32,
        /// How many approved in it.
        approvals: u32,
        /// How many it needs.
        needed: u32,
    },
    /// A reviewer sent it back.
    ChangesRequested,
    /// It may be published.
    Approved,
}

/// What reviewers think of the text whose hash is `latest`.
///
/// An older review is shown as stale elsewhere; here it counts for nothing.
#[must_use]
pub fn judgement(latest: ContentHash, review: Option<&Review>) -> Judgement {
    let Some(review) = review.filter(|review| review.content_hash == latest) else {
        return Judgement::None;
    };
    match review.state {
        ReviewState::Open => {
            let step = review.step();
            Judgement::InReview {
                step,
                approvals: review.approvals_in(step),
                needed: review.needed_in(step),
            }
        }
        ReviewState::Approved => Judgement::Approved,
        ReviewState::ChangesRequested => Judgement::ChangesRequested,
        ReviewState::Published | ReviewState::Withdrawn | ReviewState::Superseded => {
            Judgement::None
        }
    }
}

/// Whether the newest text is the public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// The newest text is what readers see.
    Clean,
    /// There is newer text, or none is public.
    Ahead,
}

/// Compares the newest text with the public one.
#[must_use]
pub fn work(latest: ContentHash, public: Option<ContentHash>) -> Work {
    if public == Some(latest) {
        Work::Clean
    } else {
        Work::Ahead
    }
}

/// The one label a list shows for a guide, derived from the three facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuideStatus {
    /// 下書き: never public, nobody asked.
    Draft,
    /// レビュー中
    InReview,
    /// 差し戻し
    ChangesRequested,
    /// 承認済み: approved, not public yet.
    Approved,
    /// 公開中: readers see the newest text.
    Published,
    /// 公開中・更新あり: readers see older text.
    PublishedAhead,
    /// 非公開: taken down, or its time was over.
    Unpublished,
    /// アーカイブ
    Archived,
}

impl GuideStatus {
    /// Every label, in the order screens list them.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::InReview,
        Self::ChangesRequested,
        Self::Approved,
        Self::Published,
        Self::PublishedAhead,
        Self::Unpublished,
        Self::Archived,
    ];

    /// The word in URLs, message keys and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::ChangesRequested => "changes_requested",
            Self::Approved => "approved",
            Self::Published => "published",
            Self::PublishedAhead => "published_ahead",
            Self::Unpublished => "unpublished",
            Self::Archived => "archived",
        }
    }
}

impl std::str::FromStr for GuideStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a status"))
    }
}

/// Derives the label: archived first, then what waits for somebody, then what readers see.
#[must_use]
pub fn status(
    archived: bool,
    visibility: VisibilityKind,
    work: Work,
    judgement: Judgement,
) -> GuideStatus {
    if archived {
        return GuideStatus::Archived;
    }
    match (judgement, visibility, work) {
        (Judgement::InReview { .. }, _, _) => GuideStatus::InReview,
        (Judgement::ChangesRequested, _, _) => GuideStatus::ChangesRequested,
        (Judgement::Approved, _, _) => GuideStatus::Approved,
        (Judgement::None, VisibilityKind::Published, Work::Clean) => GuideStatus::Published,
        (Judgement::None, VisibilityKind::Published, Work::Ahead) => GuideStatus::PublishedAhead,
        (Judgement::None, VisibilityKind::Unpublished | VisibilityKind::Expired, _) => {
            GuideStatus::Unpublished
        }
        (Judgement::None, VisibilityKind::NeverPublished, _) => GuideStatus::Draft,
    }
}

#[cfg(test)]
mod tests;
