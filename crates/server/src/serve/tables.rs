//! The tables of the database: made at the start, or waited for.

use annai_storage::Steps;
use annai_storage::health::server_facts;

use super::node::Node;
use super::readiness::{RETRY, State};
use crate::failure::Failure;

/// Brings the tables up to date. With `waits` another program does that.
pub(super) async fn provide(node: &Node, waits: bool) -> Result<(), Failure> {
    let database = &node.open.database;
    if !waits {
        database.migrate(Steps::Expand).await?;
        return Ok(());
    }
    let mut told = false;
    loop {
        database.require_program().await?;
        let facts = server_facts(database).await?;
        let missing = facts.known_migrations - facts.applied_migrations;
        if missing == 0 {
            return Ok(());
        }
        node.readiness.set(State::Starting(
            "the tables are not up to date; `annai migrate` is waited for",
        ));
        if !told {
            tracing::info!(missing, "the server waited for `annai migrate`");
            told = true;
        }
        tokio::time::sleep(RETRY).await;
    }
}
