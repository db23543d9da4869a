use std::sync::atomic::{AtomicU32, Ordering};

use annai_domain::{Actor, ContentHash, GuideId, Ref, RevisionId, Role, RoleSet};
use annai_editorial::{self as editorial, NewGuide, SavedRevision};

use crate::{Client, Person, TestApp, guide_source};

/// A state of the authorisation matrix: the visibility of a guide and the judgement of its newest text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuideState {
    /// Never public, not submitted.
    NeverDraft,
    /// Never public, under review.
    NeverInReview,
    /// Never public, sent back.
    NeverChangesRequested,
    /// Never public, approved.
    NeverApproved,
    /// Readers see the newest text.
    PublishedClean,
    /// Readers see an older text; the newer one was not submitted.
    PublishedAhead,
    /// Readers see an older text; the newer one is under review.
    PublishedInReview,
    /// Readers see an older text; the newer one was sent back.
    PublishedChangesRequested,
    /// Readers see an older text; the newer one is approved.
    PublishedApproved,
    /// It was public and was unpublished.
    Unpublished,
    /// It was public and was archived.
    Archived,
}

/// A guide that was brought into a state.
#[derive(Debug, Clone)]
pub struct BuiltGuide {
    /// The guide in the wanted state.
    pub guide_id: GuideId,
    /// Its slug.
    pub slug: String,
    /// Its first revision; the newest has other bytes.
    pub first: RevisionId,
    /// Its newest revision.
    pub latest: RevisionId,
    /// The newest text's hash.
    pub content_hash: ContentHash,
    /// The newest text.
    pub source: String,
    /// The first ledger entry that made it public; 1 for a guide that was never public.
    pub first_ref: Ref,
}

impl GuideState {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::NeverDraft,
        Self::NeverInReview,
        Self::NeverChangesRequested,
        Self::NeverApproved,
        Self::PublishedClean,
        Self::PublishedAhead,
        Self::PublishedInReview,
        Self::PublishedChangesRequested,
        Self::PublishedApproved,
        Self::Unpublished,
        Self::Archived,
    ];

    /// Returns the word in `authz_matrix.csv`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverDraft => "never_draft",
            Self::NeverInReview => "never_in_review",
            Self::NeverChangesRequested => "never_changes_requested",
            Self::NeverApproved => "never_approved",
            Self::PublishedClean => "published_clean",
            Self::PublishedAhead => "published_ahead",
            Self::PublishedInReview => "published_in_review",
            Self::PublishedChangesRequested => "published_changes_requested",
            Self::PublishedApproved => "published_approved",
            Self::Unpublished => "unpublished",
            Self::Archived => "archived",
        }
    }

    /// Returns the state with that word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    fn was_public(self) -> bool {
        match self {
            Self::NeverDraft
            | Self::NeverInReview
            | Self::NeverChangesRequested
            | Self::NeverApproved => false,
            Self::PublishedClean
            | Self::PublishedAhead
            | Self::PublishedInReview
            | Self::PublishedChangesRequested
            | Self::PublishedApproved
            | Self::Unpublished
            | Self::Archived => true,
        }
    }
}

/// Brings one guide from command to command.
struct Builder<'a> {
    app: &'a TestApp,
    writer: Actor,
    judge: Actor,
    guide: BuiltGuide,
    number: u32,
}

/// The number of the next slug, so that each slug is used once.
static NUMBER: AtomicU32 = AtomicU32::new(1);

impl TestApp {
    /// Creates an editor with a guide in `state` that an administrator judged.
    pub async fn editor_with_guide(&self, state: GuideState) -> (BuiltGuide, Client) {
        let (person, client) = self.editor().await;
        let (judge, _) = self.admin().await;
        (self.guide_in(state, &person, &judge).await, client)
    }

    /// Creates a guide in `state`, which `owner` owns and wrote. `judge` decides and publishes, and
    /// must be another person.
    pub async fn guide_in(&self, state: GuideState, owner: &Person, judge: &Person) -> BuiltGuide {
        let mut builder = Builder::begin(self, owner, judge).await;
        builder.save().await;
        if state.was_public() {
            builder.review_and_publish().await;
            builder.save().await;
            builder.review_and_publish().await;
        }
        match state {
            GuideState::NeverDraft | GuideState::PublishedClean => {}
            GuideState::NeverInReview => builder.submit().await,
            GuideState::NeverChangesRequested => builder.send_back().await,
            GuideState::NeverApproved => builder.approve().await,
            GuideState::PublishedAhead => builder.save().await,
            GuideState::PublishedInReview => {
                builder.save().await;
                builder.submit().await;
            }
            GuideState::PublishedChangesRequested => {
                builder.save().await;
                builder.send_back().await;
            }
            GuideState::PublishedApproved => {
                builder.save().await;
                builder.approve().await;
            }
            GuideState::Unpublished => builder.unpublish().await,
            GuideState::Archived => builder.archive().await,
        }
        builder.guide
    }
}

impl<'a> Builder<'a> {
    async fn begin(app: &'a TestApp, owner: &Person, judge: &Person) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let slug = format!("guide_{number}");
        let source = guide_source(&slug, &format!("記事 {number}"), "初めの版。");
        let writer = acting(owner, Role::Editor);
        let mut tx = app.database.begin(writer.clone()).await.unwrap();
        let guide = NewGuide {
            source: source.clone().into_bytes(),
            path: None,
            message: String::new(),
        };
        let saved = editorial::create_guide(&mut tx, &app.schema, guide)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let guide = BuiltGuide {
            guide_id: saved.guide_id,
            slug,
            first: saved.revision_id,
            latest: saved.revision_id,
            content_hash: saved.content_hash,
            source,
            first_ref: Ref::new(1).unwrap(),
        };
        Self {
            app,
            writer,
            judge: acting(judge, Role::Admin),
            guide,
            number: 1,
        }
    }

    async fn save(&mut self) {
        self.number += 1;
        let title = format!("記事 {}", self.guide.slug);
        let body = format!("第{}版。", self.number);
        let source = guide_source(&self.guide.slug, &title, &body);
        let (guide_id, base) = (self.guide.guide_id, self.guide.latest);
        let bytes = source.clone().into_bytes();
        let mut tx = self.app.database.begin(self.writer.clone()).await.unwrap();
        let saved =
            editorial::save_revision(&mut tx, &self.app.schema, guide_id, base, bytes, "").await;
        let saved: SavedRevision = saved.unwrap();
        tx.commit().await.unwrap();
        self.guide.latest = saved.revision_id;
        self.guide.content_hash = saved.content_hash;
        self.guide.source = source;
    }

    async fn submit(&mut self) {
        let (guide_id, revision_id) = (self.guide.guide_id, self.guide.latest);
        let mut tx = self.app.database.begin(self.writer.clone()).await.unwrap();
        let schema = &self.app.schema;
        editorial::submit(&mut tx, schema, guide_id, revision_id, "")
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn approve(&mut self) {
        self.submit().await;
        let (guide_id, revision_id) = (self.guide.guide_id, self.guide.latest);
        let mut tx = self.app.database.begin(self.judge.clone()).await.unwrap();
        let hash = self.guide.content_hash;
        editorial::approve(&mut tx, guide_id, revision_id, hash, "")
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn send_back(&mut self) {
        self.submit().await;
        let (guide_id, revision_id) = (self.guide.guide_id, self.guide.latest);
        let mut tx = self.app.database.begin(self.judge.clone()).await.unwrap();
        let hash = self.guide.content_hash;
        let reason = "もう少し短く。";
        editorial::request_changes(&mut tx, guide_id, revision_id, hash, reason)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn review_and_publish(&mut self) {
        self.approve().await;
        let (guide_id, revision_id) = (self.guide.guide_id, self.guide.latest);
        let mut tx = self.app.database.begin(self.judge.clone()).await.unwrap();
        let (schema, hash) = (&self.app.schema, self.guide.content_hash);
        let published = editorial::publish(&mut tx, schema, guide_id, revision_id, hash).await;
        let published = published.unwrap();
        tx.commit().await.unwrap();
        if self.number == 2 {
            self.guide.first_ref = published.publication_ref.number;
        }
    }

    async fn unpublish(&mut self) {
        let mut tx = self.app.database.begin(self.judge.clone()).await.unwrap();
        let guide_id = self.guide.guide_id;
        editorial::unpublish(&mut tx, guide_id, true).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn archive(&mut self) {
        let mut tx = self.app.database.begin(self.judge.clone()).await.unwrap();
        let guide_id = self.guide.guide_id;
        editorial::archive(&mut tx, guide_id, true).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Returns the person as an actor with one more role, so that a step needs no third person.
fn acting(person: &Person, role: Role) -> Actor {
    Actor::new(
        person.user_id,
        RoleSet::new(person.roles.iter().chain([role])),
    )
}
