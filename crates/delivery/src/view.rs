use std::sync::Arc;
use std::time::Duration;

use annai_content::{GuideAddresses, GuideSource, body_links, referenced_guides};
use annai_domain::{RefName, Slug};
use annai_storage::StorageError;
use annai_storage::delivery::{
    After, Found, LedgerPosition, ListFilters, ListSort, find_guide, find_position,
    list_changed_at, list_guides,
};
use annai_web::{Problem, ProblemKind};
use http::HeaderValue;

use crate::answer::Caching;
use crate::error::{Broken, NoBody, not_loaded, storage_problem};
use crate::site::{Guide, Lookup, Snapshot};
use crate::state::DeliveryState;

/// The longest wait of a request for this node to reach a ref.
const PATIENCE: Duration = Duration::from_secs(5);

/// The site at one ref, which answers a request.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// Whether the address names the ref, so that the answer never changes.
    pub(crate) frozen: bool,
    origin: Origin,
}

/// The source of the site at a ref. Both give the same answers, byte for byte.
#[derive(Debug, Clone)]
enum Origin {
    /// Memory, for the newest ref.
    Memory(Arc<Snapshot>),
    /// Postgres, for an older ref.
    Ledger(RefName),
}

impl View {
    /// Returns the newest site, the site at `pinned`, or the site at `min_ref` or later.
    pub(crate) async fn resolve(
        state: &DeliveryState,
        pinned: Option<RefName>,
        min_ref: Option<RefName>,
    ) -> Result<Self, Problem> {
        match (pinned, min_ref) {
            (None, None) => Ok(Self::now(state.site.now().ok_or_else(not_loaded)?)),
            (None, Some(min)) => Box::pin(at_least(state, min)).await.map(Self::now),
            (Some(pinned), min) => {
                if min.is_some_and(|min| min.number > pinned.number) {
                    let message = "the address names an older ref";
                    return Err(Problem::invalid_parameter(
                        "min_ref",
                        "out_of_range",
                        message,
                    ));
                }
                let view = Box::pin(Self::at(state, pinned)).await?;
                let unknown = || not_of_history(pinned);
                view.map(|view| Self {
                    frozen: true,
                    ..view
                })
                .ok_or_else(unknown)
            }
        }
    }

    fn now(snapshot: Arc<Snapshot>) -> Self {
        Self {
            frozen: false,
            origin: Origin::Memory(snapshot),
        }
    }

    /// Returns the site at `name`, under an address that does not name it. Returns `None` where this
    /// database has no such ref.
    pub(crate) async fn at(state: &DeliveryState, name: RefName) -> Result<Option<Self>, Problem> {
        let now = state.site.now().ok_or_else(not_loaded)?;
        if now.position.name == name {
            return Ok(Some(Self::now(now)));
        }
        let position = find_position(&state.db, name.number).await;
        let position = position.map_err(|error| storage_problem(&error))?;
        let is_there = position.is_some_and(|position| position.name == name);
        Ok(is_there.then_some(Self {
            frozen: false,
            origin: Origin::Ledger(name),
        }))
    }

    /// Returns the ref.
    pub(crate) fn name(&self) -> RefName {
        match &self.origin {
            Origin::Memory(snapshot) => snapshot.position.name,
            Origin::Ledger(name) => *name,
        }
    }

    /// Returns the value of `Content-Ref`.
    pub(crate) fn content_ref(&self) -> Option<HeaderValue> {
        match &self.origin {
            Origin::Memory(snapshot) => Some(snapshot.content_ref.clone()),
            Origin::Ledger(name) => HeaderValue::try_from(name.to_string()).ok(),
        }
    }

    /// Returns the caching of answers from this view.
    pub(crate) fn caching(&self) -> Caching {
        if self.frozen {
            Caching::Frozen
        } else {
            Caching::Current
        }
    }

    /// Returns the prefix of addresses in this view.
    pub(crate) fn prefix(&self) -> String {
        if self.frozen {
            format!("/v1/@{}", self.name())
        } else {
            "/v1".to_owned()
        }
    }

    /// Looks `slug` up.
    pub(crate) async fn find(&self, state: &DeliveryState, slug: &Slug) -> Result<Lookup, Problem> {
        let name = match &self.origin {
            Origin::Memory(snapshot) => return Ok(snapshot.find(slug)),
            Origin::Ledger(name) => name,
        };
        let found = Box::pin(find_guide(&state.db, name.number, slug)).await;
        Ok(match found.map_err(|error| storage_problem(&error))? {
            Found::Here(version) => Lookup::Here(Arc::new(Guide::new(*version))),
            Found::Moved(slug) => Lookup::Moved(slug),
            Found::Gone => Lookup::Gone,
            Found::Unknown => Lookup::Unknown,
        })
    }

    /// Returns the addresses of the public guides to which the body of `source` refers. They do not
    /// change while a version is public: a publication that changes one renews the version.
    pub(crate) async fn addresses(
        &self,
        state: &DeliveryState,
        source: &GuideSource,
    ) -> Result<GuideAddresses, Broken> {
        let urls = state.settings.urls.in_bodies();
        let mut addresses = GuideAddresses::default();
        for named in referenced_guides(&body_links(source.body())) {
            let Ok(slug) = named.parse::<Slug>() else {
                continue;
            };
            let current = match &self.origin {
                Origin::Memory(snapshot) => match snapshot.find(&slug) {
                    Lookup::Here(_) => Some(slug),
                    Lookup::Moved(to) => Some(to),
                    Lookup::Gone | Lookup::Unknown => None,
                },
                Origin::Ledger(name) => {
                    let found = Box::pin(find_guide(&state.db, name.number, &slug)).await;
                    match found.map_err(|error| NoBody::Storage(Arc::new(error)))? {
                        Found::Here(_) => Some(slug),
                        Found::Moved(to) => Some(to),
                        Found::Gone | Found::Unknown => None,
                    }
                }
            };
            if let Some(current) = current {
                addresses.insert(named, urls.guide(current.as_str()));
            }
        }
        Ok(addresses)
    }

    /// Lists at most `limit` guides that satisfy `filters`, in order, beginning behind `after`.
    pub(crate) async fn list(
        &self,
        state: &DeliveryState,
        filters: &ListFilters,
        (sort, after, limit): (ListSort, Option<&After>, u32),
    ) -> Result<Vec<Arc<Guide>>, Broken> {
        let name = match &self.origin {
            Origin::Memory(snapshot) => {
                return Ok(snapshot.list(filters, sort, after, limit as usize));
            }
            Origin::Ledger(name) => name,
        };
        let order = (sort, after, i64::from(limit));
        let versions = list_guides(&state.db, name.number, filters, order).await;
        let versions = versions.map_err(|error| NoBody::Storage(Arc::new(error)))?;
        Ok(versions
            .into_iter()
            .map(|version| Arc::new(Guide::new(version)))
            .collect())
    }

    /// Returns the position since which a list with `filters` has not changed.
    pub(crate) async fn list_changed_at(
        &self,
        state: &DeliveryState,
        filters: &ListFilters,
    ) -> Result<LedgerPosition, Problem> {
        match &self.origin {
            Origin::Memory(snapshot) => Ok(snapshot.list_changed_at(filters)),
            Origin::Ledger(name) => {
                let changed = list_changed_at(&state.db, name.number, filters).await;
                changed.map_err(|error| storage_problem(&error))
            }
        }
    }
}

/// Waits for the site at `min` or later.
async fn at_least(state: &DeliveryState, min: RefName) -> Result<Arc<Snapshot>, Problem> {
    state.site.now().ok_or_else(not_loaded)?;
    let reached = state.site.at_least(min.number, PATIENCE).await;
    let now = reached.ok_or_else(|| {
        Problem::unavailable(Duration::from_secs(1))
            .with_detail(format!("this node has not reached ref {min} yet"))
    })?;
    if is_of_history(state, &now, min).await? {
        Ok(now)
    } else {
        Err(not_of_history(min))
    }
}

/// Returns whether `name`, which `now` has reached, belongs to its history. While Postgres is away
/// only the newest ref can be checked; others are believed.
async fn is_of_history(
    state: &DeliveryState,
    now: &Snapshot,
    name: RefName,
) -> Result<bool, Problem> {
    if name.number == now.at() {
        return Ok(name == now.position.name);
    }
    match find_position(&state.db, name.number).await {
        Ok(position) => Ok(position.is_some_and(|position| position.name == name)),
        Err(StorageError::Unavailable(_)) => Ok(true),
        Err(error) => Err(storage_problem(&error)),
    }
}

fn not_of_history(name: RefName) -> Problem {
    Problem::new(ProblemKind::TokenExpired)
        .with_detail(format!("ref {name} does not belong to this database"))
        .with_extension("restart", "/v1/refs/current")
}
