use serde::{Deserialize, Serialize};

use crate::{ContentHash, ReviewId, RevisionId, UserId};

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

/// Where a review stands. Only the first three are live: they can still be acted upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Waits for decisions.
    Open,
    /// Every step was passed; the content may be published.
    Approved,
    /// A reviewer sent it back.
    ChangesRequested,
    /// Its approval was used up by a publication.
    Published,
    /// The author took it back.
    Withdrawn,
    /// A newer submission replaced it.
    Superseded,
}

impl ReviewState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Approved,
        Self::ChangesRequested,
        Self::Published,
        Self::Withdrawn,
        Self::Superseded,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::ChangesRequested => "changes_requested",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }
}

impl std::str::FromStr for ReviewState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a review state"))
    }
}

/// What one reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 承認
    Approve,
    /// 差し戻し
    RequestChanges,
}

impl Verdict {
    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::RequestChanges => "request_changes",
        }
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
    pub fn approvals_in(&self, step: u32) -> u32 {
        let count = self.approvals.iter().filter(|(_, at)| *at == step).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// How many approvals `step` needs; 0 past the last one.
    #[must_use]
    pub fn needed_in(&self, step: u32) -> u32 {
        self.policy
            .steps
            .get(step as usize)
            .map_or(0, |step| step.approvals_needed)
    }
}
