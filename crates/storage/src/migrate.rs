//! Brings the tables up to date, in steps that running programs survive.
//!
//! Nodes may start together, so one lock covers everything: migrations, roles and grants. It is the
//! lock of sqlx's migrator, which a session may take twice. It ends with the connection.

use std::sync::LazyLock;

use annai_domain::NodeId;
use semver::Version;
use sqlx::migrate::{Migrate as _, MigrateError, Migration, Migrator};
use sqlx::{Connection as _, PgConnection};

use crate::error::corrupt;
use crate::nodes::{FORGOTTEN, label};
use crate::{Database, MIGRATOR, StorageError};

#[cfg(test)]
mod tests;

/// The version of this program.
pub const PROGRAM: &str = env!("CARGO_PKG_VERSION");

static PROGRAM_VERSION: LazyLock<Version> =
    LazyLock::new(|| PROGRAM.parse().expect("cargo checks the version"));

/// The table in which sqlx notes the applied migrations.
const APPLIED: &str = "_sqlx_migrations";

/// The first words of a migration that removes what older programs use. The oldest version that
/// survives it follows.
const CONTRACT: &str = "-- contract ";

/// The migrations to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// Those that every running program survives. A new database gets all.
    Expand,
    /// All of them.
    Contract,
}

/// The reason why the tables were not brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A newer program has removed what this one uses.
    #[error("this is Annai {program}, and the tables need {needed} or newer")]
    OldProgram {
        /// The version of this program.
        program: Version,
        /// The oldest version that works.
        needed: Version,
    },
    /// Nodes that may still run would not survive a contract migration.
    #[error("nodes older than {needed} may still run: {}", nodes.join(", "))]
    OldNodes {
        /// The oldest version that survives.
        needed: Version,
        /// The version and place of each older node.
        nodes: Vec<String>,
    },
    /// The database failed, or refused a statement.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Database {
    /// Applies the missing migrations of `steps` and grants the missing rights, as the owner.
    /// Returns the number of migrations that it applied.
    ///
    /// Other nodes wait meanwhile. Where nothing is missing, nothing is written.
    ///
    /// # Errors
    ///
    /// [`StorageError::Migrate`] when a migration fails or a merged one was edited.
    pub async fn migrate(&self, steps: Steps) -> Result<usize, MigrationError> {
        let mut owner = self.owner().await?;
        let known = MIGRATOR.iter().as_slice();
        let applied = bring_up_to_date(&mut owner, known, &PROGRAM_VERSION, steps).await?;
        owner.close().await.map_err(StorageError::from)?;
        Ok(applied)
    }

    /// Refuses a database whose tables have lost what this program uses.
    ///
    /// # Errors
    ///
    /// [`MigrationError::OldProgram`] then.
    pub async fn require_program(&self) -> Result<(), MigrationError> {
        let mut owner = self.owner().await?;
        require(&mut owner, &PROGRAM_VERSION).await?;
        owner.close().await.map_err(StorageError::from)?;
        Ok(())
    }
}

/// Returns whether `migration` removes what older programs use.
pub(crate) fn is_contract(migration: &Migration) -> bool {
    migration.sql.as_str().starts_with(CONTRACT)
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
    let versions = list.map_err(StorageError::from)?.into_iter();
    Ok(versions.map(|migration| migration.version).collect())
}

async fn bring_up_to_date(
    owner: &mut PgConnection,
    known: &[Migration],
    program: &Version,
    steps: Steps,
) -> Result<usize, MigrationError> {
    owner.lock().await.map_err(StorageError::from)?;
    require(owner, program).await?;
    let before = applied(owner).await?;
    // A new database has no older program to spare.
    let takes = |migration: &&Migration| {
        before.is_empty() || !is_contract(migration) || before.contains(&migration.version)
    };
    let expanded: Vec<_> = known.iter().filter(takes).cloned().collect();
    let needed = needed(&expanded)?;
    run(owner, expanded).await?;
    let mut after = applied(owner).await?;
    if after.len() > before.len() {
        note(owner, program, &needed).await?;
    }
    let is_missing = |migration: &Migration| !after.contains(&migration.version);
    if steps == Steps::Contract && known.iter().any(is_missing) {
        contract(owner, known, program).await?;
        after = applied(owner).await?;
    }
    grant(owner).await?;
    Ok(after.len() - before.len())
}

/// Applies the contract migrations too, unless an older node may still run.
async fn contract(
    owner: &mut PgConnection,
    known: &[Migration],
    program: &Version,
) -> Result<(), MigrationError> {
    let needed = needed(known)?;
    spare_older_nodes(owner, &needed).await?;
    // From here on an older program does not start.
    note(owner, program, &needed).await?;
    Ok(run(owner, known.to_vec()).await?)
}

/// Applies the missing ones of `migrations`. A newer program may have applied others.
async fn run(owner: &mut PgConnection, migrations: Vec<Migration>) -> Result<(), StorageError> {
    let mut migrator = Migrator::with_migrations(migrations);
    migrator.set_ignore_missing(true);
    migrator.run(owner).await.map_err(StorageError::from)
}

/// Creates the missing roles and grants the missing rights.
async fn grant(owner: &mut PgConnection) -> Result<(), StorageError> {
    sqlx::query!("CALL ensure_roles()")
        .execute(&mut *owner)
        .await?;
    sqlx::query!("CALL grant_roles()")
        .execute(&mut *owner)
        .await?;
    Ok(())
}

/// Returns the oldest program that survives all of `migrations`.
fn needed(migrations: &[Migration]) -> Result<Version, StorageError> {
    let mut needed = Version::new(0, 0, 0);
    for migration in migrations.iter().filter(|migration| is_contract(migration)) {
        let line = migration.sql.as_str().lines().next().unwrap_or_default();
        let version = line.trim_start_matches(CONTRACT).trim().parse();
        needed = needed.max(version.map_err(|error: semver::Error| {
            StorageError::from(MigrateError::Source(format!("{line}: {error}").into()))
        })?);
    }
    Ok(needed)
}

/// Notes that `program` has brought the tables up to date, and who may use them now.
async fn note(
    owner: &mut PgConnection,
    program: &Version,
    needed: &Version,
) -> Result<(), StorageError> {
    sqlx::query!(
        "INSERT INTO annai_versions (version, min_program) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        program.to_string(),
        needed.to_string(),
    )
    .execute(owner)
    .await?;
    Ok(())
}

/// Refuses a program that the tables no longer serve.
async fn require(owner: &mut PgConnection, program: &Version) -> Result<(), MigrationError> {
    // An older program made the tables and noted nothing.
    let has_table =
        sqlx::query_scalar!(r#"SELECT to_regclass('annai_versions') IS NOT NULL AS "has_table!""#)
            .fetch_one(&mut *owner)
            .await
            .map_err(StorageError::from)?;
    if !has_table {
        return Ok(());
    }
    let noted = sqlx::query_scalar!("SELECT DISTINCT min_program FROM annai_versions")
        .fetch_all(&mut *owner)
        .await
        .map_err(StorageError::from)?;
    for text in noted {
        let needed: Version = text
            .parse()
            .map_err(corrupt("annai_versions", "min_program"))?;
        if needed > *program {
            let program = program.clone();
            return Err(MigrationError::OldProgram { program, needed });
        }
    }
    Ok(())
}

/// Refuses while a node older than `needed` may still run.
async fn spare_older_nodes(
    owner: &mut PgConnection,
    needed: &Version,
) -> Result<(), MigrationError> {
    let running = sqlx::query!(
        r#"
        SELECT node_id, version, machine, listen FROM nodes
         WHERE last_beat_at >= clock_timestamp() - make_interval(secs => $1)
         ORDER BY started_at
        "#,
        FORGOTTEN.as_secs_f64(),
    )
    .fetch_all(&mut *owner)
    .await
    .map_err(StorageError::from)?;
    let is_old = |version: &str| {
        version
            .parse::<Version>()
            .is_ok_and(|version| version < *needed)
    };
    let nodes: Vec<_> = running
        .into_iter()
        .filter(|node| is_old(&node.version))
        .map(|node| {
            let label = label(NodeId(node.node_id), node.machine, node.listen);
            format!("{} on {label}", node.version)
        })
        .collect();
    if nodes.is_empty() {
        return Ok(());
    }
    let needed = needed.clone();
    Err(MigrationError::OldNodes { needed, nodes })
}
