//! Webhook deliveries: the sending of one event to one endpoint, as a queue and as a log.
//!
//! Every function returns [`StorageError::Unavailable`](crate::StorageError::Unavailable) while the
//! database is away and [`StorageError::Database`](crate::StorageError::Database) when a statement
//! fails.

use annai_domain::closed_set;

mod gather;
mod log;
mod queue;

pub use log::{DeliveryRecord, DeliveryState, LogPage, list, redeliver};
pub use queue::{After, Attempt, ClaimedDelivery, claim, record_attempt};

closed_set! {
    /// The result of an attempt.
    pub enum DeliveryResult: "a result" {
        /// The receiver responded with a 2xx.
        Accepted = "accepted",
        /// The receiver responded with another status.
        Refused = "refused",
        /// The receiver responded with a 3xx; redirects are not followed.
        Redirected = "redirected",
        /// The receiver responded with 410: it wants no more events.
        Gone = "gone",
        /// The receiver took too long.
        TimedOut = "timed_out",
        /// The connection failed, broke off, or was not safe.
        Unreachable = "unreachable",
        /// The host name could not be resolved.
        NotFound = "not_found",
        /// The URL leads to an address that messages may not go to.
        NotAllowed = "not_allowed",
    }
}
