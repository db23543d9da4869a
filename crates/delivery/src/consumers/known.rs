use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use annai_domain::ApiKeyId;
use annai_storage::delivery::LivingKey;
use annai_storage::keys::KeyScope;
use annai_web::KeyLimit;

/// The times for which a lookup of a key holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetimes {
    /// Afterwards it is looked up again in the background.
    pub(super) fresh: Duration,
    /// Afterwards a request waits for the lookup. A revoked key stays valid until then, and a key that
    /// was tried before its creation stays invalid.
    pub(super) valid: Duration,
    /// The time that a valid key stays valid while the database is away.
    pub(super) away: Duration,
    /// The pause between two attempts to reach the database.
    pub(super) retry: Duration,
}

impl Lifetimes {
    pub(super) const STANDARD: Self = Self {
        fresh: Duration::from_secs(5),
        valid: Duration::from_secs(10),
        away: Duration::from_hours(1),
        retry: Duration::from_secs(5),
    };
}

/// The result of looking one hash up.
#[derive(Debug)]
pub(super) struct Entry {
    /// `None`: no living key has this hash.
    pub(super) key: Option<Arc<KnownKey>>,
    /// The end of the key's time.
    ends: Option<Instant>,
    /// The time of the query.
    asked: Instant,
    asking: AtomicBool,
}

/// The standing of an [`Entry`] at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is valid.
    Fresh,
    /// It is valid, but due to be looked up again.
    Ageing,
    /// It is valid only while the database is away.
    Doubtful,
    /// It is no longer valid.
    Past,
}

/// A key that was valid when it was last looked up.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(super) api_key_id: ApiKeyId,
    pub(super) scope: KeyScope,
    pub(super) limit: Option<KeyLimit>,
    /// The last use that was not taken yet: milliseconds since the node's start, plus one. 0 is none.
    used: AtomicU64,
}

impl Entry {
    /// Creates the entry for the answer to a query at `asked`. `before` is the previous entry.
    pub(super) fn new(
        found: Option<LivingKey>,
        asked: Instant,
        before: Option<&Self>,
        limit: Option<NonZeroU32>,
    ) -> Self {
        let known = before.and_then(|before| before.key.clone());
        Self {
            key: found.map(|found| known.unwrap_or_else(|| Arc::new(KnownKey::new(found, limit)))),
            ends: found.and_then(|found| asked.checked_add(found.remaining?)),
            asked,
            asking: AtomicBool::new(false),
        }
    }

    pub(super) fn standing(&self, now: Instant, lifetimes: Lifetimes) -> Standing {
        let age = now.saturating_duration_since(self.asked);
        if self.ends.is_some_and(|ends| now >= ends) {
            Standing::Past
        } else if age < lifetimes.fresh {
            Standing::Fresh
        } else if age < lifetimes.valid {
            Standing::Ageing
        } else if self.key.is_some() && age < lifetimes.away {
            Standing::Doubtful
        } else {
            Standing::Past
        }
    }

    /// Returns the same entry, looked up earlier by `time`.
    #[cfg(test)]
    pub(super) fn older(&self, time: Duration) -> Self {
        Self {
            key: self.key.clone(),
            ends: self.ends.map(|ends| ends.checked_sub(time).unwrap()),
            asked: self.asked.checked_sub(time).unwrap(),
            asking: AtomicBool::new(self.asking.load(Ordering::Relaxed)),
        }
    }

    /// Claims the next lookup. Returns whether the caller is the one to do it.
    pub(super) fn claim(&self) -> bool {
        !self.asking.swap(true, Ordering::Relaxed)
    }

    /// Releases the claim.
    pub(super) fn release(&self) {
        self.asking.store(false, Ordering::Relaxed);
    }
}

impl KnownKey {
    fn new(found: LivingKey, limit: Option<NonZeroU32>) -> Self {
        Self {
            api_key_id: found.api_key_id,
            scope: found.scope,
            limit: limit.map(KeyLimit::new),
            used: AtomicU64::new(0),
        }
    }

    /// Notes a use `since_start` of the node.
    pub(super) fn note_use(&self, since_start: Duration) {
        let millis = u64::try_from(since_start.as_millis()).unwrap_or(u64::MAX - 1);
        self.used.store(millis + 1, Ordering::Relaxed);
    }

    /// Takes the last use, counted from the node's start.
    pub(super) fn take_use(&self) -> Option<Duration> {
        let used = self.used.swap(0, Ordering::Relaxed);
        used.checked_sub(1).map(Duration::from_millis)
    }
}
