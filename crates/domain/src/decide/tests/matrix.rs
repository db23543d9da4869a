//! Every operation of `authz_matrix.csv` on a guide, for every person, in every state.

use rstest::rstest;

use super::super::*;
use super::{LATEST, OLDER, OTHER, OWNER, State, THIRD, actor, hash, thread};
use crate::{GuideId, Ref, Role, ThreadFacts};

type Command = fn(&GuideFacts, &Actor) -> Result<(), Refusal>;

/// The persons of the matrix, in the order of the columns below.
const PERSONS: [(Role, crate::UserId); 8] = [
    (Role::Author, OWNER),
    (Role::Author, OTHER),
    (Role::Editor, OWNER),
    (Role::Editor, OTHER),
    (Role::Reviewer, OTHER),
    (Role::Publisher, OTHER),
    (Role::Admin, OWNER),
    (Role::Admin, OTHER),
];

fn status_of(result: Result<(), Refusal>) -> u16 {
    match result {
        Ok(()) => 200,
        Err(Refusal::NotFound) => 404,
        Err(Refusal::Forbidden(_)) => 403,
        Err(Refusal::State(_)) => 409,
        Err(Refusal::Stale) => 412,
    }
}

// `persons`: author own, author other, editor own, editor other, reviewer, publisher, admin own,
// admin other. `ok` means: whatever `states` says, in the order of `State::ALL`.
#[rstest]
#[case::read(
    |facts: &GuideFacts, actor: &Actor| read(facts, actor),
    "ok  404 ok  ok  ok  ok  ok  ok",
    "200 200 200 200 200 200 200 200 200 200 200"
)]
#[case::autosave(
    |facts: &GuideFacts, actor: &Actor| write(facts, actor),
    "ok  404 ok  ok  403 403 ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::save_and_restore(
    |facts: &GuideFacts, actor: &Actor| save_revision(facts, actor, LATEST),
    "ok  404 ok  ok  403 403 ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::take_over(
    |facts: &GuideFacts, actor: &Actor| take_over(facts, actor),
    "403 404 ok  ok  403 403 ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::submit(
    |facts: &GuideFacts, actor: &Actor| submit(facts, actor, LATEST).map(drop),
    "ok  404 ok  ok  403 403 ok  ok",
    "200 409 200 409 409 200 409 200 409 200 409"
)]
#[case::withdraw(
    |facts: &GuideFacts, actor: &Actor| withdraw(facts, actor).map(drop),
    "ok  404 ok  ok  403 403 ok  ok",
    "409 200 200 200 409 409 200 200 200 409 409"
)]
#[case::comment(
    |facts: &GuideFacts, actor: &Actor| comment(facts, actor),
    "ok  404 ok  ok  ok  ok  ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::resolve_thread(
    |facts: &GuideFacts, actor: &Actor| resolve_thread(facts, &thread(THIRD, false), actor),
    "ok  404 ok  ok  ok  403 ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::resolve_blocking_thread(
    |facts: &GuideFacts, actor: &Actor| resolve_thread(facts, &thread(THIRD, true), actor),
    "403 404 403 403 ok  403 403 ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::reopen_thread(
    |facts: &GuideFacts, actor: &Actor| {
        let resolved = ThreadFacts { is_open: false, ..thread(THIRD, true) };
        reopen_thread(facts, &resolved, actor)
    },
    "ok  404 ok  ok  ok  ok  ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::create_preview_link(
    |facts: &GuideFacts, actor: &Actor| create_preview_link(facts, actor),
    "ok  404 ok  ok  ok  ok  ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::revoke_preview_link(
    |facts: &GuideFacts, actor: &Actor| revoke_preview_link(facts, actor),
    "ok  404 ok  ok  ok  ok  ok  ok",
    "200 200 200 200 200 200 200 200 200 200 200"
)]
#[case::approve(
    |facts: &GuideFacts, actor: &Actor| approve(facts, actor, LATEST, hash(LATEST)).map(drop),
    "403 404 403 403 ok  403 403 ok",
    "409 200 409 409 409 409 200 409 409 409 409"
)]
#[case::request_changes(
    |facts: &GuideFacts, actor: &Actor| request_changes(facts, actor, LATEST, hash(LATEST)).map(drop),
    "403 404 403 403 ok  403 403 ok",
    "409 200 409 200 409 409 200 409 200 409 409"
)]
#[case::publish(
    |facts: &GuideFacts, actor: &Actor| publish(facts, actor, LATEST, hash(LATEST)).map(drop),
    "403 404 403 403 403 ok  ok  ok",
    "409 409 409 200 409 409 409 409 200 409 409"
)]
#[case::break_glass(
    |facts: &GuideFacts, actor: &Actor| break_glass(facts, actor, LATEST, hash(LATEST), "the old page is wrong").map(drop),
    "403 404 403 403 403 403 ok  ok",
    "200 200 200 200 409 200 200 200 200 200 409"
)]
#[case::unpublish(
    |facts: &GuideFacts, actor: &Actor| unpublish(facts, actor).map(drop),
    "403 404 403 403 403 ok  ok  ok",
    "409 409 409 409 200 200 200 200 200 409 409"
)]
#[case::rollback(
    |facts: &GuideFacts, actor: &Actor| {
        let once = State::ALL.into_iter().find(|state| state.facts() == *facts).unwrap();
        let was = once.was_public_once().then_some((OLDER, hash(OLDER)));
        rollback(facts, actor, Ref::new(1).unwrap(), was).map(drop)
    },
    "403 404 403 403 403 ok  ok  ok",
    "409 409 409 409 200 200 200 200 200 200 409"
)]
#[case::archive(
    |facts: &GuideFacts, actor: &Actor| archive(facts, actor).map(drop),
    "403 404 403 403 403 ok  ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::unarchive(
    |facts: &GuideFacts, actor: &Actor| unarchive(facts, actor),
    "403 404 403 403 403 ok  ok  ok",
    "409 409 409 409 409 409 409 409 409 409 200"
)]
#[case::redirect_slug(
    |facts: &GuideFacts, actor: &Actor| redirect_slug(facts, actor, SlugUse::Free).map(drop),
    "403 404 403 403 403 ok  ok  ok",
    "409 409 409 409 200 200 200 200 200 409 409"
)]
#[case::redirect_slug_that_leads_nowhere(
    |facts: &GuideFacts, actor: &Actor| {
        let to = GuideId::new();
        let slug = SlugUse::Led { to, is_public: false, is_address: false };
        redirect_slug(facts, actor, slug).map(drop)
    },
    "403 404 403 403 403 ok  ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::give_up_slug(
    |facts: &GuideFacts, actor: &Actor| {
        give_up_slug(facts, actor, SlugUse::Claimed(facts.guide_id))
    },
    "ok  404 ok  ok  403 403 ok  ok",
    "409 409 409 409 409 409 409 409 409 409 200"
)]
#[case::join_guide(
    |facts: &GuideFacts, actor: &Actor| {
        let into = GuideFacts { guide_id: GuideId::new(), ..State::PublishedClean.facts() };
        join_guide(facts, &into, actor).map(drop)
    },
    "403 404 403 403 403 ok  ok  ok",
    "409 409 409 409 200 200 200 200 200 200 200"
)]
#[case::repoint_guide(
    |facts: &GuideFacts, actor: &Actor| repoint_guide(facts, actor),
    "ok  404 ok  ok  403 403 ok  ok",
    "200 409 200 409 200 200 409 200 409 200 409"
)]
#[case::change_owner(
    |facts: &GuideFacts, actor: &Actor| change_owner(facts, actor),
    "403 404 ok  ok  403 403 ok  ok",
    "200 200 200 200 200 200 200 200 200 200 409"
)]
#[case::copy(
    |facts: &GuideFacts, actor: &Actor| copy_guide(facts, actor),
    "ok  404 ok  ok  403 403 ok  ok",
    "200 200 200 200 200 200 200 200 200 200 200"
)]
fn every_person_gets_the_answer_of_the_matrix_in_every_state(
    #[case] command: Command,
    #[case] persons: &str,
    #[case] states: &str,
) {
    let persons: Vec<&str> = persons.split_whitespace().collect();
    let states: Vec<&str> = states.split_whitespace().collect();
    assert_eq!(
        (persons.len(), states.len()),
        (PERSONS.len(), State::ALL.len())
    );

    for ((role, user_id), person) in PERSONS.into_iter().zip(persons) {
        for (state, allowed) in State::ALL.into_iter().zip(&states) {
            let expected = if person == "ok" { allowed } else { person };
            let result = command(&state.facts(), &actor(user_id, [role]));
            assert_eq!(
                status_of(result).to_string(),
                expected,
                "{role:?}, {} guide, {state:?}: {result:?}",
                if user_id == OWNER { "own" } else { "other's" },
            );
        }
    }
}

#[rstest]
#[case(Role::Author, 200)]
#[case(Role::Editor, 200)]
#[case(Role::Reviewer, 403)]
#[case(Role::Publisher, 403)]
#[case(Role::Admin, 200)]
fn guides_are_started_by_those_who_write(#[case] role: Role, #[case] expected: u16) {
    assert_eq!(status_of(create_guide(&actor(OTHER, [role]))), expected);
}

#[test]
fn only_the_operator_publishes_by_import() {
    for role in Role::ALL {
        let result = publish_import(&State::NeverDraft.facts(), &actor(OTHER, [role]));
        assert_eq!(result, Err(Refusal::Forbidden(Forbidden::Role)), "{role:?}");
    }
    let answers = State::ALL
        .map(|state| status_of(publish_import(&state.facts(), &Actor::operator()).map(drop)));
    assert_eq!(
        answers,
        [200, 200, 200, 200, 409, 200, 200, 200, 200, 200, 409]
    );
}
