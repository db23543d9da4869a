use crate::database::{OpenDatabase, Use};
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;

/// Brings the tables up to this version.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let open = OpenDatabase::open(settings, Use::Visit).await?;
    let migrated = open.database.migrate().await;
    let facts = annai_storage::health::server_facts(&open.database).await;
    open.close(settings).await?;
    let (applied, known) = (migrated?, facts?.known_migrations);
    output::line(&match applied {
        0 => format!("nothing to do: all {known} migrations are applied"),
        new => format!("applied {new} of {known} migrations"),
    });
    Ok(())
}
