use annai_content::{FieldRole, GuideSource, Schema, SourceError};
use annai_domain::{GuideStatus, Role, Slug};
use annai_editorial::{
    CommandError, NewGuide, SavedRevision, approve, archive, create_guide, publish,
    request_changes, save_revision, submit, unpublish,
};
use annai_storage::{Database, WriteTx, slugs};
use serde_json::Value;

use super::people::DemoPerson;
use crate::content_folder::built_in_guides;
use crate::failure::{Code, Failure};

/// One guide for each label that a list can show.
const GUIDES: [(GuideStatus, &str, &str); 8] = [
    (
        GuideStatus::Draft,
        "demo_draft",
        "QA Engineer とは（下書き）",
    ),
    (
        GuideStatus::InReview,
        "demo_in_review",
        "Data Scientist とは（レビュー中）",
    ),
    (
        GuideStatus::ChangesRequested,
        "demo_changes_requested",
        "Network Engineer とは（差し戻し）",
    ),
    (
        GuideStatus::Approved,
        "demo_approved",
        "Embedded Engineer とは（承認済み）",
    ),
    (
        GuideStatus::Published,
        "demo_published",
        "Frontend Engineer とは（公開中）",
    ),
    (
        GuideStatus::PublishedAhead,
        "demo_published_ahead",
        "Backend Engineer とは（公開中・更新あり）",
    ),
    (
        GuideStatus::Unpublished,
        "demo_unpublished",
        "Game Engineer とは（非公開）",
    ),
    (
        GuideStatus::Archived,
        "demo_archived",
        "Flash Developer とは（アーカイブ）",
    ),
];

/// Adds the guides with a free slug, and returns their number.
pub(super) async fn make(
    database: &Database,
    schema: &Schema,
    people: &[DemoPerson],
) -> Result<usize, Failure> {
    let mut added = 0;
    for (place, (status, slug, title)) in GUIDES.into_iter().enumerate() {
        let slug: Slug = slug.parse().map_err(anyhow::Error::new)?;
        if slugs::find_holder(&database.reader(), &slug)
            .await?
            .is_none()
        {
            let (_, text) = built_in_guides()[place % built_in_guides().len()];
            let source = retitled(text, schema, &slug, title).map_err(|error| {
                Failure::message(
                    Code::Failed,
                    format!("the demonstration's {slug} could not be written: {error}"),
                )
            })?;
            Scene {
                database,
                schema,
                people,
            }
            .play(status, source)
            .await?;
            added += 1;
        }
    }
    Ok(added)
}

/// Returns a built-in guide under another slug and title.
fn retitled(text: &[u8], schema: &Schema, slug: &Slug, title: &str) -> anyhow::Result<GuideSource> {
    let source = GuideSource::parse(text)?;
    let source = with(&source, schema, FieldRole::Slug, slug.as_str())?;
    Ok(with(&source, schema, FieldRole::Title, title)?)
}

/// Returns a guide with another text in the field that has `role`. Without such a field the guide
/// stays the same.
fn with(
    source: &GuideSource,
    schema: &Schema,
    role: FieldRole,
    text: &str,
) -> Result<GuideSource, SourceError> {
    match schema.key_of(role) {
        Some(key) => source.with_field(key, &Value::from(text)),
        None => Ok(source.clone()),
    }
}

/// The people who bring a guide into a state, and the database.
struct Scene<'a> {
    database: &'a Database,
    schema: &'a Schema,
    people: &'a [DemoPerson],
}

impl Scene<'_> {
    /// Brings a new guide into `status`, step by step.
    async fn play(&self, status: GuideStatus, source: GuideSource) -> Result<(), Failure> {
        let later = with(&source, self.schema, FieldRole::Summary, LATER);
        let later = later.map_err(anyhow::Error::new)?;
        let saved = self.create(source).await?;
        match status {
            GuideStatus::Draft => Ok(()),
            GuideStatus::InReview => self.submit(&saved).await,
            GuideStatus::ChangesRequested => {
                self.submit(&saved).await?;
                self.send_back(&saved).await
            }
            GuideStatus::Approved => self.approve(&saved).await,
            GuideStatus::Published => self.publish(&saved).await,
            GuideStatus::PublishedAhead => {
                self.publish(&saved).await?;
                self.revise(&saved, later).await
            }
            GuideStatus::Unpublished => {
                self.publish(&saved).await?;
                self.act(Role::Publisher, async |tx| {
                    unpublish(tx, saved.guide_id, true).await
                })
                .await
                .map(drop)
            }
            GuideStatus::Archived => {
                self.publish(&saved).await?;
                self.act(Role::Publisher, async |tx| {
                    archive(tx, saved.guide_id, true).await
                })
                .await
                .map(drop)
            }
        }
    }

    async fn send_back(&self, saved: &SavedRevision) -> Result<(), Failure> {
        let SavedRevision {
            guide_id,
            revision_id,
            content_hash,
            ..
        } = *saved;
        let comment = "冒頭の説明が長すぎます。三行ほどにまとめてください。";
        self.act(Role::Reviewer, async |tx| {
            request_changes(tx, guide_id, revision_id, content_hash, comment).await
        })
        .await
        .map(drop)
    }

    async fn revise(&self, saved: &SavedRevision, text: GuideSource) -> Result<(), Failure> {
        let SavedRevision {
            guide_id,
            revision_id,
            ..
        } = *saved;
        let message = "説明文を短くしました";
        self.act(Role::Editor, async |tx| {
            save_revision(
                tx,
                self.schema,
                guide_id,
                revision_id,
                text.into_bytes(),
                message,
            )
            .await
        })
        .await
        .map(drop)
    }

    async fn create(&self, source: GuideSource) -> Result<SavedRevision, Failure> {
        let guide = NewGuide {
            source: source.into_bytes(),
            path: None,
            message: "最初の下書き".to_owned(),
        };
        self.act(Role::Author, async |tx| {
            create_guide(tx, self.schema, guide).await
        })
        .await
    }

    async fn submit(&self, saved: &SavedRevision) -> Result<(), Failure> {
        let message = "確認をお願いします。";
        self.act(Role::Author, async |tx| {
            submit(tx, self.schema, saved.guide_id, saved.revision_id, message).await
        })
        .await
        .map(drop)
    }

    async fn approve(&self, saved: &SavedRevision) -> Result<(), Failure> {
        self.submit(saved).await?;
        let SavedRevision {
            guide_id,
            revision_id,
            content_hash,
            ..
        } = *saved;
        let comment = "読みやすいです。承認します。";
        self.act(Role::Reviewer, async |tx| {
            approve(tx, guide_id, revision_id, content_hash, comment).await
        })
        .await
        .map(drop)
    }

    async fn publish(&self, saved: &SavedRevision) -> Result<(), Failure> {
        self.approve(saved).await?;
        let SavedRevision {
            guide_id,
            revision_id,
            content_hash,
            ..
        } = *saved;
        self.act(Role::Publisher, async |tx| {
            publish(tx, self.schema, guide_id, revision_id, content_hash).await
        })
        .await
        .map(drop)
    }

    /// Runs one command as the person with that role.
    async fn act<T>(
        &self,
        role: Role,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, CommandError>,
    ) -> Result<T, Failure> {
        let person = self.people.iter().find(|person| person.role == role);
        let actor = person
            .map(DemoPerson::actor)
            .ok_or_else(|| anyhow::anyhow!("nobody is {}", role.as_str()))?;
        let mut tx = self.database.begin(actor).await?;
        let done = command(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// The description in the newer text of the published-ahead guide.
const LATER: &str = "仕事の内容、必要なスキル、年収の目安、未経験からの学び方、面接でよく聞かれることまで、現場の視点から順を追って紹介します。これから目指す人にも、採用する人にも役立つ入門ガイドです。";
