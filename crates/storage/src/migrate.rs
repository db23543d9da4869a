//! Brings the tables up to date.
//!
//! Nodes may start together, so one lock covers everything: migrations, roles and grants. It is the
//! lock of sqlx's migrator, which a session may take twice. It ends with the connection.

use sqlx::migrate::{Migrate as _, MigrateError};
use sqlx::{Connection as _, PgConnection};

use crate::{Database, MIGRATOR, StorageError};

/// The table in which sqlx notes the applied migrations.
const APPLIED: &str = "_sqlx_migrations";

impl Database {
    /// Applies the missing migrations and grants the missing rights, as the owner. Returns the
    /// number of migrations that it applied.
    ///
    /// Other nodes wait meanwhile. Where nothing is missing, nothing is written.
    ///
    /// # Errors
    ///
    /// [`StorageError::Migrate`] when a migration fails or a merged one was edited.
    pub async fn migrate(&self) -> Result<usize, StorageError> {
        let mut owner = self.owner().await?;
        let applied = bring_up_to_date(&mut owner).await?;
        owner.close().await?;
        Ok(applied)
    }
}

async fn bring_up_to_date(owner: &mut PgConnection) -> Result<usize, StorageError> {
    owner.lock().await.map_err(translate)?;
    let before = applied(owner).await?.len();
    MIGRATOR.run(&mut *owner).await.map_err(translate)?;
    let new = applied(owner).await?.len() - before;
    sqlx::query!("CALL ensure_roles()")
        .execute(&mut *owner)
        .await?;
    sqlx::query!("CALL grant_roles()")
        .execute(&mut *owner)
        .await?;
    Ok(new)
}

/// Lists the applied migrations, also those of other programs.
pub(crate) async fn applied(owner: &mut PgConnection) -> Result<Vec<i64>, StorageError> {
    let has_table = sqlx::query_scalar!(
        r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "has_table!""#
    )
    .fetch_one(&mut *owner)
    .await?;
    if !has_table {
        return Ok(Vec::new());
    }
    let list = owner.list_applied_migrations(APPLIED).await;
    let versions = list.map_err(translate)?.into_iter();
    Ok(versions.map(|migration| migration.version).collect())
}

/// Tells an outage from a faulty migration: the first is waited for.
fn translate(error: MigrateError) -> StorageError {
    match error {
        MigrateError::Execute(error) => error.into(),
        error => error.into(),
    }
}
