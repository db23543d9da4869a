use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::watch;

/// The pause between two looks at what the start waits for, such as a database that is away.
pub(super) const RETRY: Duration = Duration::from_secs(2);

/// The state that `/readyz` reports. Reading it touches no database; jobs and the start write it.
#[derive(Debug, Clone)]
pub(crate) struct Readiness {
    state: Arc<watch::Sender<State>>,
    has_site: Arc<AtomicBool>,
}

/// The usable part of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The server starts and serves no request yet.
    Starting(&'static str),
    /// Everything works.
    Ready,
    /// Consumers are served from memory; editors have to wait. It heals by itself.
    Degraded(&'static str),
    /// Everything works, but this node serves a ref that the ledger lost. A person has to decide.
    Ahead,
    /// The server cannot serve requests now. It heals by itself.
    Failing(&'static str),
    /// The server is about to end.
    Stopping,
}

impl Readiness {
    pub(crate) fn new() -> Self {
        Self {
            state: Arc::new(watch::Sender::new(State::Starting("starting"))),
            has_site: Arc::default(),
        }
    }

    /// Notes that consumers can be served from memory, with or without a database.
    pub(crate) fn site_is_loaded(&self) {
        self.has_site.store(true, Ordering::Relaxed);
    }

    /// Changes the state; a server that stops stays stopping.
    pub(crate) fn set(&self, state: State) {
        self.state.send_if_modified(|current| {
            let changes = *current != state && *current != State::Stopping;
            if changes {
                *current = state;
            }
            changes
        });
    }

    pub(crate) fn get(&self) -> State {
        match *self.state.borrow() {
            State::Starting(reason) | State::Failing(reason)
                if self.has_site.load(Ordering::Relaxed) =>
            {
                State::Degraded(reason)
            }
            state => state,
        }
    }
}

/// The half of the server that a load balancer asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Face {
    /// The delivery API, the feeds and the sitemap.
    Delivery,
    /// The pages and the API of editors, and previews.
    Editors,
}

impl State {
    /// Returns whether a load balancer should send requests for `face` here.
    pub(crate) fn serves(self, face: Face) -> bool {
        match (self, face) {
            (Self::Ready | Self::Ahead, _) | (Self::Degraded(_), Face::Delivery) => true,
            (Self::Degraded(_), Face::Editors)
            | (Self::Starting(_) | Self::Failing(_) | Self::Stopping, _) => false,
        }
    }

    /// Returns the status and the reason of the JSON response.
    pub(crate) fn describe(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Starting(reason) => ("starting", Some(reason)),
            Self::Ready => ("ready", None),
            Self::Degraded(reason) => ("degraded", Some(reason)),
            Self::Ahead => ("degraded", Some("ahead_of_database")),
            Self::Failing(reason) => ("failing", Some(reason)),
            Self::Stopping => ("stopping", None),
        }
    }
}
