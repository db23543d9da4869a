//! The review queue and the page where one review is judged.

use annai_domain::{ContentHash, GuideId, ReviewState, RevisionId};
use jiff::Timestamp;
use serde::Serialize;

use super::diff::DiffView;
use super::form::FormField;
use super::guide::{FindingsView, GuideHead};
use super::threads::ThreadsView;
use super::{Message, View};

/// `/admin/reviews`
#[derive(Debug, Serialize)]
pub(crate) struct ReviewQueueView {
    /// Waiting for a decision, the oldest first.
    pub(crate) waiting: Vec<QueuedView>,
    /// Approved, waiting for a publisher.
    pub(crate) approved: Vec<QueuedView>,
}

/// One review in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct QueuedView {
    pub(crate) guide_id: GuideId,
    pub(crate) title: String,
    pub(crate) slug: String,
    pub(crate) number: i32,
    pub(crate) message: String,
    pub(crate) submitted_by: String,
    pub(crate) submitted_at: Timestamp,
    /// How long it has waited, in words.
    pub(crate) age: Message,
    /// Whether the text was saved anew since.
    pub(crate) is_stale: bool,
    /// Whether the person wrote a part of it.
    pub(crate) is_own: bool,
}

/// `/admin/guides/{guide_id}/review`
#[derive(Debug, Serialize)]
pub(crate) struct ReviewView {
    pub(crate) head: GuideHead,
    /// The live review.
    pub(crate) review: Option<ReviewedView>,
    /// The number of the public revision that it is compared with.
    pub(crate) against: Option<i32>,
    pub(crate) diff: DiffView,
    pub(crate) findings: FindingsView,
    pub(crate) threads: ThreadsView,
    /// What the person may do.
    pub(crate) judging: JudgingView,
    /// Reviews that are over, the newest first.
    pub(crate) earlier: Vec<EarlierView>,
}

/// The review itself.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReviewedView {
    pub(crate) revision_id: RevisionId,
    pub(crate) number: i32,
    pub(crate) content_hash: ContentHash,
    pub(crate) state: ReviewState,
    pub(crate) message: String,
    pub(crate) submitted_by: String,
    pub(crate) submitted_at: Timestamp,
    pub(crate) decisions: Vec<DecisionView>,
    /// The newer revision, when the text was saved anew since the submission.
    pub(crate) newer: Option<NewerView>,
}

/// The revision that came after the submission.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NewerView {
    pub(crate) revision_id: RevisionId,
    pub(crate) number: i32,
}

/// One decision.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DecisionView {
    /// `approve` or `request_changes`.
    pub(crate) verdict: String,
    pub(crate) comment: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}

/// A review that is over.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EarlierView {
    pub(crate) number: i32,
    pub(crate) state: ReviewState,
    pub(crate) submitted_by: String,
    pub(crate) submitted_at: Timestamp,
    pub(crate) decisions: Vec<DecisionView>,
}

/// What the person may do with the review.
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct JudgingView {
    pub(crate) may_approve: bool,
    pub(crate) may_approve_and_publish: bool,
    pub(crate) may_request_changes: bool,
    pub(crate) may_publish: bool,
    /// Why the person may not judge.
    pub(crate) refusal: Option<Message>,
    /// The reason of a request for changes.
    pub(crate) reason: FormField,
}

impl View for ReviewQueueView {
    const TEMPLATE: &'static str = "reviews.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let empty = Self {
            waiting: Vec::new(),
            approved: Vec::new(),
        };
        let full = Self {
            waiting: samples::queue(),
            approved: samples::queue(),
        };
        vec![full, empty]
    }
}

impl View for ReviewView {
    const TEMPLATE: &'static str = "review.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let open = || Self {
            head: samples::head(),
            review: Some(samples::reviewed()),
            against: Some(3),
            diff: samples::diff(),
            findings: samples::findings(),
            threads: samples::threads("review"),
            judging: JudgingView {
                may_approve: true,
                may_approve_and_publish: true,
                may_request_changes: true,
                ..JudgingView::default()
            },
            earlier: vec![samples::earlier()],
        };
        let mut stale = open();
        if let Some(review) = &mut stale.review {
            review.newer = Some(NewerView {
                revision_id: samples::revision_id(6),
                number: 6,
            });
        }
        let mut own = open();
        own.judging = JudgingView {
            refusal: Some(Message::new("refused.own_change")),
            ..JudgingView::default()
        };
        let mut approved = open();
        approved.judging = JudgingView {
            may_publish: true,
            may_request_changes: true,
            ..JudgingView::default()
        };
        if let Some(review) = &mut approved.review {
            review.state = ReviewState::Approved;
            review.decisions = vec![samples::decision("approve")];
        }
        let mut no_reason = open();
        no_reason.against = None;
        no_reason.judging.reason = FormField::default().refused("field.required");
        let mut sent_back = open();
        if let Some(review) = &mut sent_back.review {
            review.state = ReviewState::ChangesRequested;
            review.decisions = vec![samples::decision("request_changes")];
        }
        sent_back.judging = JudgingView::default();
        let none = Self {
            review: None,
            judging: JudgingView::default(),
            earlier: Vec::new(),
            ..open()
        };
        vec![open(), stale, own, approved, no_reason, sent_back, none]
    }
}
