//! The review queue and the page of one review.

use annai_domain::{ContentHash, GuideId, ReviewState, RevisionId, Verdict};
use annai_storage::review_queue::QueuePart;
use jiff::Timestamp;
use serde::Serialize;

use super::diff::DiffView;
use super::form::{Choice, FormField};
use super::guide::{FindingsView, GuideHead};
use super::threads::ThreadsView;
use super::{Message, View};

/// `/admin/reviews`
#[derive(Debug, Serialize)]
pub struct ReviewQueueView {
    /// The states with their counts under the filters.
    pub tabs: Vec<QueueTab>,
    pub categories: Vec<Choice>,
    /// The submitters.
    pub authors: Vec<Choice>,
    /// `own`, `others` or nothing.
    pub whose: String,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// The reviews in the chosen state by part, the oldest first.
    pub groups: Vec<QueueGroup>,
    /// The reviews that wait for the person; `None`: they judge nothing, or this is another state.
    pub waiting: Option<WaitingView>,
    /// The pages before and after this one.
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// One part of the queue.
#[derive(Debug, Clone, Serialize)]
pub struct QueueGroup {
    pub part: QueuePart,
    /// The number of its reviews on all pages.
    pub count: i64,
    /// Those on this page.
    pub rows: Vec<QueuedView>,
}

/// The reviews that wait for the person.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct WaitingView {
    /// The number under the filters.
    pub here: i64,
    /// The number without filters.
    pub all: i64,
}

/// One state with its count and its address.
#[derive(Debug, Clone, Serialize)]
pub struct QueueTab {
    pub state: ReviewState,
    /// Whether the queue opens with it.
    pub is_first: bool,
    pub count: i64,
    pub href: String,
    pub chosen: bool,
}

/// One review in a list.
#[derive(Debug, Clone, Serialize)]
pub struct QueuedView {
    pub guide_id: GuideId,
    pub title: String,
    pub slug: String,
    /// The label of its category.
    pub category: String,
    pub number: i32,
    pub message: String,
    pub submitted_by: String,
    pub submitted_at: Timestamp,
    /// The page of the review, within the same filters.
    pub href: String,
    /// The time since the submission in words.
    pub age: Message,
    /// The letters that it adds and removes.
    pub letters: Option<(i32, i32)>,
    /// Whether a newer revision exists.
    pub is_stale: bool,
}

/// `/admin/guides/{guide_id}/review`
#[derive(Debug, Serialize)]
pub struct ReviewView {
    pub head: GuideHead,
    /// The live review.
    pub review: Option<ReviewedView>,
    pub against: AgainstView,
    /// Whether nothing of it was judged by the person or public before.
    pub is_first: bool,
    /// The newer revision, where the text was saved since the submission.
    pub changed: Option<ChangedView>,
    pub place: QueuePlaceView,
    pub diff: DiffView,
    pub findings: FindingsView,
    pub threads: ThreadsView,
    /// The permitted actions.
    pub judging: JudgingView,
    /// Finished reviews, the newest first.
    pub earlier: Vec<EarlierView>,
}

/// The text that the review is compared with.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AgainstView {
    /// The revision that the person decided on last.
    pub judged: Option<i32>,
    /// The public revision.
    pub public: Option<i32>,
    /// Whether it is compared with the former.
    pub is_judged: bool,
}

/// A newer text than the one that the person looked at.
#[derive(Debug, Clone, Serialize)]
pub struct ChangedView {
    /// The number of the revision that they looked at.
    pub seen: i32,
    /// The number of the newest.
    pub newest: i32,
    pub diff: DiffView,
}

/// The place of the review among those that wait for the person.
#[derive(Debug, Clone, Serialize)]
pub struct QueuePlaceView {
    /// Its position from 1; `None`: it does not wait for them.
    pub position: Option<usize>,
    /// The number of those that wait; `None`: the person judges nothing.
    pub total: Option<usize>,
    /// The addresses of its neighbours.
    pub previous: Option<String>,
    pub next: Option<String>,
    /// The address of the queue.
    pub queue: String,
    /// The filters in use, as fields of a form.
    pub filter: Vec<(&'static str, String)>,
}

/// `/admin/guides/{guide_id}/review/newest`
#[derive(Debug, Serialize)]
pub struct NewestView {
    pub revision_id: RevisionId,
}

/// The review itself.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewedView {
    pub revision_id: RevisionId,
    pub number: i32,
    pub content_hash: ContentHash,
    pub state: ReviewState,
    pub message: String,
    pub submitted_by: String,
    pub submitted_at: Timestamp,
    pub decisions: Vec<DecisionView>,
    /// The newer revision, when the text was saved anew since the submission.
    pub newer: Option<NewerView>,
}

/// The revision saved after the submission.
#[derive(Debug, Clone, Serialize)]
pub struct NewerView {
    pub revision_id: RevisionId,
    pub number: i32,
}

/// One decision.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionView {
    /// `approve` or `request_changes`.
    pub verdict: Verdict,
    pub comment: String,
    pub by: String,
    pub at: Timestamp,
}

/// A finished review.
#[derive(Debug, Clone, Serialize)]
pub struct EarlierView {
    pub number: i32,
    pub state: ReviewState,
    pub submitted_by: String,
    pub submitted_at: Timestamp,
    pub decisions: Vec<DecisionView>,
}

/// The permitted actions on the review.
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
#[derive(Debug, Clone, Default, Serialize)]
pub struct JudgingView {
    pub may_approve: bool,
    pub may_approve_and_publish: bool,
    pub may_request_changes: bool,
    pub may_publish: bool,
    /// The reason why the person may not decide.
    pub refusal: Option<Message>,
    /// The comment of the decision.
    pub comment: FormField,
}

impl View for ReviewQueueView {
    const TEMPLATE: &'static str = "reviews.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let tab = |state, count| QueueTab {
            state,
            is_first: state == ReviewState::Open,
            count,
            href: "/admin/reviews".to_owned(),
            chosen: state == ReviewState::Open,
        };
        let group = |part| QueueGroup {
            part,
            count: 2,
            rows: samples::queue(),
        };
        let view = |parts: &[QueuePart], is_filtered| Self {
            tabs: vec![
                tab(ReviewState::Open, 8),
                tab(ReviewState::Approved, 0),
                tab(ReviewState::ChangesRequested, 1),
            ],
            categories: samples::choices(),
            authors: samples::choices(),
            whose: "others".to_owned(),
            is_filtered,
            groups: parts.iter().copied().map(group).collect(),
            waiting: None,
            previous: None,
            next: None,
        };
        let finished = |all| Self {
            waiting: Some(WaitingView { here: 0, all }),
            ..view(&[QueuePart::Own], all > 0)
        };
        vec![
            Self {
                waiting: Some(WaitingView { here: 4, all: 9 }),
                previous: Some("/admin/reviews".to_owned()),
                next: Some("/admin/reviews?page=3".to_owned()),
                ..view(&QueuePart::ALL, false)
            },
            finished(0),
            finished(3),
            view(&[], true),
            view(&[], false),
        ]
    }
}

#[cfg(test)]
impl ReviewView {
    /// Returns a waiting change of another person.
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
            is_first: false,
            changed: None,
            place: QueuePlaceView {
                position: Some(2),
                total: Some(40),
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

    /// Returns the page without a review, for somebody who judges nothing.
    fn none_sample() -> Self {
        let open = Self::open_sample();
        Self {
            review: None,
            judging: JudgingView::default(),
            earlier: Vec::new(),
            place: QueuePlaceView {
                position: None,
                total: None,
                ..open.place
            },
            ..open
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
            review.decisions = vec![samples::decision(Verdict::Approve)];
        }
        let mut no_reason = open();
        no_reason.against = AgainstView::default();
        no_reason.is_first = true;
        no_reason.place.next = None;
        let mut changed = open();
        changed.against.is_judged = false;
        changed.judging.comment = FormField::holding("良い更新です。");
        changed.changed = Some(ChangedView {
            seen: 4,
            newest: 6,
            diff: samples::diff(),
        });
        no_reason.judging.comment = FormField::default().refused("field.required");
        let mut sent_back = open();
        if let Some(review) = &mut sent_back.review {
            review.state = ReviewState::ChangesRequested;
            review.decisions = vec![samples::decision(Verdict::RequestChanges)];
        }
        sent_back.judging = JudgingView::default();
        vec![
            open(),
            stale,
            changed,
            own,
            approved,
            no_reason,
            sent_back,
            Self::none_sample(),
        ]
    }
}
