use serde::{Deserialize, Serialize};

use crate::facts::VisibilityKind;
use crate::{ContentHash, Review, ReviewState, closed_set};

/// The judgement of one exact content, as screens show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Judgement {
    /// Nobody asked for a review of this text, or its approval was used up.
    None,
    /// Reviewers are at it.
    InReview {
        /// The step that waits for approvals, from 0.
        step: u32,
        /// The number of approvals in this step.
        approvals: u32,
        /// The number of approvals that this step needs.
        needed: u32,
    },
    /// A reviewer requested changes.
    ChangesRequested,
    /// It may be published.
    Approved,
}

/// Derives the judgement of the text whose hash is `latest`.
///
/// Screens show an older review as stale elsewhere; it does not count here.
#[must_use]
pub fn judgement(latest: ContentHash, review: Option<&Review>) -> Judgement {
    let Some(review) = review.filter(|review| review.content_hash == latest) else {
        return Judgement::None;
    };
    match judgement_in(review.state) {
        Judgement::InReview { .. } => {
            let step = review.step();
            Judgement::InReview {
                step,
                approvals: review.approvals_in(step),
                needed: review.needed_in(step),
            }
        }
        judgement => judgement,
    }
}

/// Derives the judgement of a text from the state of its review, with no approvals counted.
#[must_use]
pub fn judgement_in(state: ReviewState) -> Judgement {
    match state {
        ReviewState::Open => Judgement::InReview {
            step: 0,
            approvals: 0,
            needed: 0,
        },
        ReviewState::Approved => Judgement::Approved,
        ReviewState::ChangesRequested => Judgement::ChangesRequested,
        ReviewState::Published | ReviewState::Withdrawn | ReviewState::Superseded => {
            Judgement::None
        }
    }
}

closed_set! {
    /// Whether the newest text is the public one.
    pub enum Work: "a state of work" {
        /// The newest text is what readers see.
        Clean = "clean",
        /// There is newer text, or none is public.
        Ahead = "ahead",
    }
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

closed_set! {
    /// The one label a list shows for a guide, derived from the three facts.
    pub enum GuideStatus: "a status" {
        /// 下書き: never public, nobody asked.
        Draft = "draft",
        /// レビュー中
        InReview = "in_review",
        /// 差し戻し
        ChangesRequested = "changes_requested",
        /// 承認済み: approved, not public yet.
        Approved = "approved",
        /// 公開中: readers see the newest text.
        Published = "published",
        /// 公開中・更新あり: readers see older text.
        PublishedAhead = "published_ahead",
        /// 非公開: taken down, or its time was over.
        Unpublished = "unpublished",
        /// アーカイブ
        Archived = "archived",
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
