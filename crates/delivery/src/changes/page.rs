use std::sync::Arc;

use annai_contract::{Change, ChangeListLinks, ChangeListMeta, DeleteReason};
use annai_domain::RefName;
use annai_storage::StorageError;
use annai_storage::delivery::{SlugChange, SlugState, list_changes};
use bytes::Bytes;
use serde::Serialize;

use super::request::ChangesRequest;
use crate::error::Broken;
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::writing::{Out, Stopped};

/// The number of documents per query.
const BATCH: usize = 8;

/// The first bytes of a page.
const BEGIN: &[u8] = b"{\"data\":[";

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
                let item = change_of(change, document.as_ref()).map_err(Broken::from)?;
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

/// Describes the last change of a slug, with the document of its guide.
fn change_of<'a>(
    change: &'a SlugChange,
    document: Option<&'a Bytes>,
) -> Result<Change<'a>, serde_json::Error> {
    let slug = &change.slug;
    let gone = |reason| Change::Delete {
        slug,
        reason,
        moved_to: None,
    };
    Ok(match &change.state {
        SlugState::Public(public) => Change::Upsert {
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
        SlugState::Moved(to) => Change::Delete {
            slug,
            reason: DeleteReason::Moved,
            moved_to: Some(to),
        },
        SlugState::Unpublished => gone(DeleteReason::Unpublished),
        SlugState::Expired => gone(DeleteReason::Expired),
    })
}
