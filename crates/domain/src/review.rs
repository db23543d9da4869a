use serde::{Deserialize, Serialize};

use crate::{ContentHash, ReviewId, RevisionId, UserId, closed_set};

/// What a review is held to: steps that must be passed in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPolicy {
    /// The steps; never empty.
    pub steps: Vec<PolicyStep>,
}

/// One step of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStep {
    /// How many different reviewers must approve in this step.
    pub approvals_needed: u32,
}

impl Default for ReviewPolicy {
    /// One step, any reviewer, one approval.
    fn default() -> Self {
        Self {
            steps: vec![PolicyStep {
                approvals_needed: 1,
            }],
        }
    }
}

closed_set! {
    /// Where a review stands. Only the first three are live: they can still be acted upon.
    pub enum ReviewState: "a review state" {
        /// Waits for decisions.
        Open = "open",
        /// Every step was passed; the content may be published.
        Approved = "approved",
        /// A reviewer sent it back.
        ChangesRequested = "changes_requested",
        /// Its approval was used up by a publication.
        Published = "published",
        /// The author took it back.
        Withdrawn = "withdrawn",
        /// A newer submission replaced it.
        Superseded = "superseded",
    }
}

closed_set! {
    /// What one reviewer decided.
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
    /// Its id.
    pub review_id: ReviewId,
    /// The revision it pins; it never moves.
    pub revision_id: RevisionId,
    /// That revision's content.
    pub content_hash: ContentHash,
    /// The rule as it was at submission.
    pub policy: ReviewPolicy,
    /// Where it stands.
    pub state: ReviewState,
    /// Who asked for it.
    pub submitted_by: UserId,
    /// Who approved so far, in order of their decisions, each with the step (from 0).
    pub approvals: Vec<(UserId, u32)>,
}

impl Review {
    /// The step that waits for approvals now, counted from 0; the number of steps when none does.
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

    /// How many approvals `step` has.
    #[must_use]
    pub(crate) fn approvals_in(&self, step: u32) -> u32 {
        let count = self.approvals.iter().filter(|(_, at)| *at == step).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// How many approvals `step` needs; 0 past the last one.
    #[must_use]
    pub(crate) fn needed_in(&self, step: u32) -> u32 {
        self.policy
            .steps
            .get(step as usize)
            .map_or(0, |step| step.approvals_needed)
    }
}
