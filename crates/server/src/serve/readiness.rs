use std::sync::Arc;

use tokio::sync::watch;

/// What `/readyz` answers. Asking touches no database: whoever learns something says so here.
#[derive(Debug, Clone)]
pub(crate) struct Readiness(Arc<watch::Sender<State>>);

/// Whether requests make sense now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not yet.
    Starting(&'static str),
    /// Yes.
    Ready,
    /// Consumers are answered from memory; editors have to wait. It heals by itself.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "set by whoever holds what delivery serves")
    )]
    Degraded(&'static str),
    /// Not just now; it heals by itself.
    Failing(&'static str),
    /// Not any more.
    Stopping,
}

impl Readiness {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(State::Starting("starting"))))
    }

    /// Changes the state; a server that stops stays stopping.
    pub(crate) fn set(&self, state: State) {
        self.0.send_if_modified(|current| {
            let changes = *current != state && *current != State::Stopping;
            if changes {
                *current = state;
            }
            changes
        });
    }

    pub(crate) fn get(&self) -> State {
        *self.0.borrow()
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
