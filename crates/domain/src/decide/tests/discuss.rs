//! Threads: the people who may resolve them, and the effect of a blocking one.

use rstest::rstest;

use super::super::*;
use super::{LATEST, OLDER, OTHER, OWNER, State, THIRD, actor, hash, thread};
use crate::{Ref, Role, ThreadFacts};

const BLOCKED: Refusal = Refusal::State(StateConflict::Blocked);

#[test]
fn an_open_thread_that_blocks_holds_approval_and_publication_back() {
    let judge = actor(OTHER, [Role::Admin]);
    let approval = |facts: &GuideFacts| approve(facts, &judge, LATEST, hash(LATEST)).map(drop);
    let publication = |facts: &GuideFacts| publish(facts, &judge, LATEST, hash(LATEST)).map(drop);
    let (mut waiting, mut approved) = (State::NeverInReview.facts(), State::NeverApproved.facts());
    assert_eq!(
        (approval(&waiting), publication(&approved)),
        (Ok(()), Ok(()))
    );
    (waiting.is_blocked, approved.is_blocked) = (true, true);
    let held_back = (Err(BLOCKED), Err(BLOCKED));
    assert_eq!((approval(&waiting), publication(&approved)), held_back);
}

#[test]
fn sending_back_forcing_out_and_rolling_back_are_not_held_back() {
    let judge = actor(OTHER, [Role::Admin]);
    let mut facts = State::PublishedInReview.facts();
    facts.is_blocked = true;
    let hash = hash(LATEST);
    let was = Some((OLDER, super::hash(OLDER)));
    assert!(request_changes(&facts, &judge, LATEST, hash).is_ok());
    assert!(break_glass(&facts, &judge, LATEST, hash, "a false number").is_ok());
    assert!(rollback(&facts, &judge, Ref::new(1).unwrap(), was).is_ok());
}

#[rstest]
#[case::author(OWNER, Role::Author)]
#[case::editor(OTHER, Role::Editor)]
#[case::publisher(OTHER, Role::Publisher)]
fn whoever_began_a_thread_may_settle_it_even_one_that_blocks(
    #[case] person: crate::UserId,
    #[case] role: Role,
    #[values(false, true)] is_blocking: bool,
) {
    let facts = State::NeverInReview.facts();
    let own = thread(person, is_blocking);
    assert_eq!(resolve_thread(&facts, &own, &actor(person, [role])), Ok(()));
}

#[test]
fn whoever_wrote_a_part_of_the_change_lifts_no_block_whatever_their_roles() {
    let mut facts = State::NeverInReview.facts();
    facts.writers = vec![OWNER, OTHER];
    for roles in [vec![Role::Reviewer], vec![Role::Admin], Role::ALL.to_vec()] {
        let result = resolve_thread(&facts, &thread(THIRD, true), &actor(OTHER, roles.clone()));
        let expected = Err(Refusal::Forbidden(Forbidden::OwnChange));
        assert_eq!(result, expected, "{roles:?}");
    }
}

#[test]
fn a_thread_is_settled_once_and_reopened_once() {
    let facts = State::NeverInReview.facts();
    let reviewer = actor(OTHER, [Role::Reviewer]);
    let open = thread(THIRD, false);
    let resolved = ThreadFacts {
        is_open: false,
        ..open
    };
    let again = Err(Refusal::State(StateConflict::ThreadResolved));
    assert_eq!(resolve_thread(&facts, &resolved, &reviewer), again);
    let again = Err(Refusal::State(StateConflict::ThreadOpen));
    assert_eq!(reopen_thread(&facts, &open, &reviewer), again);
}
