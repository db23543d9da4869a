//! Who else has a guide open. Shown, never in anybody's way: nothing waits for it and nothing is
//! refused because of it.

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

/// How often a tab gives a sign of life, and is asked whether it may still look.
const BEAT: Duration = Duration::from_secs(10);
/// Pause between two tries to hear what other nodes tell.
const PAUSE: Duration = Duration::from_secs(5);
/// The most tabs of one person that are told who is there. Browsers that speak HTTP/1.1 have six
/// connections for everything.
const TABS_OF_A_PERSON: usize = 4;
/// The most tabs on one node.
const TABS: usize = 500;
/// News that wait to be told. What does not fit is made good by the next sign of life.
const UNTOLD: usize = 256;

/// Who has which guide open: on this node, and on the others as they tell it through Postgres.
/// Kept in memory only; whoever gives no sign of life for 30 seconds is gone.
#[derive(Debug, Clone)]
pub struct Presence(Arc<SharedPresence>);

#[derive(Debug)]
struct SharedPresence {
    database: Database,
    node: Uuid,
    beat: Duration,
    open: Mutex<OpenGuides>,
    /// The tabs that this node tells who is there, by person.
    seats: Mutex<HashMap<UserId, usize>>,
    changed: broadcast::Sender<GuideId>,
    untold: mpsc::Sender<News>,
    /// Held by the one that follows.
    telling: tokio::sync::Mutex<mpsc::Receiver<News>>,
    leaving: watch::Sender<bool>,
}

/// A tab in which somebody has a guide open. When it is dropped they have closed it.
#[derive(Debug)]
pub struct Seat {
    presence: Presence,
    guide_id: GuideId,
    user_id: UserId,
    tab: Uuid,
    changed: broadcast::Receiver<GuideId>,
}

/// Tells the streams that nobody follows any more: the program is about to end.
struct Leaving<'a>(&'a SharedPresence);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.leaving.send_replace(true);
    }
}

impl Presence {
    /// Nobody has anything open yet.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self::with_beat(database, BEAT)
    }

    /// As [`new`](Self::new), with another pulse than the usual 10 seconds.
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

    /// Tells the other nodes who has what open here, and hears it of them, for ever. Without it, or
    /// while the database is away, each node knows of its own people only.
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
            let told = match serde_json::to_string(&news) {
                Ok(text) => self.0.database.reader().tell_presence(&text).await,
                Err(_) => continue, // ids and names are always JSON
            };
            if let Err(error) = told {
                tracing::debug!(%error, "other nodes were not told who has a guide open");
            }
        }
    }

    async fn listen(&self) {
        loop {
            if let Err(error) = self.hear().await {
                tracing::debug!(%error, "who has a guide open on other nodes is not heard");
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
                // A node of another version may speak otherwise.
                Err(error) => tracing::debug!(%error, "unintelligible news of who is there"),
            }
        }
    }

    /// Text that `user_id` wrote in a guide was kept.
    pub fn typed(&self, guide_id: GuideId, user_id: UserId) {
        if lock(&self.0.open).is_news_of_typing(guide_id, user_id, Instant::now()) {
            self.happened(guide_id, What::Typed { user_id });
        }
    }

    /// Takes a seat for a tab; `None` when they or the node have too many.
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
            let _ = self.0.changed.send(guide_id); // nobody may be there to hear it
        }
    }

    fn happened(&self, guide_id: GuideId, what: What) {
        self.note(guide_id, what.clone());
        let node = self.0.node;
        let _ = self.0.untold.try_send(News {
            node,
            guide_id,
            what,
        }); // the next sign of life makes it good
    }
}

impl Seat {
    /// The guide.
    #[must_use]
    pub fn guide_id(&self) -> GuideId {
        self.guide_id
    }

    /// How often the tab gives a sign of life.
    #[must_use]
    pub fn pulse(&self) -> Duration {
        self.presence.0.beat
    }

    /// Turns true when the program is about to end.
    #[must_use]
    pub fn leaving(&self) -> watch::Receiver<bool> {
        self.presence.0.leaving.subscribe()
    }

    /// A sign of life of somebody who is called `name`.
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

    /// Returns when somebody came, went, or began to write.
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

/// Nothing here is left half done by a panic.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A name for a node or a tab; it opens nothing.
fn new_id() -> Uuid {
    Uuid::from_u128(rand::random())
}
