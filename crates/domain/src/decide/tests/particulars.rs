//! The results of the commands that are allowed.

use rstest::rstest;
use uuid::Uuid;

use super::super::*;
use super::{LATEST, OLDER, OTHER, OWNER, PUBLIC, State, THIRD, actor, hash, public, review};
use crate::{
    Authority, PolicyStep, PublicationAction, Ref, ReviewPolicy, ReviewState, RevisionId, Role,
    UserId,
};

#[rstest]
#[case::another_revision(PUBLIC, LATEST)]
#[case::another_content(LATEST, PUBLIC)]
#[case::neither(PUBLIC, PUBLIC)]
fn an_approval_publishes_exactly_the_revision_and_content_it_judged(
    #[case] revision_id: RevisionId,
    #[case] content: RevisionId,
) {
    let facts = State::NeverApproved.facts();
    let publisher = actor(OTHER, [Role::Publisher]);
    let result = publish(&facts, &publisher, revision_id, hash(content));
    assert_eq!(result, Err(Refusal::State(StateConflict::NotApproved)));
}

#[rstest]
#[case::another_revision(PUBLIC, LATEST)]
#[case::another_content(LATEST, PUBLIC)]
fn a_reviewer_decides_on_exactly_what_is_under_review(
    #[case] revision_id: RevisionId,
    #[case] content: RevisionId,
) {
    let facts = State::NeverInReview.facts();
    let reviewer = actor(OTHER, [Role::Reviewer]);
    let expected = Err(Refusal::State(StateConflict::OtherContent));
    let approved = approve(&facts, &reviewer, revision_id, hash(content)).map(drop);
    let sent_back = request_changes(&facts, &reviewer, revision_id, hash(content)).map(drop);
    assert_eq!((approved, sent_back), (expected, expected));
}

#[test]
fn a_publication_stands_on_its_review_and_uses_it_up() {
    let facts = State::PublishedApproved.facts();
    let review_id = facts.review.as_ref().unwrap().review_id;
    let result = publish(
        &facts,
        &actor(OTHER, [Role::Publisher]),
        LATEST,
        hash(LATEST),
    );
    let expected = NewPublication {
        action: PublicationAction::Publish,
        revision_id: Some(LATEST),
        authority: Authority::Review(review_id),
        uses_review: Some(review_id),
    };
    assert_eq!(result, Ok(expected));
}

#[test]
fn an_approval_outlives_a_later_save() {
    let mut facts = State::NeverApproved.facts();
    facts.latest.revision_id = RevisionId(Uuid::from_u128(4));
    facts.latest.content_hash = hash(facts.latest.revision_id);
    let publisher = actor(OTHER, [Role::Publisher]);

    let newer = facts.latest.clone();
    let refused = publish(&facts, &publisher, newer.revision_id, newer.content_hash);
    assert_eq!(refused, Err(Refusal::State(StateConflict::NotApproved)));
    assert!(publish(&facts, &publisher, LATEST, hash(LATEST)).is_ok());
}

#[test]
fn whoever_wrote_any_revision_of_the_change_may_not_decide_on_it() {
    let mut facts = State::NeverInReview.facts();
    facts.writers = vec![OWNER, OTHER];
    for roles in [vec![Role::Reviewer], vec![Role::Admin], Role::ALL.to_vec()] {
        let result = approve(&facts, &actor(OTHER, roles.clone()), LATEST, hash(LATEST));
        let expected = Err(Refusal::Forbidden(Forbidden::OwnChange));
        assert_eq!(result, expected, "{roles:?}");
    }
    assert!(
        approve(
            &facts,
            &actor(THIRD, [Role::Reviewer]),
            LATEST,
            hash(LATEST)
        )
        .is_ok()
    );
}

#[test]
fn whoever_asked_for_the_review_may_not_decide_on_it() {
    let mut facts = State::NeverInReview.facts();
    facts.review.as_mut().unwrap().submitted_by = OTHER;
    let result = approve(
        &facts,
        &actor(OTHER, [Role::Reviewer]),
        LATEST,
        hash(LATEST),
    );
    assert_eq!(result, Err(Refusal::Forbidden(Forbidden::OwnChange)));
}

#[test]
fn a_review_of_two_steps_is_complete_after_the_last_approval_of_the_last_step() {
    let needs = |approvals_needed| PolicyStep { approvals_needed };
    let mut facts = State::NeverInReview.facts();
    let people: Vec<UserId> = (500..503).map(|n| UserId(Uuid::from_u128(n))).collect();
    facts.review.as_mut().unwrap().policy = ReviewPolicy {
        steps: vec![needs(2), needs(1)],
    };

    let mut seen = Vec::new();
    for person in &people {
        let reviewer = actor(*person, [Role::Reviewer]);
        let approval = approve(&facts, &reviewer, LATEST, hash(LATEST)).unwrap();
        seen.push((approval.step, approval.completes));
        let approvals = &mut facts.review.as_mut().unwrap().approvals;
        approvals.push((*person, approval.step));
        let again = approve(&facts, &reviewer, LATEST, hash(LATEST));
        assert_eq!(again, Err(Refusal::State(StateConflict::AlreadyDecided)));
    }

    assert_eq!(seen, [(0, false), (0, false), (1, true)]);
}

#[test]
fn an_approval_that_is_not_published_yet_can_be_taken_back_in_its_last_step() {
    let facts = State::NeverApproved.facts();
    let reviewer = actor(OTHER, [Role::Reviewer]);
    let result = request_changes(&facts, &reviewer, LATEST, hash(LATEST));
    assert_eq!(result, Ok((facts.review.unwrap().review_id, 0)));
}

#[test]
fn a_new_submission_supersedes_the_review_of_an_older_text() {
    let mut facts = State::NeverApproved.facts();
    let older = facts.review.as_mut().unwrap();
    (older.revision_id, older.content_hash) = (PUBLIC, hash(PUBLIC));
    let review_id = older.review_id;

    let submission = submit(&facts, &actor(OWNER, [Role::Author]), LATEST);

    let supersedes = Some(review_id);
    assert_eq!(submission, Ok(Submission { supersedes }));
}

#[test]
fn what_was_sent_back_can_be_submitted_again() {
    let facts = State::NeverChangesRequested.facts();
    let submission = submit(&facts, &actor(OWNER, [Role::Author]), LATEST).unwrap();
    assert_eq!(
        submission.supersedes,
        facts.review.map(|review| review.review_id)
    );
}

#[rstest]
#[case::of_the_same_text(LATEST, true)]
#[case::of_an_older_text(PUBLIC, false)]
fn break_glass_uses_up_only_a_review_of_the_same_text(
    #[case] reviewed: RevisionId,
    #[case] is_used: bool,
) {
    let mut facts = State::NeverInReview.facts();
    let pinned = facts.review.as_mut().unwrap();
    (pinned.revision_id, pinned.content_hash) = (reviewed, hash(reviewed));
    let review_id = pinned.review_id;

    let admin = actor(OWNER, [Role::Admin]);
    let result = break_glass(&facts, &admin, LATEST, hash(LATEST), "a false number").unwrap();

    let reason = "a false number".to_owned();
    assert_eq!(result.authority, Authority::BreakGlass { reason });
    assert_eq!(result.uses_review, is_used.then_some(review_id));
}

#[test]
fn a_rollback_names_what_it_brings_back_and_uses_no_review() {
    let facts = State::PublishedApproved.facts();
    let restored = Ref::new(1).unwrap();
    let publisher = actor(OTHER, [Role::Publisher]);
    let result = rollback(&facts, &publisher, restored, Some((OLDER, hash(OLDER))));
    let expected = NewPublication {
        action: PublicationAction::Rollback,
        revision_id: Some(OLDER),
        authority: Authority::Rollback { restored },
        uses_review: None,
    };
    assert_eq!(result, Ok(expected));
}

#[test]
fn a_rollback_to_what_is_public_is_refused() {
    let facts = State::PublishedAhead.facts();
    let publisher = actor(OTHER, [Role::Publisher]);
    let current = Ref::new(2).unwrap();
    let result = rollback(&facts, &publisher, current, Some((PUBLIC, hash(PUBLIC))));
    assert_eq!(result, Err(Refusal::State(StateConflict::AlreadyPublic)));
}

#[test]
fn only_the_present_publication_can_be_undone() {
    let facts = State::PublishedAhead.facts();
    let publisher = actor(OTHER, [Role::Publisher]);
    let present = facts.visibility.public().unwrap().publication_ref;
    let first = Ref::new(1).unwrap();
    let before = Some((first, OLDER, hash(OLDER)));

    let undone = undo_publication(&facts, &publisher, present, before).unwrap();
    assert_eq!(undone.authority, Authority::Rollback { restored: first });
    let undone = undo_publication(&facts, &publisher, present, None).unwrap();
    assert_eq!(
        (undone.revision_id, undone.authority),
        (None, Authority::Role)
    );
    for before in [before, None] {
        let late = undo_publication(&facts, &publisher, Ref::new(99).unwrap(), before);
        assert_eq!(late, Err(Refusal::State(StateConflict::PublishedSince)));
        let reviewer = actor(OTHER, [Role::Reviewer]);
        let refused = undo_publication(&facts, &reviewer, present, before);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
    }
}

#[rstest]
#[case(State::PublishedAhead, true)]
#[case(State::Unpublished, false)]
#[case(State::NeverDraft, false)]
fn archiving_takes_down_only_what_is_public(#[case] state: State, #[case] has_tombstone: bool) {
    let tombstone = archive(&state.facts(), &actor(OTHER, [Role::Publisher])).unwrap();
    assert_eq!(tombstone.is_some(), has_tombstone);
    if let Some(tombstone) = tombstone {
        assert_eq!(tombstone.action, PublicationAction::Archive);
        assert_eq!(
            (tombstone.revision_id, tombstone.authority),
            (None, Authority::Role)
        );
    }
}

#[rstest]
#[case(State::NeverDraft, GuideStatus::Draft)]
#[case(State::NeverInReview, GuideStatus::InReview)]
#[case(State::NeverChangesRequested, GuideStatus::ChangesRequested)]
#[case(State::NeverApproved, GuideStatus::Approved)]
#[case(State::PublishedClean, GuideStatus::Published)]
#[case(State::PublishedAhead, GuideStatus::PublishedAhead)]
#[case(State::PublishedInReview, GuideStatus::InReview)]
#[case(State::PublishedChangesRequested, GuideStatus::ChangesRequested)]
#[case(State::PublishedApproved, GuideStatus::Approved)]
#[case(State::Unpublished, GuideStatus::Unpublished)]
#[case(State::Archived, GuideStatus::Archived)]
fn the_label_is_derived_from_the_facts(#[case] state: State, #[case] label: GuideStatus) {
    assert_eq!(guide_status(&state.facts()), label);
}

#[rstest]
#[case(ReviewState::Open)]
#[case(ReviewState::Approved)]
#[case(ReviewState::ChangesRequested)]
fn a_review_of_an_older_text_does_not_show_in_the_label(#[case] state: ReviewState) {
    let mut facts = State::PublishedAhead.facts();
    let mut stale = review(state);
    (stale.revision_id, stale.content_hash) = (PUBLIC, hash(PUBLIC));
    facts.review = Some(stale);
    assert_eq!(guide_status(&facts), GuideStatus::PublishedAhead);
    facts.visibility = public(LATEST);
    assert_eq!(guide_status(&facts), GuideStatus::Published);
}

#[test]
fn an_approval_lapses_when_its_reviewer_becomes_a_writer_of_the_change() {
    let mut facts = State::PublishedApproved.facts();
    let person = actor(OTHER, [Role::Publisher]);
    let owner = actor(OWNER, [Role::Editor]);
    assert!(publish(&facts, &person, LATEST, hash(LATEST)).is_ok());
    let held = submit(&facts, &owner, LATEST);
    assert_eq!(held, Err(Refusal::State(StateConflict::AlreadyApproved)));

    let approver = facts.review.as_ref().unwrap().approvals[0].0;
    facts.writers.push(approver);
    let lapsed = Refusal::State(StateConflict::ApprovalLapsed);
    let published = publish(&facts, &person, LATEST, hash(LATEST));
    assert_eq!(published.map(drop), Err(lapsed));
    let review_id = facts.review.as_ref().unwrap().review_id;
    let supersedes = Some(review_id);
    assert_eq!(
        submit(&facts, &owner, LATEST),
        Ok(Submission { supersedes })
    );
    assert_eq!(withdraw(&facts, &owner), Ok(review_id));
}

#[test]
fn a_lapsed_approval_of_two_is_told_before_the_second() {
    let mut facts = State::PublishedInReview.facts();
    let review = facts.review.as_mut().unwrap();
    review.policy.steps = vec![PolicyStep {
        approvals_needed: 2,
    }];
    review.approvals = vec![(OTHER, 0)];
    let second = actor(THIRD, [Role::Reviewer]);
    assert!(approve(&facts, &second, LATEST, hash(LATEST)).is_ok());

    facts.writers.push(OTHER);
    let refused = approve(&facts, &second, LATEST, hash(LATEST)).map(drop);
    assert_eq!(refused, Err(Refusal::State(StateConflict::ApprovalLapsed)));
    assert!(submit(&facts, &actor(OWNER, [Role::Editor]), LATEST).is_ok());
}
