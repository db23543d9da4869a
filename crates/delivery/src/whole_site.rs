//! Answers about the whole current site.

use annai_web::{Problem, Query};
use bytes::Bytes;

use crate::answer::{Answer, Caching, Entity};
use crate::error::{Broken, broken, not_loaded};
use crate::parameters::NoParameters;
use crate::site::Snapshot;
use crate::state::DeliveryState;

/// Returns the answer named `what`. `make` composes its bytes once for each snapshot.
pub(crate) async fn answer(
    state: &DeliveryState,
    what: &str,
    media_type: &'static str,
    make: impl FnOnce(&Snapshot) -> Result<Bytes, Broken>,
) -> Result<Answer, Problem> {
    let now = state.site.now().ok_or_else(not_loaded)?;
    let key = format!("{what} {}", now.position.name);
    let ready = state.site.composed().get(key, async || make(&now)).await;
    let entity = Entity::Composed(ready.map_err(|error| broken(&error))?);
    let answer = Answer {
        content_ref: Some(now.content_ref.clone()),
        ..Answer::plain(entity, media_type, Caching::Current)
    };
    Ok(answer.tagged(annai_domain::LISTS_TAG))
}

/// Refuses every parameter.
pub(crate) fn without_parameters(query: Option<&str>) -> Result<(), Problem> {
    Query::<NoParameters>::parse(query.unwrap_or_default())?;
    Ok(())
}
