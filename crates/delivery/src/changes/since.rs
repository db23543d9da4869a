use std::time::Duration;

use annai_domain::RefName;
use annai_storage::delivery::find_position;
use annai_web::{Problem, ProblemKind};

use crate::state::DeliveryState;
use crate::trouble::{not_loaded, storage_problem};

/// How long this node is waited for where another one is ahead of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ref behind which a reader wants the changes: the beginning if it names none. It must be
/// one of this database; the head and the beginning are known without asking Postgres.
pub(super) async fn check(
    state: &DeliveryState,
    since: Option<RefName>,
) -> Result<RefName, Problem> {
    let now = state.site.now().ok_or_else(not_loaded)?;
    let since = since.unwrap_or(now.empty.name);
    if since == now.empty.name || since == now.position.name {
        return Ok(since);
    }
    let position = find_position(&state.db, since.number).await;
    let position = position.map_err(|error| storage_problem(&error))?;
    if position.is_none_or(|position| position.name != since) {
        return Err(Problem::new(ProblemKind::TokenExpired)
            .with_detail(format!(
                "{since} is not a token of this database: begin again"
            ))
            .with_extension("restart", "/v1/changes"));
    }
    // Another node may have told of what this one has not seen yet.
    let reached = state.site.at_least(since.number, PATIENCE).await;
    let behind = || {
        Problem::unavailable(Duration::from_secs(1))
            .with_detail(format!("this node has not reached ref {since} yet"))
    };
    reached.map(|_| since).ok_or_else(behind)
}
