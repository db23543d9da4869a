//! The act that leads a guide on.

use super::*;
use crate::decide::{NextAct, next_act, submit};

fn holding(roles: &[Role]) -> Actor {
    actor(OTHER, roles.iter().copied())
}

#[test]
fn the_act_follows_the_state_and_the_roles() {
    let editor = holding(&[Role::Editor]);
    let publisher = holding(&[Role::Editor, Role::Publisher]);
    for state in State::ALL {
        let facts = state.facts();
        let expected = match state {
            State::NeverDraft
            | State::NeverChangesRequested
            | State::PublishedAhead
            | State::PublishedChangesRequested
            | State::Unpublished => (NextAct::Submit, NextAct::Submit),
            State::NeverInReview | State::PublishedInReview => {
                (NextAct::SeeReview, NextAct::SeeReview)
            }
            State::NeverApproved | State::PublishedApproved => {
                (NextAct::SeeReview, NextAct::Publish)
            }
            State::PublishedClean | State::Archived => (NextAct::Change, NextAct::Change),
        };
        let acts = (next_act(&facts, &editor), next_act(&facts, &publisher));
        assert_eq!(acts, expected, "{state:?}");
    }
}

#[test]
fn submitting_is_offered_exactly_where_it_is_allowed() {
    let editor = holding(&[Role::Editor]);
    for state in State::ALL {
        let facts = state.facts();
        let is_offered = next_act(&facts, &editor) == NextAct::Submit;
        let is_allowed = submit(&facts, &editor, facts.latest.revision_id).is_ok();
        assert_eq!(is_offered, is_allowed, "{state:?}");
    }
}

#[test]
fn an_approved_text_that_a_thread_blocks_leads_to_the_review() {
    let publisher = holding(&[Role::Editor, Role::Publisher]);
    let facts = GuideFacts {
        is_blocked: true,
        ..State::NeverApproved.facts()
    };
    assert_eq!(next_act(&facts, &publisher), NextAct::SeeReview);
}
