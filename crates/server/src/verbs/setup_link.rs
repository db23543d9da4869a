use annai_domain::Actor;
use annai_storage::{Database, users};

use crate::database::with_database;
use crate::failure::{Code, Failure};
use crate::output;
use crate::settings::Settings;

/// Prints a new set-up link. Once an administrator can sign in, it would open nothing.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let path = with_database(settings, async |database| {
        if users::admin_exists(&database.reader()).await? {
            let message = "an administrator can sign in already, so no set-up link works";
            return Err(Failure::message(Code::Data, message)
                .hint("`annai user reset EMAIL` gives a person a new password; `annai user create` adds an administrator"));
        }
        issue(database).await
    })
    .await?;
    output::link(settings, &path);
    Ok(())
}

/// Creates a one-time link; the first administrator uses it to choose name and password. Returns its
/// path.
pub(crate) async fn issue(database: &Database) -> Result<String, Failure> {
    let mut tx = database.begin(Actor::operator()).await?;
    let setup = annai_identity::issue_setup(&mut tx).await?;
    tx.commit().await?;
    Ok(format!("/admin/setup/{}", setup.token.expose()))
}
