use annai_domain::Actor;
use annai_storage::Database;

use crate::database::with_database;
use crate::failure::Failure;
use crate::output;
use crate::settings::{BaseUrl, Settings};

/// Prints a new set-up link.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let link = with_database(settings, async |database| {
        issue(database, &settings.base_url).await
    })
    .await?;
    output::line(&link);
    Ok(())
}

/// Creates a one-time link; the first administrator uses it to choose name and password.
pub(crate) async fn issue(database: &Database, base_url: &BaseUrl) -> Result<String, Failure> {
    let mut tx = database.begin(Actor::operator()).await?;
    let setup = annai_identity::issue_setup(&mut tx).await?;
    tx.commit().await?;
    Ok(format!("{base_url}/admin/setup/{}", setup.token.expose()))
}
