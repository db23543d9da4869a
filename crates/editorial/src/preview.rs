//! Texts that are not public, shown as they would be delivered.
//!
//! Every read returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_checks::blocking;
use annai_content::{GuideAddresses, GuideSource, Rendered, Schema, body_links, render_linked};
use annai_contract::{AnswerParts, answer};
use annai_domain::token::Token;
use annai_domain::{Actor, GuideFacts, GuideId, GuideUrls, RefName, Slug, decide};
use annai_storage::preview_links::{self, LivingPreviewLink};
use annai_storage::published_versions::{self, NamedCard};
use annai_storage::revisions::{self, StoredRevision};
use annai_storage::{Database, Reads, StorageError, guides, ledger, slugs, users};
use jiff::Timestamp;

use crate::CommandError;
use crate::documents::resolve;
use crate::links::link_addresses;
use crate::projection::index_columns;
use crate::write_revision::claimed_slug;

/// The right to see a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewRight {
    /// A consumer's preview key: every guide that is not archived, every revision.
    Key,
    /// A link: its guide and its revision only.
    Link(LivingPreviewLink),
}

/// A text that may not be public, with the cards that are delivered beside it.
#[derive(Debug)]
pub struct Preview {
    /// The revision that is shown.
    pub revision: StoredRevision,
    slug: Slug,
    first_published_at: Option<Timestamp>,
    cards: Vec<NamedCard>,
    /// The addresses of the guides that the body names.
    addresses: GuideAddresses,
    /// The ref at which cards and addresses were read.
    name: RefName,
}

/// Finds the link with the secret `token`, if it still opens.
///
/// A link opens until it is revoked, its time is over or its guide is archived. Its maker must
/// still have the right to create it.
pub async fn open_preview_link(
    db: &Database,
    token: &Token,
) -> Result<Option<LivingPreviewLink>, StorageError> {
    let (reader, now) = (db.reader(), db.clock().now());
    let Some(link) = preview_links::find_living(&reader, &token.hash(), now).await? else {
        return Ok(None);
    };
    let Some(maker) = users::find(&reader, link.created_by).await? else {
        return Ok(None);
    };
    let Some(facts) = guides::find_facts(&reader, link.guide_id).await? else {
        return Ok(None);
    };
    let is_disabled = maker.disabled_at.is_some();
    let maker = Actor::new(maker.user_id, maker.roles);
    let opens = !is_disabled && decide::create_preview_link(&facts, &maker).is_ok();
    Ok(opens.then_some(link))
}

/// Returns the text that a link shows.
pub async fn find_linked_revision(
    db: &dyn Reads,
    link: &LivingPreviewLink,
) -> Result<Option<StoredRevision>, StorageError> {
    let revision_id = match link.revision_id {
        Some(revision_id) => revision_id,
        None => match guides::find_facts(db, link.guide_id).await? {
            Some(facts) => facts.latest.revision_id,
            None => return Ok(None),
        },
    };
    revisions::find(db, link.guide_id, revision_id).await
}

/// Finds the guide that has or had `slug`, in its newest revision or in revision `number`. `None`
/// if there is none, or `right` does not cover it.
pub async fn find_preview(
    db: &Database,
    schema: &Schema,
    right: PreviewRight,
    slug: &Slug,
    revision_number: Option<i32>,
) -> Result<Option<Preview>, StorageError> {
    let reader = db.reader();
    let Some(guide_id) = slugs::find_holder(&reader, slug).await? else {
        return Ok(None);
    };
    let Some(facts) = guides::find_facts(&reader, guide_id).await? else {
        return Ok(None);
    };
    let Some(revision) = reached(&reader, right, &facts, revision_number).await? else {
        return Ok(None);
    };
    let name = ledger::head(&reader).await?;
    let urls = db.guide_urls();
    let preview = Preview::load(&reader, (schema, urls), slug, revision, name).await?;
    Ok(Some(preview))
}

/// Returns the requested revision if `right` covers it.
async fn reached(
    db: &dyn Reads,
    right: PreviewRight,
    facts: &GuideFacts,
    number: Option<i32>,
) -> Result<Option<StoredRevision>, StorageError> {
    let guide_id: GuideId = facts.guide_id;
    if facts.archived {
        return Ok(None);
    }
    match right {
        PreviewRight::Key => match number {
            Some(number) => revisions::find_by_number(db, guide_id, number).await,
            None => revisions::find(db, guide_id, facts.latest.revision_id).await,
        },
        PreviewRight::Link(link) if link.guide_id == guide_id => {
            let revision = find_linked_revision(db, &link).await?;
            Ok(
                revision
                    .filter(|shown| number.is_none_or(|number| number == shown.revision_number)),
            )
        }
        PreviewRight::Link(_) => Ok(None),
    }
}

impl Preview {
    async fn load(
        db: &dyn Reads,
        (schema, urls): (&Schema, &GuideUrls),
        asked: &Slug,
        revision: StoredRevision,
        name: RefName,
    ) -> Result<Self, StorageError> {
        let path = guides::find_path(db, revision.guide_id).await?;
        let first_published_at = ledger::first_published_at(db, revision.guide_id).await?;
        let source = GuideSource::parse(revision.source.clone()).ok();
        let slug = source
            .as_ref()
            .and_then(|source| claimed_slug(source, schema, path.as_deref()));
        let related = source.as_ref().map(|source| index_columns(source, schema));
        let related = related.map_or_else(Vec::new, |index| index.relations);
        let links = source
            .as_ref()
            .map_or_else(Vec::new, |source| body_links(source.body()));
        let slug = slug.unwrap_or_else(|| asked.clone());
        let mut addresses = link_addresses(db, urls, &links).await?;
        addresses.insert_own(slug.as_str(), &urls.guide(slug.as_str()));
        Ok(Self {
            slug,
            addresses,
            cards: published_versions::list_cards(db, &related).await?,
            revision,
            first_published_at,
            name,
        })
    }

    /// Builds the document that sites would get, marked as a preview. Takes milliseconds of work.
    ///
    /// It looks as if the revision had become public when it was saved, beside the cards of guides
    /// that are public now.
    ///
    /// # Errors
    ///
    /// [`CommandError::Invalid`] when the text cannot be rendered.
    pub fn answer(&self, schema: &Schema) -> Result<Vec<u8>, CommandError> {
        let source = GuideSource::parse(self.revision.source.clone())?;
        let rendered = self.rendered(&source, schema)?;
        let index = index_columns(&source, schema);
        let (related, related_unresolved) = resolve(
            &index.relations,
            (self.revision.guide_id, &self.slug),
            &self.cards,
        );
        let published_at = self.revision.created_at;
        Ok(answer(&AnswerParts {
            guide_id: self.revision.guide_id,
            slug: &self.slug,
            source: &source,
            rendered: &rendered,
            schema,
            revision_number: self.revision.revision_number,
            content_hash: self.revision.content_hash,
            first_published_at: self.first_published_at.unwrap_or(published_at),
            published_at,
            related: &related,
            related_unresolved: &related_unresolved,
            name: self.name,
            is_preview: true,
        }))
    }

    /// Renders the body alone, as sanitised HTML.
    ///
    /// # Errors
    ///
    /// [`CommandError::Invalid`] when the text cannot be rendered.
    pub fn html(&self, schema: &Schema) -> Result<String, CommandError> {
        let source = GuideSource::parse(self.revision.source.clone())?;
        Ok(self.rendered(&source, schema)?.html)
    }

    fn rendered(&self, source: &GuideSource, schema: &Schema) -> Result<Rendered, CommandError> {
        render_linked(source.body(), &self.addresses)
            .map_err(|_| CommandError::Invalid(blocking(source, schema)))
    }
}
