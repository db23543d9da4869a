//! A temporary database server, which ends with this program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use annai_local_postgres::{Durability, LocalPostgres, ProgramSettings, Settings};
use anyhow::Context;
use tokio::runtime::Runtime;

use crate::process;
use crate::workspace::Workspace;

/// A disposable Postgres in a temporary folder.
pub(crate) struct Scratch {
    // Fields are dropped in this order: the server ends before its folder goes.
    postgres: LocalPostgres,
    folder: tempfile::TempDir,
    _runtime: Runtime,
}

impl Scratch {
    /// Starts the server.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let runtime = runtime()?;
        let folder = reachable_folder()?;
        let settings = Settings {
            data_dir: folder.path().join("data"),
            durability: Durability::Disposable,
            programs: ProgramSettings::default(),
        };
        let postgres = runtime.block_on(annai_local_postgres::start(settings, |_| {}))?;
        let scratch = Self {
            postgres,
            folder,
            _runtime: runtime,
        };
        // Roles belong to the whole server. They are created once here, so that parallel tests do not race
        // for them.
        scratch.sql(
            "annai",
            "CREATE ROLE annai_app NOLOGIN; CREATE ROLE annai_delivery NOLOGIN",
        )?;
        Ok(scratch)
    }

    /// Returns the URL of the database `annai`, beside which tests make theirs.
    pub(crate) fn url(&self) -> &str {
        self.postgres.url()
    }

    /// Returns the URL of another database of this server.
    pub(crate) fn url_of(&self, database: &str) -> String {
        self.url().replacen("/annai?", &format!("/{database}?"), 1)
    }

    /// Returns a temporary folder that lives as long as the server.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a database and runs all migrations in it, in the order of their names.
    pub(crate) fn migrated_database(
        &self,
        workspace: &Workspace,
        name: &str,
    ) -> anyhow::Result<String> {
        let url = self.empty_database(name)?;
        for file in migrations(workspace)? {
            let text = fs::read_to_string(&file)?;
            let mut psql = self.psql(name);
            // sqlx recognises a migration with its own transactions by this mark.
            if !text.starts_with("-- no-transaction") {
                psql.arg("--single-transaction");
            }
            process::run(psql.arg("--file").arg(&file))?;
        }
        Ok(url)
    }

    /// Makes a database without any table.
    pub(crate) fn empty_database(&self, name: &str) -> anyhow::Result<String> {
        self.sql("annai", &format!("CREATE DATABASE {name}"))?;
        Ok(self.url_of(name))
    }

    /// Returns a client program of the server's own version, such as `pg_dump`.
    pub(crate) fn client(&self, program: &str) -> Command {
        let beside_server = self.program_folder().map(|folder| folder.join(program));
        let program = beside_server
            .filter(|path| path.exists())
            .unwrap_or_else(|| program.into());
        process::command(program, self.folder())
    }

    fn sql(&self, database: &str, statements: &str) -> anyhow::Result<()> {
        process::run(self.psql(database).arg("--command").arg(statements))
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = self.client("psql");
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
        ]);
        psql.arg("--dbname").arg(self.url_of(database));
        psql
    }

    /// Returns the folder of the server's programs: `postmaster.opts` begins with the path of one.
    fn program_folder(&self) -> Option<PathBuf> {
        let options =
            fs::read_to_string(self.folder().join("data/postgres/cluster/postmaster.opts")).ok()?;
        let program = Path::new(options.split(' ').next()?);
        program.parent().map(Path::to_path_buf)
    }
}

/// Lists every migration, the oldest first.
pub(crate) fn migrations(workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let folder = workspace.root().join("migrations");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    Ok(files)
}

/// Starts a runtime under which Ctrl-C does not end this program at once.
///
/// Ctrl-C also reaches our children. We see them fail, and leave in order.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    Ok(runtime)
}

/// Creates a temporary folder that the server's user can pass through when we are root.
fn reachable_folder() -> anyhow::Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::Permissions::from_mode(0o755);
    Ok(tempfile::Builder::new()
        .prefix("annai-xtask-")
        .permissions(permissions)
        .tempdir()?)
}
