use std::sync::Arc;

use annai_domain::RefName;
use annai_storage::StorageError;
use annai_storage::delivery::{SlugChange, SlugState, list_changes};
use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::request::ChangesRequest;
use crate::error::Broken;
use crate::shapes::GuideDocument;
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::writing::{Out, Stopped};

/// The number of documents per query.
const BATCH: usize = 8;

/// The first bytes of a page.
const BEGIN: &[u8] = b"{\"data\":[";

/// Changes, the oldest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct ChangeList {
    data: Vec<Item<'static>>,
    meta: ChangeListMeta,
    links: ChangeListLinks,
}

/// The reason why nothing is published under a slug any more.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// The guide was taken down.
    Unpublished,
    /// The publication expired.
    Expired,
    /// The guide is published under another slug.
    Moved,
}

/// Metadata of a page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeListMeta {
    /// The token behind this page.
    #[schema(value_type = String, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    token: RefName,
    /// Whether more changes may follow already.
    has_more: bool,
    count: usize,
}

/// The address of the next page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeListLinks {
    next: String,
}

/// The last change of a slug.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Item<'a> {
    /// A guide is published under the slug.
    Upsert {
        slug: &'a str,
        revision: i32,
        #[schema(pattern = "^sha256-[0-9a-f]{64}$")]
        digest: String,
        #[serde(rename = "ref")]
        #[schema(value_type = String, pattern = "^[0-9]+-[0-9a-f]{8}$")]
        name: RefName,
        /// The slugs of other guides whose related cards changed with it.
        affects: &'a [String],
        /// The guide's earlier slug, if it changed behind the token.
        previous_slug: Option<&'a str>,
        /// The document of the guide; absent with `body=none`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<GuideDocument>)]
        guide: Option<&'a RawValue>,
    },
    /// Nothing is published under the slug any more.
    Delete {
        slug: &'a str,
        reason: Reason,
        /// The current slug of the same guide.
        moved_to: Option<&'a str>,
    },
}

/// The changes behind a token, at a snapshot.
pub(super) struct ChangePage {
    pub(super) now: Arc<Snapshot>,
    changes: Vec<SlugChange>,
    /// The token behind this page.
    pub(super) token: RefName,
    has_more: bool,
}

impl ChangePage {
    /// Loads about `limit` changes from behind `since` up to `now`. At the head there are none, and
    /// Postgres is not queried.
    pub(super) async fn load(
        state: &DeliveryState,
        now: Arc<Snapshot>,
        since: RefName,
        limit: u32,
    ) -> Result<Self, StorageError> {
        let head = now.position.name;
        let changes = if since.number >= head.number {
            Vec::new()
        } else {
            list_changes(&state.db, (since.number, head.number), limit).await?
        };
        let is_full = changes.len() >= limit as usize;
        let last = changes.last().map(|change| change.position.name);
        let token = last.filter(|_| is_full).unwrap_or(head);
        Ok(Self {
            has_more: token != head,
            now,
            changes,
            token,
        })
    }

    /// Returns whether nothing changed, as for a reader that has caught up.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Writes the page without changes as one line of JSON.
    pub(super) fn empty(&self, request: ChangesRequest) -> Result<Bytes, Broken> {
        Ok([BEGIN, &self.end(request)?].concat().into())
    }

    /// Writes the page as one line of JSON.
    pub(super) async fn write(
        &self,
        state: &DeliveryState,
        request: ChangesRequest,
        out: &Out,
    ) -> Result<(), Stopped> {
        let mut text = BEGIN.to_vec();
        let mut is_first = true;
        for changes in self.changes.chunks(BATCH) {
            let documents = if request.documents {
                self.documents(state, changes).await?
            } else {
                vec![None; changes.len()]
            };
            for (change, document) in std::iter::zip(changes, &documents) {
                if !std::mem::take(&mut is_first) {
                    text.push(b',');
                }
                let item = Item::of(change, document.as_ref()).map_err(Broken::from)?;
                serde_json::to_writer(&mut text, &item).map_err(Broken::from)?;
            }
            out.send(std::mem::take(&mut text)).await?;
        }
        text.extend(self.end(request).map_err(Broken::from)?);
        out.send(text).await
    }

    /// Returns the documents of the guides among `changes`, each in its place.
    async fn documents(
        &self,
        state: &DeliveryState,
        changes: &[SlugChange],
    ) -> Result<Vec<Option<Bytes>>, Broken> {
        let mut guides = Vec::with_capacity(changes.len());
        for change in changes {
            if let SlugState::Public(_) = change.state {
                let guide = self.now.guide(change.guide_id);
                guides.push(Arc::clone(guide.ok_or(Broken::Missing("such a version"))?));
            }
        }
        let mut documents = state.site.bodies().documents(&guides).await?.into_iter();
        let document = |change: &SlugChange| match change.state {
            SlugState::Public(_) => documents.next(),
            SlugState::Moved(_) | SlugState::Unpublished | SlugState::Expired => None,
        };
        Ok(changes.iter().map(document).collect())
    }

    fn end(&self, request: ChangesRequest) -> Result<Vec<u8>, serde_json::Error> {
        #[derive(Serialize)]
        struct End {
            meta: ChangeListMeta,
            links: ChangeListLinks,
        }
        let Self { token, .. } = self;
        let limit = request.limit;
        let thin = if request.documents { "" } else { "&body=none" };
        let end = serde_json::to_string(&End {
            meta: ChangeListMeta {
                token: *token,
                has_more: self.has_more,
                count: self.changes.len(),
            },
            links: ChangeListLinks {
                next: format!("/v1/changes?since={token}&limit={limit}{thin}"),
            },
        })?;
        // The list of changes is still open.
        Ok(format!("],{}", &end[1..]).into_bytes())
    }
}

impl<'a> Item<'a> {
    fn of(change: &'a SlugChange, document: Option<&'a Bytes>) -> Result<Self, serde_json::Error> {
        let slug = &change.slug;
        let gone = |reason| Self::Delete {
            slug,
            reason,
            moved_to: None,
        };
        Ok(match &change.state {
            SlugState::Public(public) => Self::Upsert {
                slug,
                revision: public.revision_number,
                digest: format!("sha256-{}", hex::encode(public.content_hash)),
                name: change.position.name,
                affects: &public.affects,
                previous_slug: public.previous_slug.as_deref(),
                guide: document
                    .map(|bytes| serde_json::from_slice(bytes))
                    .transpose()?,
            },
            SlugState::Moved(to) => Self::Delete {
                slug,
                reason: Reason::Moved,
                moved_to: Some(to),
            },
            SlugState::Unpublished => gone(Reason::Unpublished),
            SlugState::Expired => gone(Reason::Expired),
        })
    }
}
