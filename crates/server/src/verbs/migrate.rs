use annai_storage::Steps;
use annai_storage::health::{ServerFacts, server_facts};

use crate::database::{OpenDatabase, Use};
use crate::failure::Failure;
use crate::output;
use crate::roles;
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
    let unfit = match &migrated {
        Ok((_, facts)) => check_roles(&open, facts, settings).await.err(),
        Err(_) => None,
    };
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
    if let Some(failure) = unfit {
        output::note(&format!("warning: {}", failure.text()));
        output::note(&format!("hint: {}", failure.advice().unwrap_or_default()));
    }
    Ok(())
}

/// Returns why `serve` would refuse the roles of the logins.
async fn check_roles(
    open: &OpenDatabase,
    facts: &ServerFacts,
    settings: &Settings,
) -> Result<(), Failure> {
    roles::require(facts, settings)?;
    roles::require_rights(&open.database, settings).await
}

/// Migrates. Returns the number of applied migrations, and the state afterwards.
async fn migrate(open: &OpenDatabase, steps: Steps) -> Result<(usize, ServerFacts), Failure> {
    open.check_connections().await?;
    let applied = open.database.migrate(steps).await?;
    Ok((applied, server_facts(&open.database).await?))
}
