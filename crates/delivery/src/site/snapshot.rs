use std::collections::HashMap;
use std::sync::Arc;

use annai_domain::{GuideId, Ref, Slug};
use annai_storage::delivery::{DeliveredVersion, LedgerPosition, ListSort, SlugHolder};
use http::HeaderValue;

use super::changes::Changes;
use super::guide::{Guide, Lookup};

/// The whole published site at one ref, in memory. It never changes: a publication makes another.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) position: LedgerPosition,
    /// The position before anything was published.
    pub(crate) empty: LedgerPosition,
    /// The number of changes of history since the node started. Under an earlier count, a ref may
    /// have named another entry.
    pub(crate) history: u64,
    /// The value of `Content-Ref`.
    pub(crate) content_ref: HeaderValue,
    pub(crate) changes: Changes,
    guides: HashMap<GuideId, Arc<Guide>>,
    by_slug: HashMap<Arc<str>, Arc<Guide>>,
    /// Every slug that was ever public, with the guide to which it leads.
    owners: Arc<HashMap<Arc<str>, GuideId>>,
    orders: Orders,
}

/// The guides in each order of a list, ascending.
#[derive(Debug, Clone, Default)]
struct Orders {
    published_at: Vec<Arc<Guide>>,
    first_published_at: Vec<Arc<Guide>>,
    updated_at: Vec<Arc<Guide>>,
    slug: Vec<Arc<Guide>>,
    title: Vec<Arc<Guide>>,
}

/// Everything that happened between two refs.
#[derive(Debug)]
pub(crate) struct Step {
    /// The position at its end.
    pub(crate) to: LedgerPosition,
    /// The positions on the way, `to` included.
    pub(crate) positions: Vec<LedgerPosition>,
    /// Every version that began or ended on the way, the oldest first.
    pub(crate) versions: Vec<DeliveredVersion>,
    /// The slugs of the entries on the way.
    pub(crate) slugs: Vec<SlugHolder>,
}

impl Snapshot {
    pub(crate) fn new(
        position: LedgerPosition,
        empty: LedgerPosition,
        versions: impl IntoIterator<Item = Arc<Guide>>,
        slugs: Vec<(String, GuideId)>,
        changes: Changes,
    ) -> Self {
        let guides: Vec<_> = versions.into_iter().collect();
        let owners = slugs.into_iter().map(|(slug, guide)| (slug.into(), guide));
        let mut orders = Orders::default();
        for (sort, order) in orders.all() {
            order.clone_from(&guides);
            order.sort_unstable_by(|one, other| compare(sort, one, other));
        }
        Self {
            position,
            empty,
            history: 0,
            content_ref: content_ref(position),
            changes,
            by_slug: guides
                .iter()
                .map(|guide| (guide.version.slug.as_str().into(), Arc::clone(guide)))
                .collect(),
            guides: guides
                .into_iter()
                .map(|guide| (guide.version.guide_id, guide))
                .collect(),
            owners: Arc::new(owners.collect()),
            orders,
        }
    }

    /// Returns the ref of the snapshot.
    pub(crate) fn at(&self) -> Ref {
        self.position.name.number
    }

    /// Returns the history of the ledger and the ref there. Later snapshots have a greater age.
    pub(super) fn age(&self) -> (u64, Ref) {
        (self.history, self.at())
    }

    /// Returns whether every guide is public in `next` too.
    pub(super) fn all_stay_in(&self, next: &Self) -> bool {
        let mut guides = self.guides.keys();
        guides.all(|guide_id| next.guides.contains_key(guide_id))
    }

    /// Looks `slug` up.
    pub(crate) fn find(&self, slug: &Slug) -> Lookup {
        if let Some(guide) = self.by_slug.get(slug.as_str()) {
            return Lookup::Here(Arc::clone(guide));
        }
        let Some(owner) = self.owners.get(slug.as_str()) else {
            return Lookup::Unknown;
        };
        let elsewhere = self.guides.get(owner);
        // Publishing checked this slug.
        match elsewhere.and_then(|guide| guide.version.slug.parse().ok()) {
            Some(slug) => Lookup::Moved(slug),
            None => Lookup::Gone,
        }
    }

    /// Returns the public version of a guide.
    pub(crate) fn guide(&self, guide_id: GuideId) -> Option<&Arc<Guide>> {
        self.guides.get(&guide_id)
    }

    /// Returns every public guide, ascending in the order of `sort`.
    pub(crate) fn in_order(&self, sort: ListSort) -> &[Arc<Guide>] {
        match sort {
            ListSort::PublishedAtDescending | ListSort::PublishedAt => &self.orders.published_at,
            ListSort::FirstPublishedAtDescending | ListSort::FirstPublishedAt => {
                &self.orders.first_published_at
            }
            ListSort::UpdatedAtDescending => &self.orders.updated_at,
            ListSort::Slug => &self.orders.slug,
            ListSort::Title => &self.orders.title,
        }
    }

    /// Returns every slug that was ever public with its guide, in no order.
    pub(crate) fn owners(&self) -> impl Iterator<Item = (&str, GuideId)> {
        self.owners.iter().map(|(slug, guide)| (&**slug, *guide))
    }

    /// Returns `slug` and the other slugs under which its guide is or was public.
    pub(super) fn names_of<'a>(&'a self, slug: &'a str) -> Vec<&'a str> {
        let guide_id = self.owners.get(slug);
        let names = self
            .owners
            .iter()
            .filter(|(name, holder)| Some(*holder) == guide_id && ***name != *slug);
        names.map(|(name, _)| &**name).chain([slug]).collect()
    }

    /// Returns the site after `step`, and its new guides.
    pub(crate) fn after(&self, step: Step) -> (Self, Vec<Arc<Guide>>) {
        let mut next = self.clone();
        next.position = step.to;
        next.content_ref = content_ref(step.to);
        next.lead(&step.slugs);
        let positions: HashMap<_, _> = step
            .positions
            .iter()
            .map(|position| (position.name.number, *position))
            .collect();
        for holder in step.slugs.iter().filter(|holder| holder.is_redirect) {
            if let Some(position) = positions.get(&holder.at) {
                next.changes.note_redirect(&holder.slug, *position);
            }
        }
        let mut new = Vec::new();
        for version in step.versions {
            let steps = [Some(version.from_ref), version.to_ref];
            for position in steps.iter().flatten().filter_map(|at| positions.get(at)) {
                next.changes.note(&version, *position);
            }
            let is_over = version
                .to_ref
                .is_some_and(|over| over <= step.to.name.number);
            if is_over {
                next.remove(version.guide_id, version.from_ref);
            } else {
                let guide = Arc::new(Guide::new(version));
                next.insert(Arc::clone(&guide));
                new.push(guide);
            }
        }
        (next, new)
    }

    /// Leads slugs to their guides. Most publications change no holder; then the map stays shared.
    fn lead(&mut self, slugs: &[SlugHolder]) {
        let is_new =
            |holder: &&SlugHolder| self.owners.get(holder.slug.as_str()) != Some(&holder.guide_id);
        let new: Vec<_> = slugs.iter().filter(is_new).collect();
        if !new.is_empty() {
            let new = new.into_iter();
            let owned = new.map(|holder| (holder.slug.as_str().into(), holder.guide_id));
            Arc::make_mut(&mut self.owners).extend(owned);
        }
    }

    /// Removes a version if it is the public one.
    fn remove(&mut self, guide_id: GuideId, from_ref: Ref) {
        let is_public = |guide: &Arc<Guide>| guide.version.from_ref == from_ref;
        if !self.guides.get(&guide_id).is_some_and(is_public) {
            return;
        }
        let Some(guide) = self.guides.remove(&guide_id) else {
            return;
        };
        // Another guide may have the slug by now.
        let by_slug = self.by_slug.get(guide.version.slug.as_str());
        if by_slug.is_some_and(|there| Arc::ptr_eq(there, &guide)) {
            self.by_slug.remove(guide.version.slug.as_str());
        }
        for (sort, order) in self.orders.all() {
            let place = order.binary_search_by(|other| compare(sort, other, &guide));
            if let Ok(place) = place {
                order.remove(place);
            }
        }
    }

    fn insert(&mut self, guide: Arc<Guide>) {
        if let Some(before) = self.guides.get(&guide.version.guide_id) {
            let from_ref = before.version.from_ref;
            self.remove(guide.version.guide_id, from_ref);
        }
        for (sort, order) in self.orders.all() {
            let place = order.partition_point(|other| compare(sort, other, &guide).is_lt());
            order.insert(place, Arc::clone(&guide));
        }
        let slug = guide.version.slug.as_str().into();
        self.by_slug.insert(slug, Arc::clone(&guide));
        self.guides.insert(guide.version.guide_id, guide);
    }
}

impl Orders {
    fn all(&mut self) -> [(ListSort, &mut Vec<Arc<Guide>>); 5] {
        [
            (ListSort::PublishedAt, &mut self.published_at),
            (ListSort::FirstPublishedAt, &mut self.first_published_at),
            (ListSort::UpdatedAtDescending, &mut self.updated_at),
            (ListSort::Slug, &mut self.slug),
            (ListSort::Title, &mut self.title),
        ]
    }
}

/// Compares two guides in the ascending order behind `sort`. Like Postgres, it compares bytes.
fn compare(sort: ListSort, one: &Guide, other: &Guide) -> std::cmp::Ordering {
    let (one, other) = (&one.version, &other.version);
    let order = match sort {
        ListSort::PublishedAtDescending | ListSort::PublishedAt => {
            one.published_at.cmp(&other.published_at)
        }
        ListSort::FirstPublishedAtDescending | ListSort::FirstPublishedAt => {
            one.first_published_at.cmp(&other.first_published_at)
        }
        ListSort::UpdatedAtDescending => one.updated_at.cmp(&other.updated_at),
        ListSort::Slug => one.slug.cmp(&other.slug),
        ListSort::Title => one.title.cmp(&other.title),
    };
    order.then(one.guide_id.0.cmp(&other.guide_id.0))
}

fn content_ref(position: LedgerPosition) -> HeaderValue {
    // A ref consists of digits and a dash.
    HeaderValue::try_from(position.name.to_string()).unwrap_or(HeaderValue::from_static(""))
}
