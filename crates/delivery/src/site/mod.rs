//! What is published, in memory: read without a lock, replaced whole, never going back.

mod bodies;
mod budget;
mod changes;
mod file;
mod follower;
mod guide;
mod lists;
mod made;
mod snapshot;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use annai_domain::{Ref, RefName};
use annai_storage::DeliveryDb;
use arc_swap::ArcSwapOption;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, watch};

pub(crate) use bodies::{Bodies, NoBody};
pub use file::SiteFileError;
pub(crate) use guide::{Guide, Lead, links};
pub(crate) use made::{Made, MadeAnswers, Question, Subject};
pub(crate) use snapshot::Snapshot;

/// The published site as one node knows it. Clones share it.
#[derive(Debug, Clone)]
pub struct Site(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: DeliveryDb,
    /// The newest snapshot; none until the first was loaded.
    now: ArcSwapOption<Snapshot>,
    bodies: Bodies,
    made: MadeAnswers,
    /// The newest ref that is served, for those who wait for it.
    served: watch::Sender<Ref>,
    /// Taken by whoever makes the next snapshot.
    turn: Mutex<()>,
    is_database_away: Arc<AtomicBool>,
    /// Whether what is served is what the file held, and the ledger was not asked since.
    is_from_file: AtomicBool,
    /// Taken by those who wait for a ref.
    waiting: Semaphore,
    /// The readers that may be told of changes as they happen.
    streams: Arc<Semaphore>,
    /// Whether the program is about to end: nobody waits for a publication any more.
    leaving: watch::Sender<bool>,
}

/// The most readers of a node that are told of changes as they happen.
const STREAMS: usize = 256;

/// How many requests may wait for a ref at the same time.
const WAITING: usize = 1000;

/// How a node's copy of the site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteHealth {
    /// The ref that is served; `None`: nothing is loaded yet.
    pub served: Option<RefName>,
    /// Whether Postgres did not answer when it was last asked.
    pub is_database_away: bool,
    /// Bytes of answers that are kept ready.
    pub ready_bytes: usize,
}

impl Site {
    /// An empty site that will keep at most `memory` bytes of ready answers, and an eighth as much
    /// of what is asked for in rarer forms. It serves nothing before [`Site::catch_up`] has
    /// succeeded once.
    #[must_use]
    pub fn new(db: DeliveryDb, memory: usize) -> Self {
        let is_database_away = Arc::<AtomicBool>::default();
        Self(Arc::new(Inner {
            bodies: Bodies::new(
                db.clone(),
                Arc::clone(&is_database_away),
                memory,
                memory / 16,
            ),
            made: MadeAnswers::new(memory / 16),
            db,
            now: ArcSwapOption::empty(),
            served: watch::Sender::new(Ref::EMPTY),
            turn: Mutex::new(()),
            is_database_away,
            is_from_file: AtomicBool::new(false),
            waiting: Semaphore::new(WAITING),
            streams: Arc::new(Semaphore::new(STREAMS)),
            leaving: watch::Sender::new(false),
        }))
    }

    /// The site as it is now; `None` until it was loaded.
    pub(crate) fn now(&self) -> Option<Arc<Snapshot>> {
        self.0.now.load_full()
    }

    /// The ready bytes of guides.
    pub(crate) fn bodies(&self) -> &Bodies {
        &self.0.bodies
    }

    /// Answers that were made for somebody who asked before.
    pub(crate) fn made(&self) -> &MadeAnswers {
        &self.0.made
    }

    /// Tells of every new ref that is served.
    pub(crate) fn served(&self) -> watch::Receiver<Ref> {
        self.0.served.subscribe()
    }

    /// A place among those who are told of changes as they happen; `None` where all are taken.
    pub(crate) fn stream(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.streams).try_acquire_owned().ok()
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

    /// Waits until the site is at `min` or later, at most `patience`, and not where too many wait
    /// already. Gives the site then.
    pub(crate) async fn at_least(&self, min: Ref, patience: Duration) -> Option<Arc<Snapshot>> {
        if let Some(now) = self.now().filter(|now| now.at() >= min) {
            return Some(now);
        }
        let _place = self.0.waiting.try_acquire().ok()?;
        let mut served = self.served();
        let reached = served.wait_for(|served| *served >= min);
        // Whatever came of the waiting: what counts is the snapshot.
        tokio::select! {
            _ = tokio::time::timeout(patience, reached) => {}
            () = self.leaving() => {}
        }
        self.now().filter(|snapshot| snapshot.at() >= min)
    }

    /// The site once it is later than `since`, waited for at most for `patience`.
    pub(crate) async fn later_than(&self, since: Ref, patience: Duration) -> Option<Arc<Snapshot>> {
        let next = Ref::new(since.get().saturating_add(1))?;
        self.at_least(next, patience).await
    }

    /// How this node's copy is.
    #[must_use]
    pub fn health(&self) -> SiteHealth {
        SiteHealth {
            served: self.now().map(|snapshot| snapshot.position.name),
            is_database_away: self.0.is_database_away.load(Ordering::Relaxed),
            ready_bytes: self.0.bodies.used(),
        }
    }
}
