use std::time::Duration;

/// The times at which a periodic job runs.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    pub(crate) every: Duration,
    pub(crate) at_start: bool,
    pub(crate) at_stop: bool,
}

impl Period {
    /// Returns a period with a pause of `every` before each run.
    #[must_use]
    pub const fn every(every: Duration) -> Self {
        Self {
            every,
            at_start: false,
            at_stop: false,
        }
    }

    /// Adds a run when the job starts.
    #[must_use]
    pub const fn and_at_start(self) -> Self {
        Self {
            at_start: true,
            ..self
        }
    }

    /// Adds a run when the node stops.
    #[must_use]
    pub const fn and_at_stop(self) -> Self {
        Self {
            at_stop: true,
            ..self
        }
    }
}
