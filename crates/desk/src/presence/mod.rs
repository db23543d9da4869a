//! The people who have a guide open. Presence is only shown: nothing waits for it or is refused
//! because of it.

mod open_guides;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use annai_domain::{GuideId, UserId};
use annai_storage::{Database, Listener, StorageError};
use tokio::sync::{broadcast, mpsc, watch};
use uuid::Uuid;

use open_guides::{News, OpenGuides, What};

pub use open_guides::OtherPerson;

/// The time between two beats of a tab; its session is checked as often.
const BEAT: Duration = Duration::from_secs(10);
/// The pause between two attempts to listen to other nodes.
const PAUSE: Duration = Duration::from_secs(5);
/// The most tabs of one person with a stream. Browsers that speak HTTP/1.1 have six connections for
/// everything.
const TABS_OF_A_PERSON: usize = 4;
/// The most tabs with a stream on one node.
const TABS: usize = 500;
/// The length of the queue of messages. When one does not fit, the next beat makes up for it.
const UNTOLD: usize = 256;

/// The open guides on this node and, through Postgres, on the others. They live in memory only. A
/// tab without a beat for 30 seconds counts as closed.
#[derive(Debug, Clone)]
pub struct Presence(Arc<SharedPresence>);

#[derive(Debug)]
struct SharedPresence {
    database: Database,
    node: Uuid,
    beat: Duration,
    open: Mutex<OpenGuides>,
    /// The number of tabs with a stream on this node, by person.
    seats: Mutex<HashMap<UserId, usize>>,
    changed: broadcast::Sender<GuideId>,
    untold: mpsc::Sender<News>,
    /// The queue of messages to other nodes; the task that follows locks it.
    telling: tokio::sync::Mutex<mpsc::Receiver<News>>,
    leaving: watch::Sender<bool>,
}

/// A tab in which somebody has a guide open. Dropping it closes the tab.
#[derive(Debug)]
pub struct Seat {
    presence: Presence,
    guide_id: GuideId,
    user_id: UserId,
    tab: Uuid,
    changed: broadcast::Receiver<GuideId>,
}

impl Presence {
    /// Creates a register without open guides.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self::with_beat(database, BEAT)
    }

    /// Creates a register like [`new`](Self::new), with another time between beats than 10 seconds.
    #[must_use]
    pub fn with_beat(database: &Database, beat: Duration) -> Self {
        let (untold, telling) = mpsc::channel(UNTOLD);
        Self(Arc::new(SharedPresence {
            database: database.clone(),
            node: new_id(),
            beat,
            open: Mutex::default(),
            seats: Mutex::default(),
            changed: broadcast::Sender::new(UNTOLD),
            untold,
            telling: tokio::sync::Mutex::new(telling),
            leaving: watch::Sender::new(false),
        }))
    }

    /// Sends this node's changes to the others and receives theirs, for ever. Without it, or while
    /// the database is away, each node knows its own people only.
    pub async fn follow(&self) {
        tokio::join!(self.tell(), self.listen());
    }

    /// Ends every stream: the program is about to end.
    pub fn leave(&self) {
        self.0.leaving.send_replace(true);
    }

    async fn tell(&self) {
        let mut untold = self.0.telling.lock().await;
        while let Some(news) = untold.recv().await {
            let database = &self.0.database;
            let told = match serde_json::to_string(&news) {
                Ok(text) => {
                    let telling = database.tell_presence(&text);
                    database.unless_replaced(telling).await.flatten()
                }
                Err(_) => continue, // ids and names are always JSON
            };
            if let Err(error) = told {
                tracing::debug!(%error, "presence was not sent to other nodes");
            }
        }
    }

    async fn listen(&self) {
        loop {
            if let Err(error) = self.hear().await {
                tracing::debug!(%error, "presence of other nodes was not received");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn hear(&self) -> Result<(), StorageError> {
        let mut listener = self.0.database.listen(Listener::PRESENCE).await?;
        loop {
            let text = listener.next_payload().await?;
            match serde_json::from_str::<News>(&text) {
                Ok(news) if news.node == self.0.node => {}
                Ok(news) => self.note(news.guide_id, news.what),
                // A node of another version may send other messages.
                Err(error) => tracing::debug!(%error, "a presence message could not be read"),
            }
        }
    }

    /// Records that text of `user_id` in a guide was stored.
    pub fn typed(&self, guide_id: GuideId, user_id: UserId) {
        if lock(&self.0.open).is_news_of_typing(guide_id, user_id, Instant::now()) {
            self.happened(guide_id, What::Typed { user_id });
        }
    }

    /// Wakes the streams of a guide whose newest revision is another one now.
    pub fn saved(&self, guide_id: GuideId) {
        self.happened(guide_id, What::Saved);
    }

    /// Opens a tab; `None` when the person or the node has too many.
    #[must_use]
    pub fn sit(&self, guide_id: GuideId, user_id: UserId) -> Option<Seat> {
        let mut seats = lock(&self.0.seats);
        let of_person = seats.get(&user_id).copied().unwrap_or_default();
        if of_person >= TABS_OF_A_PERSON || seats.values().sum::<usize>() >= TABS {
            return None;
        }
        seats.insert(user_id, of_person + 1);
        Some(Seat {
            presence: self.clone(),
            guide_id,
            user_id,
            tab: new_id(),
            changed: self.0.changed.subscribe(),
        })
    }

    fn note(&self, guide_id: GuideId, what: What) {
        if lock(&self.0.open).note(guide_id, what, Instant::now()) {
            let _ = self.0.changed.send(guide_id); // there may be no receiver
        }
    }

    fn happened(&self, guide_id: GuideId, what: What) {
        self.note(guide_id, what.clone());
        let node = self.0.node;
        let _ = self.0.untold.try_send(News {
            node,
            guide_id,
            what,
        }); // the next beat makes up for it
    }
}

impl Seat {
    /// Returns the guide.
    #[must_use]
    pub fn guide_id(&self) -> GuideId {
        self.guide_id
    }

    /// Returns the time between beats.
    #[must_use]
    pub fn pulse(&self) -> Duration {
        self.presence.0.beat
    }

    /// Returns a receiver that turns true when the program is stopping.
    #[must_use]
    pub fn leaving(&self) -> watch::Receiver<bool> {
        self.presence.0.leaving.subscribe()
    }

    /// Records that the tab of `name` is still open.
    pub fn beat(&self, name: &str) {
        let (guide_id, tab) = (self.guide_id, self.tab);
        let is_editing = lock(&self.presence.0.open).is_editing(guide_id, tab, Instant::now());
        let what = What::Here {
            tab,
            user_id: self.user_id,
            name: name.to_owned(),
            is_editing,
        };
        self.presence.happened(guide_id, what);
    }

    /// Waits until somebody comes, goes, begins to write, or saves a revision.
    pub async fn changed(&mut self) {
        loop {
            match self.changed.recv().await {
                Ok(guide_id) if guide_id != self.guide_id => {}
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Returns everybody else in the guide.
    #[must_use]
    pub fn others(&self) -> Vec<OtherPerson> {
        lock(&self.presence.0.open).others(self.guide_id, self.user_id, Instant::now())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = lock(&self.presence.0.seats);
        if let Some(taken) = seats.get_mut(&self.user_id) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.user_id);
            }
        }
        drop(seats);
        self.presence
            .happened(self.guide_id, What::Gone { tab: self.tab });
    }
}

/// Locks the value. A panic leaves nothing half done here, so a poisoned lock is still good.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns an identifier for a node or a tab. It opens nothing.
fn new_id() -> Uuid {
    Uuid::from_u128(rand::random())
}
