//! Consumers: their keys and their quotas.

mod away;
mod caller;
mod keys;
mod known;
mod permits;
mod recognise;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use annai_domain::ApiKeyId;
use annai_storage::DeliveryDb;
use annai_web::NetworkLimit;

pub(crate) use caller::Caller;
use keys::Keys;
pub(crate) use recognise::admit;

/// The quotas in requests a minute, which may all come at once. `None` means unlimited.
#[derive(Debug, Clone, Copy, Default)]
pub struct RateLimits {
    /// For one key.
    pub per_key: Option<NonZeroU32>,
    /// For one network without a recognised key: an IPv4 address, or the /64 of an IPv6 address.
    pub per_address: Option<NonZeroU32>,
}

/// The consumers that this node remembers. Clones share their memory.
#[derive(Debug, Clone)]
pub struct Consumers {
    keys: Keys,
    networks: Option<Arc<NetworkLimit>>,
}

impl Consumers {
    /// Creates an empty memory that looks keys up in `db`.
    #[must_use]
    pub fn new(db: DeliveryDb, limits: RateLimits) -> Self {
        Self {
            keys: Keys::new(db, limits.per_key),
            networks: limits
                .per_address
                .map(|limit| Arc::new(NetworkLimit::new(limit))),
        }
    }

    /// Takes the keys used since the last call, with the times of use. Delivery cannot write, so the
    /// caller stores them.
    #[must_use]
    pub fn take_uses(&self) -> Vec<(ApiKeyId, Instant)> {
        self.keys.take_uses()
    }
}
