//! A fresh database with people of every role, and commands that run as handlers run them.

use std::sync::Arc;

use annai_content::Schema;
use annai_domain::decide::{GuideScope, Refusal, list_guides};
use annai_domain::{Actor, Clock, ReviewId, Role, RoleSet, UserId};
use annai_editorial::{
    CommandError, NewGuide, Published, SavedRevision, approve, create_guide, publish,
    save_revision, submit,
};
use annai_storage::audit::{self, AuditFilter, AuditRecord};
use annai_storage::delivery::{DeliveredVersion, Part, load_parts};
use annai_storage::users::{self, NewUserRow};
use annai_storage::{Database, DatabaseSettings, WriteTx};
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

/// Returns the scope of a user who may list every guide.
pub(crate) fn every_guide() -> GuideScope {
    list_guides(&Actor::operator()).unwrap()
}

/// Returns the instant at which all these tests happen.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

/// A database, people, and the owner's own connection past every grant.
pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) connect: PgConnectOptions,
    pub(crate) schema: Arc<Schema>,
    pub(crate) author: Actor,
    /// An author of other guides.
    pub(crate) stranger: Actor,
    pub(crate) editor: Actor,
    pub(crate) reviewer: Actor,
    pub(crate) publisher: Actor,
    pub(crate) admin: Actor,
    /// One person with every role except the administrator's.
    pub(crate) everything: Actor,
}

impl World {
    /// Returns the ready bytes of a part of a published version.
    pub(crate) async fn delivered(&self, version: &DeliveredVersion, part: Part) -> Vec<u8> {
        let key = (version.guide_id, version.from_ref);
        let loaded = load_parts(&self.db.delivery(), &[key], &[part]).await;
        loaded.unwrap().pop().unwrap().bytes
    }

    pub(crate) async fn new(connect: PgConnectOptions) -> Self {
        Self::with_connections(connect, 4).await
    }

    pub(crate) async fn with_connections(connect: PgConnectOptions, max_connections: u32) -> Self {
        let db = database(&connect, max_connections, now());
        let mut tx = db.begin(Actor::operator()).await.unwrap();
        let mut people = Vec::new();
        for (name, roles) in [
            ("author", vec![Role::Author]),
            ("stranger", vec![Role::Author]),
            ("editor", vec![Role::Editor]),
            ("reviewer", vec![Role::Reviewer]),
            ("publisher", vec![Role::Publisher]),
            ("admin", vec![Role::Admin]),
            ("everything", Role::ALL[..4].to_vec()),
        ] {
            let actor = Actor::new(UserId::new(), RoleSet::new(roles));
            let row = NewUserRow {
                user_id: actor.user_id,
                email: &format!("{name}@example.jp").parse().unwrap(),
                display_name: name,
                roles: actor.roles(),
                locale: annai_domain::Locale::Ja,
                password_hash: Some("$argon2id$"),
            };
            users::insert(&mut tx, row).await.unwrap();
            people.push(actor);
        }
        tx.commit().await.unwrap();
        let [
            author,
            stranger,
            editor,
            reviewer,
            publisher,
            admin,
            everything,
        ] = people.try_into().unwrap();
        Self {
            db,
            connect,
            schema: Schema::parse(include_str!("../../../../content/schema.json"))
                .unwrap()
                .into(),
            author,
            stranger,
            editor,
            reviewer,
            publisher,
            admin,
            everything,
        }
    }

    /// Runs a command and commits, as a handler does.
    pub(crate) async fn run<T>(
        &self,
        actor: &Actor,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
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
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, CommandError>,
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
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, CommandError>,
    ) -> CommandError {
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
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, CommandError>,
    ) -> Refusal {
        match self.refused(actor, command).await {
            CommandError::Refused(refusal) => refusal,
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

    pub(crate) async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.connect).await.unwrap()
    }

    pub(crate) async fn row(&self, sql: impl Into<String>) -> PgRow {
        let mut owner = self.owner().await;
        sqlx::raw_sql(AssertSqlSafe(sql.into()))
            .fetch_one(&mut owner)
            .await
            .unwrap()
    }

    pub(crate) async fn number(&self, sql: impl Into<String>) -> i64 {
        self.row(sql).await.get(0)
    }

    pub(crate) async fn text(&self, sql: impl Into<String>) -> String {
        self.row(sql).await.get(0)
    }

    /// Creates a guide of the author.
    pub(crate) async fn guide(&self, slug: &str) -> SavedRevision {
        self.guide_of(&self.author, text(slug, "一")).await
    }

    pub(crate) async fn guide_of(&self, actor: &Actor, source: Vec<u8>) -> SavedRevision {
        let guide = NewGuide {
            source,
            path: None,
            message: String::new(),
        };
        self.run(actor, async |tx| {
            create_guide(tx, &self.schema, guide).await
        })
        .await
        .unwrap()
    }

    /// Saves the next revision on top of `base`.
    pub(crate) async fn save(
        &self,
        actor: &Actor,
        base: SavedRevision,
        source: Vec<u8>,
    ) -> SavedRevision {
        let (guide_id, base) = (base.guide_id, base.revision_id);
        self.run(actor, async |tx| {
            save_revision(tx, &self.schema, guide_id, base, source, "").await
        })
        .await
        .unwrap()
    }

    pub(crate) async fn submit(&self, actor: &Actor, saved: SavedRevision) -> ReviewId {
        self.run(actor, async |tx| {
            submit(tx, &self.schema, saved.guide_id, saved.revision_id, "").await
        })
        .await
        .unwrap()
    }

    pub(crate) async fn approve(&self, actor: &Actor, saved: SavedRevision) {
        self.run(actor, async |tx| {
            approve(
                tx,
                saved.guide_id,
                saved.revision_id,
                saved.content_hash,
                "",
            )
            .await
        })
        .await
        .unwrap();
    }

    /// Submits, approves and publishes `saved`.
    pub(crate) async fn release(&self, saved: SavedRevision) -> Published {
        self.submit(&self.editor, saved).await;
        self.approve(&self.reviewer, saved).await;
        self.publish(saved).await.unwrap()
    }

    pub(crate) async fn publish(&self, saved: SavedRevision) -> Result<Published, CommandError> {
        self.run(&self.publisher, async |tx| {
            publish(
                tx,
                &self.schema,
                saved.guide_id,
                saved.revision_id,
                saved.content_hash,
            )
            .await
        })
        .await
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

/// Returns a guide that passes every check, with `title` to tell it from others.
pub(crate) fn text(slug: &str, title: &str) -> Vec<u8> {
    related_text(slug, title, &[])
}

pub(crate) fn related_text(slug: &str, title: &str, related: &[&str]) -> Vec<u8> {
    let related = serde_json::to_string(related).unwrap();
    format!(
        "---json\n{{\n  \"category\": \"data\",\n  \"meta_description\": \"{title}の説明\",\n  \
         \"related_jobs\": {related},\n  \"slug\": \"{slug}\",\n  \"title\": \"{title}\"\n}}\n---\n\n# {title}\n\n本文です。\n"
    )
    .into_bytes()
}
