use std::time::Duration;

use annai_domain::RefName;
use annai_storage::delivery::find_position;
use annai_web::{Problem, ProblemKind};

use crate::error::{not_loaded, storage_problem};
use crate::state::DeliveryState;

/// The longest wait of a request for this node to reach another node.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks the ref behind which a reader wants changes: by default the beginning. It must belong to
/// this database. The head and the beginning need no query.
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
                "token {since} does not belong to this database: begin again"
            ))
            .with_extension("restart", "/v1/changes"));
    }
    // Another node may have named a ref that this one has not reached.
    let reached = state.site.at_least(since.number, PATIENCE).await;
    let behind = || {
        Problem::unavailable(Duration::from_secs(1))
            .with_detail(format!("this node has not reached ref {since} yet"))
    };
    reached.map(|_| since).ok_or_else(behind)
}
