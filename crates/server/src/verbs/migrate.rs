use annai_storage::Steps;
use annai_storage::health::{ServerFacts, server_facts};

use crate::database::{OpenDatabase, Use};
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;

/// Brings the tables up to this version. With `contract` it also removes what older versions use.
pub(crate) async fn run(settings: &Settings, contract: bool) -> Result<(), Failure> {
    let open = OpenDatabase::open(settings, Use::Visit).await?;
    let steps = if contract {
        Steps::Contract
    } else {
        Steps::Expand
    };
    let migrated = migrate(&open, steps).await;
    open.close(settings).await?;
    let (applied, facts) = migrated?;
    let known = facts.known_migrations;
    output::line(&match applied {
        0 => format!("nothing to do: all {known} migrations are applied"),
        new => format!("applied {new} of {known} migrations"),
    });
    if facts.waiting_migrations > 0 {
        let waiting = facts.waiting_migrations;
        output::line(&format!(
            "{waiting} more would stop older programs: `annai migrate --contract` applies them"
        ));
    }
    Ok(())
}

/// Migrates. Returns the number of applied migrations, and the state afterwards.
async fn migrate(open: &OpenDatabase, steps: Steps) -> Result<(usize, ServerFacts), Failure> {
    open.check_connections().await?;
    let applied = open.database.migrate(steps).await?;
    Ok((applied, server_facts(&open.database).await?))
}
