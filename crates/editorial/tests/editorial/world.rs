//! A fresh database with people of every role, and commands that run as handlers run them.

use std::ops::Deref;
use std::sync::Arc;

use annai_content::Schema;
use annai_domain::decide::{GuideScope, Refusal, list_guides};
use annai_domain::{Actor, GuideId, GuideUrls, ReviewId, ReviewState, RevisionId, Role, UserId};
use annai_editorial::{
    CommandError, NewGuide, Published, SavedRevision, approve, create_guide, publish,
    save_revision, submit,
};
use annai_storage::delivery::{DeliveredVersion, Part, load_parts};
use annai_storage::review_queue::{self, QueueFilter, QueuePage, QueueViewer, QueuedReview};
use annai_storage::{ReadDb, WriteTx, revisions};
use annai_test_world::{Ground, add_people};
use sqlx::postgres::PgConnectOptions;

/// Returns the scope of a user who may list every guide.
pub(crate) fn every_guide() -> GuideScope {
    list_guides(&Actor::operator()).unwrap()
}

/// Returns the first open reviews as `viewer` finds them in the queue.
pub(crate) async fn open_queue(reader: &ReadDb, viewer: UserId) -> Vec<QueuedReview> {
    let viewer = QueueViewer {
        scope: every_guide(),
        user_id: viewer,
    };
    let page = QueuePage {
        by_part: true,
        limit: 10,
        offset: 0,
    };
    let queue = review_queue::list(reader, viewer, ReviewState::Open, &QueueFilter::ALL, page);
    queue.await.unwrap()
}

/// A database, people and a schema.
pub(crate) struct World {
    ground: Ground<CommandError>,
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

/// A world is its database with people in it.
impl Deref for World {
    type Target = Ground<CommandError>;

    fn deref(&self) -> &Self::Target {
        &self.ground
    }
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
        let ground = Ground::new(connect, max_connections);
        let [
            author,
            stranger,
            editor,
            reviewer,
            publisher,
            admin,
            everything,
        ] = add_people(
            &ground.db,
            [
                ("author", &[Role::Author]),
                ("stranger", &[Role::Author]),
                ("editor", &[Role::Editor]),
                ("reviewer", &[Role::Reviewer]),
                ("publisher", &[Role::Publisher]),
                ("admin", &[Role::Admin]),
                ("everything", &Role::ALL[..4]),
            ],
        )
        .await;
        Self {
            ground,
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

    /// Lets guides have the addresses of a site.
    pub(crate) fn on_site(mut self, pattern: &str) -> Self {
        let urls = GuideUrls::parse(pattern).unwrap();
        self.ground.db = self.ground.db.clone().with_guide_urls(urls);
        self
    }

    /// Runs a command that the rules must refuse, and returns the refusal. See [`Ground::refused`].
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

/// Returns the bytes of a revision.
pub(crate) async fn source_of(
    world: &World,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Vec<u8> {
    let found = revisions::find(&world.db.reader(), guide_id, revision_id)
        .await
        .unwrap();
    found.unwrap().source
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
