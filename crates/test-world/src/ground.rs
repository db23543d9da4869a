use std::fmt::{Debug, Display};
use std::marker::PhantomData;
use std::time::Duration;

use annai_domain::{Actor, Clock};
use annai_storage::audit::{self, AuditFilter, AuditRecord};
use annai_storage::{Database, StorageError, WriteTx};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::{database, now};

/// The number of rows of a table and a digest of them, as one text.
const DIGEST: &str = "SELECT '{table} ' || count(*) || ' ' ||
    COALESCE(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS d FROM {table} t";

/// A database whose commands fail with `E`.
#[derive(Debug)]
pub struct Ground<E> {
    /// The database, with its clock at [`now`].
    pub db: Database,
    /// The owner's login, which no grant restricts.
    pub connect: PgConnectOptions,
    fails_with: PhantomData<fn() -> E>,
}

impl<E: From<StorageError> + Debug + Display> Ground<E> {
    /// Opens the database.
    #[must_use]
    pub fn new(connect: PgConnectOptions, max_connections: u32) -> Self {
        Self {
            db: database(&connect, max_connections, Clock::Fixed(now())),
            connect,
            fails_with: PhantomData,
        }
    }

    /// Runs a command and commits, as a handler does.
    ///
    /// # Errors
    ///
    /// The error of the command.
    pub async fn run<T>(
        &self,
        actor: &Actor,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tx = self.db.begin(actor.clone()).await?;
        let done = command(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Runs a command that must succeed and leave exactly one audit entry: `action` by `actor`.
    pub async fn done<T>(
        &self,
        actor: &Actor,
        action: &str,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, E>,
    ) -> T {
        let before = self.audit().await.len();
        let done = self.run(actor, command).await.unwrap();
        let audit = self.audit().await;
        let new: Vec<_> = audit[..audit.len() - before]
            .iter()
            .map(|entry| (entry.action.as_str(), entry.actor_id, entry.at))
            .collect();
        assert_eq!(new, [(action, actor.user_id, now())]);
        done
    }

    /// Runs a command that must be refused without a trace in any table.
    pub async fn refused<T: Debug>(
        &self,
        actor: &Actor,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, E>,
    ) -> E {
        let before = self.fingerprint().await;
        let error = self.run(actor, command).await.unwrap_err();
        assert_eq!(
            self.fingerprint().await,
            before,
            "a refusal left a trace: {error}"
        );
        error
    }

    /// Returns the audit log, newest first.
    pub async fn audit(&self) -> Vec<AuditRecord> {
        let filter = AuditFilter::default();
        audit::list(&self.db.reader(), &filter, 10_000)
            .await
            .unwrap()
    }

    /// Returns the details of the newest audit entry.
    pub async fn details(&self) -> serde_json::Value {
        self.audit().await.remove(0).details
    }

    /// Returns every row of every table, as one text.
    pub async fn fingerprint(&self) -> String {
        let tables =
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
                         AND relkind = 'r' AND relname <> '_sqlx_migrations' ORDER BY 1";
        let mut owner = self.owner().await;
        let tables = sqlx::raw_sql(tables).fetch_all(&mut owner).await.unwrap();
        let digests: Vec<String> = tables
            .iter()
            .map(|table| DIGEST.replace("{table}", table.get(0)))
            .collect();
        let all = digests.join(" UNION ALL ");
        let all = format!("SELECT string_agg(d, E'\\n' ORDER BY d) FROM ({all}) x");
        let row = sqlx::raw_sql(AssertSqlSafe(all)).fetch_one(&mut owner);
        row.await.unwrap().get(0)
    }

    /// Connects as the owner of the tables.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.connect).await.unwrap()
    }

    /// Returns the row that `sql` finds.
    pub async fn row(&self, sql: impl Into<String>) -> PgRow {
        let mut owner = self.owner().await;
        sqlx::raw_sql(AssertSqlSafe(sql.into()))
            .fetch_one(&mut owner)
            .await
            .unwrap()
    }

    /// Returns the number that `sql` finds.
    pub async fn number(&self, sql: impl Into<String>) -> i64 {
        self.row(sql).await.get(0)
    }

    /// Returns the text that `sql` finds.
    pub async fn text(&self, sql: impl Into<String>) -> String {
        self.row(sql).await.get(0)
    }

    /// Waits until a statement waits for a lock.
    pub async fn until_one_waits_for_a_lock(&self) {
        let waiting = "SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'";
        for _ in 0..500 {
            if self.number(waiting).await > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no statement waited for a lock within 10 s");
    }
}
