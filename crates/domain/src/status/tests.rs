use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::{PolicyStep, ReviewId, ReviewPolicy, RevisionId, UserId, VisibilityKind as V};

fn review(state: ReviewState) -> Review {
    Review {
        review_id: ReviewId(Uuid::from_u128(1)),
        revision_id: RevisionId(Uuid::from_u128(2)),
        content_hash: ContentHash::of(b"judged"),
        policy: ReviewPolicy {
            steps: vec![
                PolicyStep {
                    approvals_needed: 1,
                },
                PolicyStep {
                    approvals_needed: 2,
                },
            ],
        },
        state,
        submitted_by: UserId(Uuid::from_u128(3)),
        approvals: vec![
            (UserId(Uuid::from_u128(4)), 0),
            (UserId(Uuid::from_u128(5)), 1),
        ],
    }
}

const IN_REVIEW: Judgement = Judgement::InReview {
    step: 1,
    approvals: 1,
    needed: 2,
};

#[rstest]
#[case(ReviewState::Open, IN_REVIEW)]
#[case(ReviewState::Approved, Judgement::Approved)]
#[case(ReviewState::ChangesRequested, Judgement::ChangesRequested)]
#[case(ReviewState::Published, Judgement::None)]
#[case(ReviewState::Withdrawn, Judgement::None)]
#[case(ReviewState::Superseded, Judgement::None)]
fn a_judgement_counts_for_the_very_text_it_was_made_on(
    #[case] state: ReviewState,
    #[case] expected: Judgement,
) {
    let review = review(state);
    assert_eq!(
        judgement(ContentHash::of(b"judged"), Some(&review)),
        expected
    );
    let newer = ContentHash::of(b"newer");
    assert_eq!(judgement(newer, Some(&review)), Judgement::None);
    assert_eq!(judgement(newer, None), Judgement::None);
}

#[test]
fn the_text_is_clean_only_where_readers_see_those_very_bytes() {
    let (latest, older) = (ContentHash::of(b"a"), ContentHash::of(b"b"));
    assert_eq!(work(latest, Some(latest)), Work::Clean);
    assert_eq!(work(latest, Some(older)), Work::Ahead);
    assert_eq!(work(latest, None), Work::Ahead);
}

#[rstest]
#[case(V::NeverPublished, Work::Ahead, Judgement::None, GuideStatus::Draft)]
#[case(V::Published, Work::Clean, Judgement::None, GuideStatus::Published)]
#[case(
    V::Published,
    Work::Ahead,
    Judgement::None,
    GuideStatus::PublishedAhead
)]
#[case(V::Unpublished, Work::Ahead, Judgement::None, GuideStatus::Unpublished)]
#[case(V::Expired, Work::Ahead, Judgement::None, GuideStatus::Unpublished)]
#[case(V::NeverPublished, Work::Ahead, IN_REVIEW, GuideStatus::InReview)]
#[case(
    V::Published,
    Work::Ahead,
    Judgement::ChangesRequested,
    GuideStatus::ChangesRequested
)]
#[case(V::Expired, Work::Ahead, Judgement::Approved, GuideStatus::Approved)]
fn what_waits_for_somebody_shows_before_what_readers_see(
    #[case] visibility: V,
    #[case] work: Work,
    #[case] judgement: Judgement,
    #[case] expected: GuideStatus,
) {
    assert_eq!(status(false, visibility, work, judgement), expected);
    let archived = status(true, visibility, work, judgement);
    assert_eq!(archived, GuideStatus::Archived);
}

#[test]
fn a_label_reads_back_from_its_word() {
    for label in GuideStatus::ALL {
        assert_eq!(label.as_str().parse(), Ok(label));
        assert_eq!(serde_json::to_value(label).unwrap(), label.as_str());
    }
}

#[rstest]
#[case(&[], 0)]
#[case(&[(4, 0)], 1)]
#[case(&[(4, 0), (5, 1)], 1)]
#[case(&[(4, 0), (5, 1), (6, 1)], 2)]
#[case::of_a_later_step_only(&[(5, 1), (6, 1)], 0)]
fn a_review_waits_in_the_first_step_that_is_not_passed(
    #[case] approvals: &[(u128, u32)],
    #[case] step: u32,
) {
    let mut review = review(ReviewState::Open);
    let person = |(id, step): &(u128, u32)| (UserId(Uuid::from_u128(*id)), *step);
    review.approvals = approvals.iter().map(person).collect();
    assert_eq!(review.step(), step);
    assert_eq!(review.needed_in(2), 0);
}
