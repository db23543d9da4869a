use serde::Serialize;

use super::{Refusal, StateConflict, publish, submit};
use crate::{Actor, GuideFacts};

/// The act that leads a guide on while its newest text stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextAct {
    /// Submit the newest text for review.
    Submit,
    /// Publish the approved text.
    Publish,
    /// Look at the review: other people act on it.
    SeeReview,
    /// Change the text first.
    Change,
}

/// Decides which act leads the guide on for a person who writes it and has changed nothing.
///
/// A changed text is always submitted, because saving makes it the newest text.
#[must_use]
pub fn next_act(facts: &GuideFacts, actor: &Actor) -> NextAct {
    match submit(facts, actor, facts.latest.revision_id) {
        Ok(_) => NextAct::Submit,
        Err(Refusal::State(StateConflict::AlreadyApproved)) if publishes(facts, actor) => {
            NextAct::Publish
        }
        Err(Refusal::State(StateConflict::AlreadyApproved | StateConflict::AlreadyInReview)) => {
            NextAct::SeeReview
        }
        Err(_) => NextAct::Change,
    }
}

fn publishes(facts: &GuideFacts, actor: &Actor) -> bool {
    facts.review.as_ref().is_some_and(|review| {
        publish(facts, actor, review.revision_id, review.content_hash).is_ok()
    })
}
