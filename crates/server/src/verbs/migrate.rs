use annai_storage::health::{ServerFacts, server_facts};

use crate::database::{OpenDatabase, Use};
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;

/// Brings the tables up to this version.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let open = OpenDatabase::open(settings, Use::Visit).await?;
    let migrated = migrate(&open).await;
    open.close(settings).await?;
    let facts = migrated?;
    let known = facts.known_migrations;
    output::line(&match known - facts.applied_migrations {
        0 => format!("nothing to do: all {known} migrations are applied"),
        new => format!("applied {new} of {known} migrations"),
    });
    Ok(())
}

/// Migrates, and returns the state before it.
async fn migrate(open: &OpenDatabase) -> Result<ServerFacts, Failure> {
    open.check_connections().await?;
    let before = server_facts(&open.database).await?;
    open.database.migrate().await?;
    Ok(before)
}
