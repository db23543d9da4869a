use jiff::Timestamp;

/// Where a command takes the time from, so that a test can hold it still.
#[derive(Debug, Clone, Copy, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Always the same instant.
    Fixed(Timestamp),
}

impl Clock {
    /// The present instant, cut to microseconds: what Postgres can hold.
    #[must_use]
    pub fn now(self) -> Timestamp {
        let now = match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the clock"
            )]
            Self::System => Timestamp::now(),
            Self::Fixed(at) => at,
        };
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}
