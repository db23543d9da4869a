//! A fresh database with a person of every role, and commands that run as handlers run them.

use annai_domain::decide::Refusal;
use annai_domain::{Actor, Clock, Role, RoleSet, UserId};
use annai_identity::{AcceptToken, IdentityError, Invitation, NewUser, create_user};
use annai_storage::audit::{self, AuditFilter, AuditRecord};
use annai_storage::users::{self, NewUserRow};
use annai_storage::{Database, DatabaseSettings, WriteTx};
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

pub(crate) const GOOD: &str = "静かな海と青い自転車です。";
pub(crate) const OTHER: &str = "correct horse battery";

pub(crate) fn new_user(email: &str) -> NewUser {
    NewUser {
        email: email.parse().unwrap(),
        display_name: " 山田 花子 ".into(),
        roles: RoleSet::new([Role::Editor]),
        locale: "ja".into(),
    }
}

pub(crate) fn chosen(password: &str) -> AcceptToken {
    AcceptToken {
        password: password.into(),
        first_admin: None,
    }
}

pub(crate) async fn invite(world: &World, email: &str) -> (UserId, Invitation) {
    let invitation = world
        .done(&world.admin, "user.create", async |tx| {
            create_user(tx, new_user(email)).await
        })
        .await;
    (invitation.user_id.unwrap(), invitation)
}

pub(crate) async fn epoch(world: &World, user_id: UserId) -> i32 {
    users::find(&world.db.reader(), user_id)
        .await
        .unwrap()
        .unwrap()
        .session_epoch
}

/// Returns the instant at which all these tests happen.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

/// A database, people, and the owner's own connection past every grant.
pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) connect: PgConnectOptions,
    /// One person of each role, in the order of [`Role::ALL`].
    pub(crate) people: Vec<Actor>,
    pub(crate) author: Actor,
    pub(crate) admin: Actor,
}

impl World {
    pub(crate) async fn new(connect: PgConnectOptions) -> Self {
        let db = database(&connect, 4, now());
        let mut tx = db.begin(Actor::operator()).await.unwrap();
        let mut people = Vec::new();
        for role in Role::ALL {
            let actor = Actor::new(UserId::new(), RoleSet::new([role]));
            let row = NewUserRow {
                user_id: actor.user_id,
                email: &format!("{}@example.jp", role.as_str()).parse().unwrap(),
                display_name: role.as_str(),
                roles: actor.roles(),
                locale: annai_domain::Locale::Ja,
                password_hash: Some("$argon2id$"),
            };
            users::insert(&mut tx, row).await.unwrap();
            people.push(actor);
        }
        tx.commit().await.unwrap();
        Self {
            db,
            connect,
            author: people[0].clone(),
            admin: people[4].clone(),
            people,
        }
    }

    /// Runs a command and commits, as a handler does.
    pub(crate) async fn run<T>(
        &self,
        actor: &Actor,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, IdentityError>,
    ) -> Result<T, IdentityError> {
        let mut tx = self.db.begin(actor.clone()).await?;
        let done = command(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Runs a command that must succeed and leave exactly one audit entry: `action` by `actor`.
    pub(crate) async fn done<T>(
        &self,
        actor: &Actor,
        action: &str,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, IdentityError>,
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
    pub(crate) async fn refused<T: std::fmt::Debug>(
        &self,
        actor: &Actor,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, IdentityError>,
    ) -> IdentityError {
        let before = self.fingerprint().await;
        let error = self.run(actor, command).await.unwrap_err();
        assert_eq!(
            self.fingerprint().await,
            before,
            "a refusal left a trace: {error}"
        );
        error
    }

    /// Runs a command that the rules must refuse, and returns the refusal. See [`Self::refused`].
    pub(crate) async fn refusal<T: std::fmt::Debug>(
        &self,
        actor: &Actor,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, IdentityError>,
    ) -> Refusal {
        match self.refused(actor, command).await {
            IdentityError::Refused(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    }

    /// Returns the audit log, newest first.
    pub(crate) async fn audit(&self) -> Vec<AuditRecord> {
        let filter = AuditFilter::default();
        audit::list(&self.db.reader(), &filter, 10_000)
            .await
            .unwrap()
    }

    /// Returns the details of the newest audit entry.
    pub(crate) async fn details(&self) -> serde_json::Value {
        self.audit().await.remove(0).details
    }

    /// Returns every row of every table, as one text.
    pub(crate) async fn fingerprint(&self) -> String {
        let tables =
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
                         AND relkind = 'r' AND relname <> '_sqlx_migrations' ORDER BY 1";
        let mut owner = self.owner().await;
        let tables = sqlx::raw_sql(tables).fetch_all(&mut owner).await.unwrap();
        let digests: Vec<String> = tables
            .iter()
            .map(|table| {
                let table: String = table.get(0);
                format!(
                    "SELECT '{table} ' || count(*) || ' ' || COALESCE(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS d
                       FROM {table} t"
                )
            })
            .collect();
        let all = digests.join(" UNION ALL ");
        self.text(format!(
            "SELECT string_agg(d, E'\\n' ORDER BY d) FROM ({all}) x"
        ))
        .await
    }

    async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.connect).await.unwrap()
    }

    pub(crate) async fn text(&self, sql: impl Into<String>) -> String {
        let mut owner = self.owner().await;
        let row = sqlx::raw_sql(AssertSqlSafe(sql.into()))
            .fetch_one(&mut owner)
            .await
            .unwrap();
        row.get(0)
    }
}

/// Opens a database as the program does, with its clock at `instant`.
pub(crate) fn database(
    connect: &PgConnectOptions,
    max_connections: u32,
    at: Timestamp,
) -> Database {
    Database::new(&DatabaseSettings {
        connect: connect.clone(),
        delivery_connect: None,
        max_connections,
        connection_wait: annai_storage::CONNECTION_WAIT,
        clock: Clock::Fixed(at),
    })
}
