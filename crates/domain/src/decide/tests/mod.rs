//! The rules against the authorisation matrix, state by state and person by person.

mod discuss;
mod matrix;
mod next;
mod order;
mod particulars;

use uuid::Uuid;

use crate::{
    Actor, ContentHash, GuideFacts, GuideId, LatestRevision, PublicRevision, Ref, Review, ReviewId,
    ReviewPolicy, ReviewState, RevisionId, Role, RoleSet, ThreadFacts, UserId, Visibility,
};

/// The owner of the guide, who also wrote every revision of it.
const OWNER: UserId = UserId(Uuid::from_u128(100));
/// A person who is neither owner nor writer.
const OTHER: UserId = UserId(Uuid::from_u128(200));
/// A third person, neither of the other two.
const THIRD: UserId = UserId(Uuid::from_u128(400));
/// The public revision before the newest public one.
const OLDER: RevisionId = RevisionId(Uuid::from_u128(1));
/// The public revision, if the newest is not public.
const PUBLIC: RevisionId = RevisionId(Uuid::from_u128(2));
/// The newest text.
const LATEST: RevisionId = RevisionId(Uuid::from_u128(3));

/// A row of the matrix: the visibility and the judgement of the newest revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    NeverDraft,
    NeverInReview,
    NeverChangesRequested,
    NeverApproved,
    PublishedClean,
    PublishedAhead,
    PublishedInReview,
    PublishedChangesRequested,
    PublishedApproved,
    Unpublished,
    Archived,
}

impl State {
    const ALL: [Self; 11] = [
        Self::NeverDraft,
        Self::NeverInReview,
        Self::NeverChangesRequested,
        Self::NeverApproved,
        Self::PublishedClean,
        Self::PublishedAhead,
        Self::PublishedInReview,
        Self::PublishedChangesRequested,
        Self::PublishedApproved,
        Self::Unpublished,
        Self::Archived,
    ];

    fn review(self) -> Option<ReviewState> {
        match self {
            Self::NeverInReview | Self::PublishedInReview => Some(ReviewState::Open),
            Self::NeverChangesRequested | Self::PublishedChangesRequested => {
                Some(ReviewState::ChangesRequested)
            }
            Self::NeverApproved | Self::PublishedApproved => Some(ReviewState::Approved),
            Self::NeverDraft
            | Self::PublishedClean
            | Self::PublishedAhead
            | Self::Unpublished
            | Self::Archived => None,
        }
    }

    fn visibility(self) -> Visibility {
        match self {
            Self::NeverDraft
            | Self::NeverInReview
            | Self::NeverChangesRequested
            | Self::NeverApproved => Visibility::NeverPublished,
            Self::PublishedClean => public(LATEST),
            Self::PublishedAhead
            | Self::PublishedInReview
            | Self::PublishedChangesRequested
            | Self::PublishedApproved => public(PUBLIC),
            Self::Unpublished | Self::Archived => Visibility::Unpublished {
                publication_ref: Ref::new(3).unwrap(),
            },
        }
    }

    fn was_public_once(self) -> bool {
        self.visibility() != Visibility::NeverPublished
    }

    fn facts(self) -> GuideFacts {
        GuideFacts {
            guide_id: GuideId(Uuid::from_u128(7)),
            owner_id: OWNER,
            archived: self == Self::Archived,
            latest: LatestRevision {
                revision_id: LATEST,
                revision_number: 3,
                content_hash: hash(LATEST),
                created_by: OWNER,
            },
            visibility: self.visibility(),
            review: self.review().map(review),
            writers: vec![OWNER],
            is_blocked: false,
        }
    }
}

fn public(revision_id: RevisionId) -> Visibility {
    Visibility::Published(PublicRevision {
        publication_ref: Ref::new(2).unwrap(),
        revision_id,
        revision_number: i32::try_from(revision_id.0.as_u128()).unwrap(),
        content_hash: hash(revision_id),
        slug: "guide".parse().unwrap(),
    })
}

fn review(state: ReviewState) -> Review {
    let approved = state == ReviewState::Approved;
    Review {
        review_id: ReviewId(Uuid::from_u128(9)),
        revision_id: LATEST,
        content_hash: hash(LATEST),
        policy: ReviewPolicy::default(),
        state,
        submitted_by: OWNER,
        approvals: approved
            .then_some((UserId(Uuid::from_u128(300)), 0))
            .into_iter()
            .collect(),
    }
}

fn hash(revision_id: RevisionId) -> ContentHash {
    ContentHash::of(revision_id.0.as_bytes())
}

/// Makes an open thread that `created_by` began.
fn thread(created_by: UserId, is_blocking: bool) -> ThreadFacts {
    ThreadFacts {
        is_blocking,
        is_open: true,
        created_by,
    }
}

fn actor(user_id: UserId, roles: impl IntoIterator<Item = Role>) -> Actor {
    Actor::new(user_id, RoleSet::new(roles))
}
