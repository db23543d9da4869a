//! A fresh database with people in it, and the shortest way to each kind of row.

use std::time::Duration;

use annai_domain::decide::{GuideScope, list_guides};
use annai_domain::{
    Actor, Authority, Clock, ContentHash, DecisionId, GuideId, PublicationAction, Ref, RefName,
    ReviewId, ReviewPolicy, ReviewState, RevisionId, RevisionOrigin, Role, RoleSet, Slug, UserId,
    Verdict,
};
use annai_storage::contents::NewContent;
use annai_storage::health::ChainReport;
use annai_storage::ledger::NewEntry;
use annai_storage::published_versions::{IndexColumns, NewVersion, ReadyAnswer};
use annai_storage::reviews::{NewDecision, NewReview};
use annai_storage::revisions::NewRevision;
use annai_storage::{
    Database, StorageError, WriteTx, contents, guides, ledger, published_versions, reviews,
    revisions, slugs,
};
use annai_test_world::{add_people, database, now};
use serde_json::{Map, Value, json};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

/// Returns the scope of a person who reads every guide.
pub(crate) fn every_guide() -> GuideScope {
    list_guides(&Actor::operator()).unwrap()
}

/// Returns the scope of an author: their own guides.
pub(crate) fn own_guides(author: UserId) -> GuideScope {
    let roles = RoleSet::new([Role::Author]);
    list_guides(&Actor::new(author, roles)).unwrap()
}

/// A database, people, and the owner's own connection, which no grant restricts.
pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) owner: PgConnection,
    pub(crate) connect: PgConnectOptions,
    pub(crate) author: Actor,
    pub(crate) editor: Actor,
    pub(crate) reviewer: Actor,
    pub(crate) publisher: Actor,
    pub(crate) admin: Actor,
}

/// A revision, as the tests refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) guide_id: GuideId,
    pub(crate) revision_id: RevisionId,
    pub(crate) revision_number: i32,
    pub(crate) content_hash: ContentHash,
}

impl World {
    pub(crate) async fn new(connect: PgConnectOptions) -> Self {
        Self::with_connections(connect, 4).await
    }

    pub(crate) async fn with_connections(connect: PgConnectOptions, max_connections: u32) -> Self {
        let db = database(&connect, max_connections, Clock::Fixed(now()));
        let owner = PgConnection::connect_with(&connect).await.unwrap();
        let roles = Role::ALL.map(|role| [role]);
        let people = roles.each_ref().map(|role| (role[0].as_str(), &role[..]));
        let [author, editor, reviewer, publisher, admin] = add_people(&db, people).await;
        Self {
            db,
            owner,
            connect,
            author,
            editor,
            reviewer,
            publisher,
            admin,
        }
    }

    pub(crate) async fn begin(&self, actor: &Actor) -> WriteTx {
        self.db.begin(actor.clone()).await.unwrap()
    }

    /// Creates a guide of the author with one revision under `slug`.
    pub(crate) async fn guide(&self, slug: &str) -> Saved {
        self.guide_with(slug, json!({ "title": format!("{slug} の案内") }))
            .await
    }

    pub(crate) async fn guide_with(&self, slug: &str, front_matter: Value) -> Saved {
        let mut tx = self.begin(&self.author).await;
        let guide_id = GuideId::new();
        guides::insert(&mut tx, guide_id, None).await.unwrap();
        let Value::Object(mut fields) = front_matter else {
            panic!("front matter is an object")
        };
        fields.insert("slug".to_owned(), slug.into());
        let saved = write(&mut tx, guide_id, None, fields).await.unwrap();
        assert!(
            slugs::claim(&mut tx, guide_id, &slug.parse().unwrap())
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        saved
    }

    /// Creates a revision on top of `parent`, by `actor`.
    pub(crate) async fn revise(&self, actor: &Actor, parent: Saved, title: &str) -> Saved {
        let mut tx = self.begin(actor).await;
        let Value::Object(fields) = json!({ "title": title }) else {
            unreachable!()
        };
        let saved = write(&mut tx, parent.guide_id, Some(parent.revision_id), fields)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        saved
    }

    pub(crate) async fn submit(&self, actor: &Actor, saved: Saved) -> ReviewId {
        let mut tx = self.begin(actor).await;
        let review_id = ReviewId::new();
        open_review(&mut tx, review_id, saved).await.unwrap();
        tx.commit().await.unwrap();
        review_id
    }

    pub(crate) async fn set_state(
        &self,
        review_id: ReviewId,
        state: ReviewState,
    ) -> Result<(), StorageError> {
        let mut tx = self.begin(&self.reviewer).await;
        reviews::set_state(&mut tx, review_id, state).await?;
        tx.commit().await
    }

    /// Records a decision of `actor`, in a transaction of its own.
    pub(crate) async fn decide(
        &self,
        actor: &Actor,
        review_id: ReviewId,
        saved: Saved,
        verdict: Verdict,
    ) -> Result<(), StorageError> {
        let mut tx = self.begin(actor).await;
        let decision = NewDecision {
            decision_id: DecisionId::new(),
            review_id,
            content_hash: saved.content_hash,
            step: 0,
            verdict,
            comment: "because",
        };
        reviews::insert_decision(&mut tx, decision).await?;
        tx.commit().await
    }

    /// Creates an approved review of `saved`.
    pub(crate) async fn approved(&self, saved: Saved) -> ReviewId {
        let review_id = self.submit(&self.author, saved).await;
        self.decide(&self.reviewer, review_id, saved, Verdict::Approve)
            .await
            .unwrap();
        self.set_state(review_id, ReviewState::Approved)
            .await
            .unwrap();
        review_id
    }

    /// Appends a ledger entry with its published version, by import.
    pub(crate) async fn publish(&self, saved: Saved, slug: &str) -> RefName {
        let mut tx = self.begin(&self.publisher).await;
        let slug: Slug = slug.parse().unwrap();
        let name = append_import(&mut tx, saved, &slug).await.unwrap();
        published_versions::end_current(&mut tx, saved.guide_id, name.number)
            .await
            .unwrap();
        write_version(&mut tx, saved, &slug, name.number)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        name
    }

    /// Appends a tombstone and ends the published version.
    pub(crate) async fn take_down(
        &self,
        saved: Saved,
        slug: &str,
        action: PublicationAction,
        authority: Authority,
    ) -> RefName {
        let mut tx = self.begin(&self.publisher).await;
        let slug = slug.parse().unwrap();
        let entry = NewEntry {
            guide_id: saved.guide_id,
            revision_id: None,
            action,
            slug: &slug,
            authority: &authority,
        };
        let name = ledger::append(&mut tx, entry).await.unwrap();
        published_versions::end_current(&mut tx, saved.guide_id, name.number)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        name
    }

    /// Runs `sql` as the owner of the tables.
    pub(crate) async fn run(&mut self, sql: impl Into<String>) {
        self.attempt(sql).await.unwrap();
    }

    pub(crate) async fn attempt(&mut self, sql: impl Into<String>) -> Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        sql.execute(&mut self.owner).await.map(drop)
    }

    /// Returns the rule that refuses `sql` to the owner of the tables.
    pub(crate) async fn rule_against(&mut self, sql: impl Into<String>) -> String {
        let sql = sql.into();
        let error = self.attempt(sql.clone()).await.expect_err(&sql);
        rule_of(&error)
    }

    pub(crate) async fn row(&mut self, sql: impl Into<String>) -> PgRow {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        sql.fetch_one(&mut self.owner).await.unwrap()
    }

    pub(crate) async fn number(&mut self, sql: impl Into<String>) -> i64 {
        self.row(sql).await.get(0)
    }

    /// Waits until `sql` returns true.
    pub(crate) async fn until(&mut self, sql: &str) {
        for _ in 0..500 {
            if self.row(sql).await.get(0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it was not so within 10 s: {sql}");
    }
}

/// Returns the name of the broken rule, or Postgres's message.
pub(crate) fn rule_of(error: &sqlx::Error) -> String {
    let rule = error
        .as_database_error()
        .and_then(|error| error.constraint());
    rule.map_or_else(|| error.to_string(), str::to_owned)
}

/// Writes a revision whose source is its front matter.
pub(crate) async fn write(
    tx: &mut WriteTx,
    guide_id: GuideId,
    parent: Option<RevisionId>,
    front_matter: Map<String, Value>,
) -> Result<Saved, StorageError> {
    let source = serde_json::to_vec(&front_matter).unwrap();
    let named = |key: &str| front_matter.get(key).and_then(Value::as_str);
    let content = NewContent {
        content_hash: ContentHash::of(&source),
        source: &source,
        front_matter: &front_matter,
        slug: named("slug"),
        title: named("title"),
        category: named("category"),
    };
    contents::keep(tx, content).await?;
    let revision = NewRevision {
        revision_id: RevisionId::new(),
        guide_id,
        parent,
        content_hash: content.content_hash,
        origin: if parent.is_none() {
            RevisionOrigin::Create
        } else {
            RevisionOrigin::Save
        },
        message: "",
        written_by: None,
    };
    let revision_number = revisions::insert(tx, revision).await?;
    Ok(Saved {
        guide_id,
        revision_id: revision.revision_id,
        revision_number,
        content_hash: content.content_hash,
    })
}

pub(crate) async fn open_review(
    tx: &mut WriteTx,
    review_id: ReviewId,
    saved: Saved,
) -> Result<(), StorageError> {
    let facts = annai_storage::guides::find_facts(tx, saved.guide_id).await?;
    let public = facts.and_then(|facts| facts.visibility.public().cloned());
    let review = NewReview {
        review_id,
        guide_id: saved.guide_id,
        revision_id: saved.revision_id,
        content_hash: saved.content_hash,
        policy: &ReviewPolicy::default(),
        public_ref: public.map(|public| public.publication_ref),
        previous: None,
        message: "please",
        size: None,
    };
    reviews::insert(tx, review).await
}

pub(crate) async fn append_import(
    tx: &mut WriteTx,
    saved: Saved,
    slug: &Slug,
) -> Result<RefName, StorageError> {
    let entry = NewEntry {
        guide_id: saved.guide_id,
        revision_id: Some(saved.revision_id),
        action: PublicationAction::Publish,
        slug,
        authority: &Authority::Import,
    };
    ledger::append(tx, entry).await
}

/// Returns the published version of `saved` from `publication_ref` on.
pub(crate) async fn write_version(
    tx: &mut WriteTx,
    saved: Saved,
    slug: &Slug,
    publication_ref: Ref,
) -> Result<(), StorageError> {
    let index = IndexColumns {
        title: "題".to_owned(),
        category: "data".to_owned(),
        summary: String::new(),
        image: None,
        keywords: vec![],
        tags: vec![],
        relations: vec![],
    };
    let version = NewVersion {
        guide_id: saved.guide_id,
        from_ref: publication_ref,
        revision_id: saved.revision_id,
        revision_number: saved.revision_number,
        content_hash: saved.content_hash,
        slug,
        index: &index,
        first_published_at: now(),
        source: b"source",
        answer: &ReadyAnswer {
            identity: b"{}".to_vec(),
            brotli: b"br".to_vec(),
            zstd: b"zstd".to_vec(),
            gzip: b"gzip".to_vec(),
        },
        listing: b"{}",
        plain_text: "text",
    };
    published_versions::insert(tx, &version).await
}

/// Returns the report of a chain of `entries` without a fault.
pub(crate) const fn whole(entries: i64) -> ChainReport {
    ChainReport {
        entries,
        first_bad: None,
    }
}
