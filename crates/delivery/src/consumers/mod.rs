//! Who reads, with which key, and how often.

mod away;
mod keys;
mod known;
mod recognise;
#[cfg(test)]
mod tests;
mod turns;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use annai_domain::ApiKeyId;
use annai_storage::DeliveryDb;
use annai_web::NetworkLimit;

use keys::Keys;
pub(crate) use recognise::admit;

/// How many requests a minute, all of which may come at once; `None`: any number.
#[derive(Debug, Clone, Copy, Default)]
pub struct RateLimits {
    /// With one key.
    pub per_key: Option<NonZeroU32>,
    /// Without a recognised key, from one network: an IPv4 address or the /64 of an IPv6 one.
    pub per_address: Option<NonZeroU32>,
}

/// The consumers of this node, as far as it remembers them. Clones share what they know.
#[derive(Debug, Clone)]
pub struct Consumers {
    keys: Keys,
    networks: Option<Arc<NetworkLimit>>,
}

impl Consumers {
    /// Nobody is known yet; keys are looked up in `db`.
    #[must_use]
    pub fn new(db: DeliveryDb, limits: RateLimits) -> Self {
        Self {
            keys: Keys::new(db, limits.per_key),
            networks: limits
                .per_address
                .map(|limit| Arc::new(NetworkLimit::new(limit))),
        }
    }

    /// The keys that were used since this was last asked, and when. Delivery cannot write: the
    /// caller notes them.
    #[must_use]
    pub fn take_uses(&self) -> Vec<(ApiKeyId, Instant)> {
        self.keys.take_uses()
    }
}
