//! The review queue and the page where one review is judged.

use annai_domain::{ContentHash, GuideId, ReviewState, RevisionId};
use jiff::Timestamp;
use serde::Serialize;

use super::diff::DiffView;
use super::form::{Choice, FormField};
use super::guide::{FindingsView, GuideHead};
use super::threads::ThreadsView;
use super::{Message, View};

/// `/admin/reviews`
#[derive(Debug, Serialize)]
pub(crate) struct ReviewQueueView {
    /// The states of a review, each with how many there are under the filters.
    pub(crate) tabs: Vec<QueueTab>,
    pub(crate) categories: Vec<Choice>,
    /// Everybody who asked for one of them.
    pub(crate) authors: Vec<Choice>,
    /// `own`, `others` or nothing.
    pub(crate) whose: String,
    /// Whether anything is filtered.
    pub(crate) is_filtered: bool,
    /// The reviews in the chosen state, the oldest first.
    pub(crate) rows: Vec<QueuedView>,
}

/// One state of reviews with its count and the address that shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct QueueTab {
    pub(crate) state: ReviewState,
    pub(crate) count: usize,
    pub(crate) href: String,
    pub(crate) chosen: bool,
}

/// One review in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct QueuedView {
    pub(crate) guide_id: GuideId,
    pub(crate) title: String,
    pub(crate) slug: String,
    /// What people call its category.
    pub(crate) category: String,
    pub(crate) number: i32,
    pub(crate) message: String,
    pub(crate) submitted_by: String,
    pub(crate) submitted_at: Timestamp,
    /// The page of the review, within the same filters.
    pub(crate) href: String,
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
    pub(crate) against: AgainstView,
    /// What came while the person looked.
    pub(crate) changed: Option<ChangedView>,
    pub(crate) place: QueuePlaceView,
    pub(crate) diff: DiffView,
    pub(crate) findings: FindingsView,
    pub(crate) threads: ThreadsView,
    /// What the person may do.
    pub(crate) judging: JudgingView,
    /// Reviews that are over, the newest first.
    pub(crate) earlier: Vec<EarlierView>,
}

/// What the text under review is compared with.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct AgainstView {
    /// The revision that the person decided on last.
    pub(crate) judged: Option<i32>,
    /// The revision that readers see.
    pub(crate) public: Option<i32>,
    /// Whether it is compared with the former.
    pub(crate) is_judged: bool,
}

/// A newer text than the one that the person had looked at.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ChangedView {
    /// The number of the revision they had looked at.
    pub(crate) seen: i32,
    /// The number of the newest.
    pub(crate) newest: i32,
    pub(crate) diff: DiffView,
}

/// Where the review stands in the queue.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct QueuePlaceView {
    /// From 1; `None`: it does not wait.
    pub(crate) position: Option<usize>,
    pub(crate) total: usize,
    /// The addresses of those beside it.
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// The address of the queue.
    pub(crate) queue: String,
    /// The filters in use, as fields of a form.
    pub(crate) filter: Vec<(&'static str, String)>,
}

/// `/admin/guides/{guide_id}/review/newest`
#[derive(Debug, Serialize)]
pub(crate) struct NewestView {
    pub(crate) revision_id: RevisionId,
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
    /// The comment of an approval.
    pub(crate) comment: String,
}

impl View for ReviewQueueView {
    const TEMPLATE: &'static str = "reviews.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let tab = |state, count| QueueTab {
            state,
            count,
            href: "/admin/reviews".to_owned(),
            chosen: state == ReviewState::Open,
        };
        let view = |rows: Vec<QueuedView>, is_filtered| Self {
            tabs: vec![
                tab(ReviewState::Open, rows.len()),
                tab(ReviewState::Approved, 0),
                tab(ReviewState::ChangesRequested, 1),
            ],
            categories: samples::choices(),
            authors: samples::choices(),
            whose: "others".to_owned(),
            is_filtered,
            rows,
        };
        vec![
            view(samples::queue(), false),
            view(Vec::new(), true),
            view(Vec::new(), false),
        ]
    }
}

#[cfg(test)]
impl ReviewView {
    /// Somebody else's change, waiting.
    fn open_sample() -> Self {
        use super::tests::samples;
        Self {
            head: samples::head(),
            review: Some(samples::reviewed()),
            against: AgainstView {
                judged: Some(2),
                public: Some(3),
                is_judged: true,
            },
            changed: None,
            place: QueuePlaceView {
                position: Some(2),
                total: 40,
                previous: Some("/admin".to_owned()),
                next: Some("/admin".to_owned()),
                queue: "/admin/reviews?category=data".to_owned(),
                filter: vec![("category", "data".to_owned())],
            },
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
        }
    }
}

impl View for ReviewView {
    const TEMPLATE: &'static str = "review.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let open = Self::open_sample;
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
        no_reason.against = AgainstView::default();
        let mut changed = open();
        changed.against.is_judged = false;
        changed.judging.comment = "良い更新です。".to_owned();
        changed.changed = Some(ChangedView {
            seen: 4,
            newest: 6,
            diff: samples::diff(),
        });
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
        vec![
            open(),
            stale,
            changed,
            own,
            approved,
            no_reason,
            sent_back,
            none,
        ]
    }
}
