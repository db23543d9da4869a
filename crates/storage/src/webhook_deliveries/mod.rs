//! Webhook deliveries: the sending of one event to one endpoint, as a queue and as a log.

mod log;
mod queue;

pub use log::{DeliveryRecord, DeliveryState, LogPage, list, redeliver};
pub use queue::{After, Attempt, ClaimedDelivery, claim, record_attempt};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryResult {
    /// With a 2xx.
    Accepted,
    /// With another status.
    Refused,
    /// With a 3xx: redirects are not followed.
    Redirected,
    /// With 410: the receiver wants no more.
    Gone,
    /// The receiver took too long.
    TimedOut,
    /// There was no connection, or none that is safe, or it broke off.
    Unreachable,
    /// The host's name leads nowhere.
    NotFound,
    /// The URL leads to an address that messages may not go to.
    NotAllowed,
}

impl DeliveryResult {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::Refused,
        Self::Redirected,
        Self::Gone,
        Self::TimedOut,
        Self::Unreachable,
        Self::NotFound,
        Self::NotAllowed,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Redirected => "redirected",
            Self::Gone => "gone",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::NotFound => "not_found",
            Self::NotAllowed => "not_allowed",
        }
    }
}

impl std::str::FromStr for DeliveryResult {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|result| result.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a result"))
    }
}
