//! Answers that tell of the whole site of now.

use annai_web::{Problem, Query};
use bytes::Bytes;

use crate::answer::{Answer, Caching, Entity};
use crate::parameters::NoParameters;
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::trouble::{Broken, broken, not_loaded};

/// Such an answer: put together by `make` once for each snapshot, and the same bytes as long as
/// nothing of it changes. `what` names it among the others.
pub(crate) async fn answer(
    state: &DeliveryState,
    what: &str,
    media_type: &'static str,
    make: impl FnOnce(&Snapshot) -> Result<Bytes, Broken>,
) -> Result<Answer, Problem> {
    let now = state.site.now().ok_or_else(not_loaded)?;
    let key = format!("{what} {}", now.position.name);
    let ready = state.site.made().get(key, async || make(&now)).await;
    let entity = Entity::Made(ready.map_err(|error| broken(&error))?);
    let answer = Answer {
        content_ref: Some(now.content_ref.clone()),
        ..Answer::plain(entity, media_type, Caching::Current)
    };
    Ok(answer.tagged("guides"))
}

/// Refuses every parameter.
pub(crate) fn without_parameters(query: Option<&str>) -> Result<(), Problem> {
    Query::<NoParameters>::parse(query.unwrap_or_default())?;
    Ok(())
}
