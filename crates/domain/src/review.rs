use serde::{Deserialize, Serialize};

use crate::{ContentHash, ReviewId, RevisionId, UserId, closed_set};

/// The rule that a review follows: steps that must be passed in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPolicy {
    /// The steps; never empty.
    pub steps: Vec<PolicyStep>,
}

/// One step of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStep {
    /// The number of different reviewers who must approve in this step.
    pub approvals_needed: u32,
}

impl Default for ReviewPolicy {
    /// Returns one step with one approval by any reviewer.
    fn default() -> Self {
        Self {
            steps: vec![PolicyStep {
                approvals_needed: 1,
            }],
        }
    }
}

closed_set! {
    /// The state of a review. Only the first three are live: people can still act upon them.
    pub enum ReviewState: "a review state" {
        /// Waits for decisions.
        Open = "open",
        /// Every step was passed; the content may be published.
        Approved = "approved",
        /// A reviewer requested changes.
        ChangesRequested = "changes_requested",
        /// A publication used up its approval.
        Published = "published",
        /// The author withdrew it.
        Withdrawn = "withdrawn",
        /// A newer submission replaced it.
        Superseded = "superseded",
    }
}

closed_set! {
    /// The verdict of one reviewer.
    pub enum Verdict: "a verdict" {
        /// 承認
        Approve = "approve",
        /// 差し戻し
        RequestChanges = "request_changes",
    }
}

/// A guide's live review, with the decisions that count in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The id under which decisions and threads refer to it.
    pub review_id: ReviewId,
    /// The revision it pins; it never moves.
    pub revision_id: RevisionId,
    /// That revision's content.
    pub content_hash: ContentHash,
    /// The policy as it was at submission.
    pub policy: ReviewPolicy,
    /// The state of the review.
    pub state: ReviewState,
    /// The person who asked for it.
    pub submitted_by: UserId,
    /// The reviewers who approved so far, in order of their decisions, each with the step (from 0).
    pub approvals: Vec<(UserId, u32)>,
}

impl Review {
    /// Returns the step that waits for approvals, counted from 0; the number of steps if none does.
    #[must_use]
    pub fn step(&self) -> u32 {
        let passed = self
            .policy
            .steps
            .iter()
            .enumerate()
            .take_while(|(index, step)| {
                self.approvals_in(u32::try_from(*index).unwrap_or(u32::MAX))
                    >= step.approvals_needed
            });
        u32::try_from(passed.count()).unwrap_or(u32::MAX)
    }

    /// Counts the approvals in `step`.
    #[must_use]
    pub(crate) fn approvals_in(&self, step: u32) -> u32 {
        let count = self.approvals.iter().filter(|(_, at)| *at == step).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Returns the number of approvals that `step` needs; 0 past the last one.
    #[must_use]
    pub(crate) fn needed_in(&self, step: u32) -> u32 {
        self.policy
            .steps
            .get(step as usize)
            .map_or(0, |step| step.approvals_needed)
    }
}
