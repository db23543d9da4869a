//! The published site in memory: read without a lock, replaced whole, never going back.

mod bodies;
mod budget;
mod changes;
mod composed;
mod file;
mod follower;
mod guide;
mod lists;
mod snapshot;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use annai_domain::{Ref, RefName};
use annai_storage::DeliveryDb;
use arc_swap::ArcSwapOption;
use tokio::sync::{Mutex, Semaphore, watch};

pub(crate) use bodies::Bodies;
pub(crate) use composed::{Composed, ComposedBodies};
use file::KeptFile;
pub use file::SiteFileError;
pub(crate) use guide::{Guide, Lookup, links};
pub(crate) use snapshot::Snapshot;

/// The published site as one node knows it. Clones share it.
#[derive(Debug, Clone)]
pub struct Site(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: DeliveryDb,
    /// The newest snapshot; `None` before the first is loaded.
    now: ArcSwapOption<Snapshot>,
    bodies: Bodies,
    composed: ComposedBodies,
    side_memory: usize,
    /// The newest served ref. Requests wait on it.
    served: watch::Sender<Ref>,
    /// Held while the next snapshot is made.
    making: Mutex<()>,
    is_database_away: Arc<AtomicBool>,
    /// The end of a ledger that ends before the served ref, when it was first seen.
    short_end: std::sync::Mutex<Option<RefName>>,
    /// Whether the served snapshot came from the file, unconfirmed by the ledger.
    is_from_file: AtomicBool,
    /// The site file of this node.
    file: Mutex<KeptFile>,
    /// Counts the withdrawals of the site file.
    withdrawals: watch::Sender<u64>,
    /// Permits for requests that wait for a ref.
    waiting: Semaphore,
    /// Whether the program is about to end. All waits for a publication end then.
    leaving: watch::Sender<bool>,
}

/// The most requests that may wait for a ref at the same time.
const WAITING: usize = 1000;

/// The condition of a node's copy of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteHealth {
    /// The served ref; `None` before the site is loaded.
    pub served: Option<RefName>,
    /// Whether Postgres failed to answer the last query.
    pub is_database_away: bool,
    /// Whether the node serves a ref that the ledger lost, as after a failover to a server that
    /// lacked it.
    pub is_ahead: bool,
    /// The size of all ready bytes.
    pub ready_bytes: usize,
}

impl Site {
    /// Creates an empty site. It will keep at most `memory` bytes of ready documents, and an eighth
    /// as much of rarer forms. It serves nothing before the first [`Site::catch_up`].
    #[must_use]
    pub fn new(db: DeliveryDb, memory: usize) -> Self {
        let is_database_away = Arc::<AtomicBool>::default();
        let side_memory = memory / 16;
        Self(Arc::new(Inner {
            bodies: Bodies::new(
                db.clone(),
                Arc::clone(&is_database_away),
                memory,
                side_memory,
            ),
            composed: ComposedBodies::new(side_memory / 2),
            side_memory,
            db,
            now: ArcSwapOption::empty(),
            served: watch::Sender::new(Ref::EMPTY),
            making: Mutex::new(()),
            is_database_away,
            short_end: std::sync::Mutex::default(),
            is_from_file: AtomicBool::new(false),
            file: Mutex::default(),
            withdrawals: watch::Sender::new(0),
            waiting: Semaphore::new(WAITING),
            leaving: watch::Sender::new(false),
        }))
    }

    /// Returns the newest snapshot; `None` before the site is loaded.
    pub(crate) fn now(&self) -> Option<Arc<Snapshot>> {
        self.0.now.load_full()
    }

    /// Returns the ready bytes of guides.
    pub(crate) fn bodies(&self) -> &Bodies {
        &self.0.bodies
    }

    /// Returns the bodies that were composed for earlier requests.
    pub(crate) fn composed(&self) -> &ComposedBodies {
        &self.0.composed
    }

    /// Returns the bytes that one cache of rarer forms may take.
    pub(crate) fn side_memory(&self) -> usize {
        self.0.side_memory
    }

    /// Subscribes to the served ref.
    pub(crate) fn served(&self) -> watch::Receiver<Ref> {
        self.0.served.subscribe()
    }

    /// Returns when the program is about to end.
    pub(crate) async fn leaving(&self) {
        // Its sender lives as long as the site.
        let _ = self
            .0
            .leaving
            .subscribe()
            .wait_for(|leaving| *leaving)
            .await;
    }

    /// Waits until the site is at `min` or later, and returns it. Gives up after `patience`, or at
    /// once where too many wait already.
    pub(crate) async fn at_least(&self, min: Ref, patience: Duration) -> Option<Arc<Snapshot>> {
        if let Some(now) = self.now().filter(|now| now.at() >= min) {
            return Some(now);
        }
        let _permit = self.0.waiting.try_acquire().ok()?;
        let mut served = self.served();
        let reached = served.wait_for(|served| *served >= min);
        // The snapshot decides, however the wait ended.
        tokio::select! {
            _ = tokio::time::timeout(patience, reached) => {}
            () = self.leaving() => {}
        }
        self.now().filter(|snapshot| snapshot.at() >= min)
    }

    /// Waits at most `patience` until the site is later than `since`, and returns it.
    pub(crate) async fn later_than(&self, since: Ref, patience: Duration) -> Option<Arc<Snapshot>> {
        let next = Ref::new(since.get().saturating_add(1))?;
        self.at_least(next, patience).await
    }

    /// Returns the condition of this node's copy.
    #[must_use]
    pub fn health(&self) -> SiteHealth {
        SiteHealth {
            served: self.now().map(|snapshot| snapshot.position.name),
            is_database_away: self.0.is_database_away.load(Ordering::Relaxed),
            is_ahead: self.short_end().is_some(),
            ready_bytes: self.0.bodies.used(),
        }
    }
}
