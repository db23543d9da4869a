use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// What `/readyz` answers. Asking touches no database: whoever learns something says so here.
#[derive(Debug, Clone)]
pub(crate) struct Readiness {
    state: Arc<watch::Sender<State>>,
    has_site: Arc<AtomicBool>,
}

/// Whether requests make sense now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not yet.
    Starting(&'static str),
    /// Yes.
    Ready,
    /// Consumers are answered from memory; editors have to wait. It heals by itself.
    Degraded(&'static str),
    /// Not just now; it heals by itself.
    Failing(&'static str),
    /// Not any more.
    Stopping,
}

impl Readiness {
    pub(crate) fn new() -> Self {
        Self {
            state: Arc::new(watch::Sender::new(State::Starting("starting"))),
            has_site: Arc::default(),
        }
    }

    /// From now on consumers are answered from memory, whatever becomes of the database.
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

impl State {
    /// Whether a load balancer should send requests here.
    pub(crate) fn is_of_use(self) -> bool {
        match self {
            Self::Ready | Self::Degraded(_) => true,
            Self::Starting(_) | Self::Failing(_) | Self::Stopping => false,
        }
    }

    /// The word and the reason in the JSON answer.
    pub(crate) fn describe(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Starting(reason) => ("starting", Some(reason)),
            Self::Ready => ("ready", None),
            Self::Degraded(reason) => ("degraded", Some(reason)),
            Self::Failing(reason) => ("failing", Some(reason)),
            Self::Stopping => ("stopping", None),
        }
    }
}
