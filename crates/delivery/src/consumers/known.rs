use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use annai_domain::ApiKeyId;
use annai_storage::delivery::LivingKey;
use annai_storage::keys::KeyScope;
use annai_web::KeyLimit;

/// How long what the database said of a key holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetimes {
    /// From then on it is asked again, beside the request.
    pub(super) fresh: Duration,
    /// From then on no request is answered before it was asked again: how long a revoked key may
    /// still open, and a new one that was tried too early does not.
    pub(super) valid: Duration,
    /// How long a key that was good goes on being accepted while the database is away.
    pub(super) away: Duration,
    /// Pause between two looks whether the database is back.
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

/// What was said of one hash.
#[derive(Debug)]
pub(super) struct Entry {
    /// `None`: no living key has this hash.
    pub(super) key: Option<Arc<KnownKey>>,
    /// When the key ends by itself.
    ends: Option<Instant>,
    /// When the question was put.
    asked: Instant,
    asking: AtomicBool,
}

/// What can be made of an [`Entry`] at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It holds.
    Fresh,
    /// It holds, and is to be asked again.
    Ageing,
    /// It holds only if the database is away.
    Doubtful,
    /// It says nothing any more.
    Past,
}

/// A key that was good when it was last asked about.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(super) api_key_id: ApiKeyId,
    pub(super) scope: KeyScope,
    pub(super) limit: Option<KeyLimit>,
    /// Milliseconds from the node's start to the last use that was not taken yet, and one.
    used: AtomicU64,
}

impl Entry {
    /// What the database said to the question put at `asked`. `before` is what was known.
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

    /// Whether the caller is the one who asks again; everybody else relies on them.
    pub(super) fn claim(&self) -> bool {
        !self.asking.swap(true, Ordering::Relaxed)
    }

    /// Lets somebody else try.
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

    /// The last use that was not taken yet, since the node's start.
    pub(super) fn take_use(&self) -> Option<Duration> {
        let used = self.used.swap(0, Ordering::Relaxed);
        used.checked_sub(1).map(Duration::from_millis)
    }
}
