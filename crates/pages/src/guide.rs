//! The common part of the pages of one guide: the facts, the newest text, the permitted actions.

use annai_content::{FieldRole, GuideSource, Schema};
use annai_domain::decide::{self, guide_status};
use annai_domain::{Actor, GuideFacts, GuideId, ReviewState, VisibilityKind};
use annai_storage::guides;
use annai_storage::revisions::{self, StoredRevision};

use super::error::PageError;
use super::page::Page;
use annai_view::guide::{Action, GuideHead};

/// A guide that the person may read.
#[derive(Debug)]
pub(super) struct OpenGuide {
    pub(super) facts: GuideFacts,
    pub(super) latest: StoredRevision,
    pub(super) head: GuideHead,
}

/// Finds a guide that the person may read; 404 for all others.
pub(super) async fn open(page: &Page, guide_id: GuideId) -> Result<OpenGuide, PageError> {
    let db = page.reader();
    let facts = guides::find_facts(&db, guide_id)
        .await?
        .ok_or_else(PageError::not_found)?;
    decide::read(&facts, page.actor())?;
    let latest = revisions::find(&db, guide_id, facts.latest.revision_id).await?;
    let latest = latest.ok_or_else(PageError::not_found)?;
    let head = head_of(&facts, page, &latest.source);
    Ok(OpenGuide {
        facts,
        latest,
        head,
    })
}

fn head_of(facts: &GuideFacts, page: &Page, source: &[u8]) -> GuideHead {
    let actor = page.actor();
    let (title, slug) = title_and_slug(source, &page.state.schema);
    GuideHead {
        guide_id: facts.guide_id,
        title,
        slug,
        status: guide_status(facts),
        latest_revision_id: facts.latest.revision_id,
        latest_number: facts.latest.revision_number,
        public_number: facts
            .visibility
            .public()
            .map(|public| public.revision_number),
        may_write: decide::write(facts, actor).is_ok(),
        has_lapsed_approval: decide::has_lapsed_approval(facts),
        actions: actions(facts, actor),
    }
}

/// Returns the title and slug of a source; empty where it has none.
pub(crate) fn title_and_slug(source: &[u8], schema: &Schema) -> (String, String) {
    let Ok(source) = GuideSource::parse(source.to_vec()) else {
        return (String::new(), String::new());
    };
    let text = |role| schema.text_of(role, &source).unwrap_or_default().to_owned();
    (text(FieldRole::Title), text(FieldRole::Slug))
}

/// Lists the permitted actions, by the rules that the commands use too.
fn actions(facts: &GuideFacts, actor: &Actor) -> Vec<Action> {
    let latest = &facts.latest;
    let hash = latest.content_hash;
    let approved = facts
        .review
        .as_ref()
        .filter(|review| review.state == ReviewState::Approved);
    let is_live = facts
        .review
        .as_ref()
        .is_some_and(|review| review.state == ReviewState::Open);
    let judges = facts.review.as_ref().is_some_and(|review| {
        decide::approve(facts, actor, review.revision_id, review.content_hash).is_ok()
    });
    let publishes = approved.is_some_and(|review| {
        decide::publish(facts, actor, review.revision_id, review.content_hash).is_ok()
    });
    let is_public = facts.visibility.kind() == VisibilityKind::Published;
    let table = [
        (
            Action::Submit,
            decide::submit(facts, actor, latest.revision_id).is_ok(),
        ),
        (
            Action::Withdraw,
            is_live && decide::withdraw(facts, actor).is_ok(),
        ),
        (Action::Review, judges),
        (Action::Publish, publishes),
        (
            Action::BreakGlass,
            decide::break_glass(facts, actor, latest.revision_id, hash, "").is_ok(),
        ),
        (
            Action::Rollback,
            decide::roll_back_at_all(facts, actor).is_ok(),
        ),
        (
            Action::Unpublish,
            is_public && decide::unpublish(facts, actor).is_ok(),
        ),
        (Action::Archive, decide::archive(facts, actor).is_ok()),
        (Action::Unarchive, decide::unarchive(facts, actor).is_ok()),
    ];
    table
        .into_iter()
        .filter(|(_, is_possible)| *is_possible)
        .map(|(action, _)| action)
        .collect()
}
