//! One order of answers: 404 (may not know) → 403 (role) → 409 (state) → 412 (stale).

use rstest::rstest;

use super::super::*;
use super::{LATEST, OLDER, OTHER, OWNER, State, actor, hash};
use crate::Role;

#[derive(Debug, Clone, Copy)]
enum Stale {
    Save,
    Submit,
    BreakGlass,
}

impl Stale {
    /// Runs the command with a revision that is not the newest.
    fn run(self, facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
        match self {
            Self::Save => save_revision(facts, actor, OLDER),
            Self::Submit => submit(facts, actor, OLDER).map(drop),
            Self::BreakGlass => break_glass(facts, actor, OLDER, hash(OLDER), "reason").map(drop),
        }
    }
}

#[rstest]
fn a_guide_the_person_may_not_know_of_is_not_found_whatever_else_is_wrong(
    #[values(Stale::Save, Stale::Submit, Stale::BreakGlass)] command: Stale,
) {
    for state in State::ALL {
        let result = command.run(&state.facts(), &actor(OTHER, [Role::Author]));
        assert_eq!(result, Err(Refusal::NotFound), "{state:?}");
    }
}

#[rstest]
fn without_the_role_it_is_forbidden_whatever_the_state(
    #[values(Stale::Save, Stale::Submit, Stale::BreakGlass)] command: Stale,
) {
    for state in State::ALL {
        let result = command.run(&state.facts(), &actor(OTHER, [Role::Reviewer]));
        assert_eq!(
            result,
            Err(Refusal::Forbidden(Forbidden::Role)),
            "{state:?}"
        );
    }
}

#[rstest]
#[case(Stale::Save, State::Archived)]
#[case(Stale::Submit, State::Archived)]
#[case(Stale::Submit, State::NeverInReview)]
#[case(Stale::Submit, State::NeverApproved)]
#[case(Stale::Submit, State::PublishedClean)]
#[case(Stale::BreakGlass, State::Archived)]
#[case(Stale::BreakGlass, State::PublishedClean)]
fn a_state_that_forbids_the_act_is_named_before_staleness(
    #[case] command: Stale,
    #[case] state: State,
) {
    let result = command.run(&state.facts(), &actor(OWNER, [Role::Admin]));
    assert!(matches!(result, Err(Refusal::State(_))), "{result:?}");
}

#[rstest]
fn an_older_revision_is_stale_where_nothing_else_is_wrong(
    #[values(Stale::Save, Stale::Submit, Stale::BreakGlass)] command: Stale,
    #[values(State::NeverDraft, State::PublishedAhead, State::Unpublished)] state: State,
) {
    let result = command.run(&state.facts(), &actor(OWNER, [Role::Admin]));
    assert_eq!(result, Err(Refusal::Stale));
}

#[test]
fn the_newest_revision_under_another_hash_cannot_be_forced_out() {
    let facts = State::NeverDraft.facts();
    let admin = actor(OTHER, [Role::Admin]);
    let result = break_glass(&facts, &admin, LATEST, hash(OLDER), "reason");
    assert_eq!(result, Err(Refusal::Stale));
}

#[test]
fn ones_own_change_is_forbidden_before_its_state_is_told() {
    for state in State::ALL {
        let facts = state.facts();
        let both = actor(OWNER, [Role::Author, Role::Reviewer]);
        let expected = Err(Refusal::Forbidden(Forbidden::OwnChange));
        let approved = approve(&facts, &both, OLDER, hash(OLDER)).map(drop);
        let sent_back = request_changes(&facts, &both, OLDER, hash(OLDER)).map(drop);
        assert_eq!((approved, sent_back), (expected, expected), "{state:?}");
    }
}

#[test]
fn somebody_without_any_role_is_forbidden_everything() {
    let nobody = actor(OWNER, []);
    for state in State::ALL {
        let facts = state.facts();
        let expected = Err(Refusal::Forbidden(Forbidden::Role));
        assert_eq!(read(&facts, &nobody), expected);
        assert_eq!(save_revision(&facts, &nobody, LATEST), expected);
        assert_eq!(unpublish(&facts, &nobody).map(drop), expected);
    }
}

#[test]
fn an_author_who_also_reviews_knows_of_others_guides_but_may_not_write_them() {
    let facts = State::NeverDraft.facts();
    let both = actor(OTHER, [Role::Author, Role::Reviewer]);
    assert_eq!(read(&facts, &both), Ok(()));
    let result = save_revision(&facts, &both, LATEST);
    assert_eq!(result, Err(Refusal::Forbidden(Forbidden::Role)));
}
