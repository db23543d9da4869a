//! Webhook deliveries: the sending of one event to one endpoint, as a queue and as a log.

use annai_domain::closed_set;

mod log;
mod queue;

pub use log::{DeliveryRecord, DeliveryState, LogPage, list, redeliver};
pub use queue::{After, Attempt, ClaimedDelivery, claim, record_attempt};

closed_set! {
    /// How an attempt ended.
    pub enum DeliveryResult: "a result" {
        /// With a 2xx.
        Accepted = "accepted",
        /// With another status.
        Refused = "refused",
        /// With a 3xx: redirects are not followed.
        Redirected = "redirected",
        /// With 410: the receiver wants no more.
        Gone = "gone",
        /// The receiver took too long.
        TimedOut = "timed_out",
        /// There was no connection, or none that is safe, or it broke off.
        Unreachable = "unreachable",
        /// The host's name leads nowhere.
        NotFound = "not_found",
        /// The URL leads to an address that messages may not go to.
        NotAllowed = "not_allowed",
    }
}
