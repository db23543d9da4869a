use std::sync::Arc;

use annai_domain::RefName;
use annai_storage::StorageError;
use annai_storage::delivery::{SlugChange, SlugState, list_changes};
use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Wanted;
use crate::openapi::GuideDocument;
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::trouble::Broken;
use crate::writing::{Out, Stopped};

/// How many documents are read at once.
const BATCH: usize = 8;

/// What a page begins with.
const BEGIN: &[u8] = b"{\"data\":[";

/// Changes, the oldest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct ChangeList {
    data: Vec<Item<'static>>,
    meta: ChangeListMeta,
    links: ChangeListLinks,
}

/// Why nothing is published under a slug any more.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// The guide was taken down.
    Unpublished,
    /// The guide's time was over.
    Expired,
    /// The guide is published under another slug.
    Moved,
}

/// What is to know about a page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeListMeta {
    /// What to ask with for what comes after this page.
    #[schema(value_type = String, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    token: RefName,
    /// Whether there may be more already.
    has_more: bool,
    count: usize,
}

/// Addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeListLinks {
    next: String,
}

/// The last thing that happened to a slug.
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
        /// The slug that the guide had before, where that changed behind the token.
        previous_slug: Option<&'a str>,
        /// The document of the guide; not there with `body=none`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<GuideDocument>)]
        guide: Option<&'a RawValue>,
    },
    /// Nothing is published under the slug any more.
    Delete {
        slug: &'a str,
        reason: Reason,
        /// The slug of the same guide now.
        moved_to: Option<&'a str>,
    },
}

/// The changes behind a token, at a snapshot.
pub(super) struct Page {
    pub(super) now: Arc<Snapshot>,
    changes: Vec<SlugChange>,
    /// What to ask with for what comes after.
    pub(super) token: RefName,
    has_more: bool,
}

impl Page {
    /// The changes from behind `since` up to `now`, about `limit` of them. At the head there
    /// are none, and Postgres is not asked.
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

    /// Whether nothing changed: what a reader who is caught up is told, again and again.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// An empty page, as one line of JSON.
    pub(super) fn empty(&self, wanted: Wanted) -> Result<Bytes, Broken> {
        Ok([BEGIN, &self.end(wanted)?].concat().into())
    }

    /// Writes the page as one line of JSON.
    pub(super) async fn write(
        &self,
        state: &DeliveryState,
        wanted: Wanted,
        out: &Out,
    ) -> Result<(), Stopped> {
        let mut text = BEGIN.to_vec();
        let mut is_first = true;
        for changes in self.changes.chunks(BATCH) {
            let documents = if wanted.documents {
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
        text.extend(self.end(wanted).map_err(Broken::from)?);
        out.send(text).await
    }

    /// The documents of the guides among `changes`, each in its place.
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

    fn end(&self, wanted: Wanted) -> Result<Vec<u8>, serde_json::Error> {
        #[derive(Serialize)]
        struct End {
            meta: ChangeListMeta,
            links: ChangeListLinks,
        }
        let Self { token, .. } = self;
        let limit = wanted.limit;
        let thin = if wanted.documents { "" } else { "&body=none" };
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
        // The data stands open before it.
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
