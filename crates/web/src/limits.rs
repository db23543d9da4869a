use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{NotUntil, Quota, RateLimiter};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::metrics::{LimitedBy, rate_limited};
use crate::{ClientAddress, Problem, ProblemKind};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// A quota is for so many seconds.
const WINDOW: u32 = 60;

/// How many counters all networks share: half a mebibyte.
const SLOTS: usize = 1 << 16;

type Moment = <DefaultClock as governor::clock::Clock>::Instant;
type Limiter<K, S> = RateLimiter<K, S, DefaultClock, StateInformationMiddleware>;

/// How often one key may ask.
#[derive(Debug)]
pub struct KeyLimit {
    policy: Policy,
    limiter: Limiter<NotKeyed, InMemoryState>,
}

/// How often one network may ask.
///
/// A network is one of 65,536 counters, chosen by a hash that nobody outside can compute. So
/// memory is fixed however many addresses a flood has, and nothing has to be locked or swept.
/// Two networks that share a counter share its quota: among a thousand busy ones, fifteen do.
#[derive(Debug)]
pub struct NetworkLimit {
    policy: Policy,
    hasher: RandomState,
    limiter: Limiter<usize, Slots>,
}

struct Slots(Box<[InMemoryState]>);

/// A quota, and how it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Policy {
    by: LimitedBy,
    per_minute: NonZeroU32,
    header_value: HeaderValue,
}

/// What is left of a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    of: Policy,
    remaining: u32,
}

/// Nothing is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceeded {
    of: Policy,
    wait: Duration,
}

impl KeyLimit {
    /// That many requests a minute, all of which may come at once.
    #[must_use]
    pub fn new(per_minute: NonZeroU32) -> Self {
        let limiter = RateLimiter::direct(Quota::per_minute(per_minute));
        Self {
            policy: Policy::new(LimitedBy::Key, per_minute),
            limiter: limiter.with_middleware(),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    ///
    /// [`Exceeded`] when nothing is left of the quota.
    pub fn admit(&self) -> Result<Allowance, Exceeded> {
        verdict(&self.policy, self.limiter.check())
    }
}

impl NetworkLimit {
    /// That many requests a minute, all of which may come at once.
    #[must_use]
    pub fn new(per_minute: NonZeroU32) -> Self {
        let slots = Slots((0..SLOTS).map(|_| InMemoryState::default()).collect());
        Self {
            policy: Policy::new(LimitedBy::Address, per_minute),
            hasher: RandomState::new(),
            limiter: RateLimiter::new(
                Quota::per_minute(per_minute),
                slots,
                DefaultClock::default(),
            ),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    ///
    /// [`Exceeded`] when nothing is left of the quota.
    pub fn admit(&self, client: ClientAddress) -> Result<Allowance, Exceeded> {
        let decision = self.limiter.check_key(&self.slot(client.network()));
        verdict(&self.policy, decision)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the remainder is below SLOTS"
    )]
    fn slot(&self, network: IpAddr) -> usize {
        (self.hasher.hash_one(network) % SLOTS as u64) as usize
    }
}

impl StateStore for Slots {
    type Key = usize;

    fn measure_and_replace<T, F, E>(&self, slot: &usize, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0[*slot].measure_and_replace(&NotKeyed::NonKey, decide)
    }
}

impl std::fmt::Debug for Slots {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Slots({})", self.0.len())
    }
}

fn verdict(
    of: &Policy,
    decision: Result<StateSnapshot, NotUntil<Moment>>,
) -> Result<Allowance, Exceeded> {
    let of = of.clone();
    match decision {
        Ok(state) => Ok(Allowance {
            of,
            remaining: state.remaining_burst_capacity(),
        }),
        Err(until) => Err(Exceeded {
            of,
            wait: until.wait_time_from(DefaultClock::default().now()),
        }),
    }
}

impl Policy {
    fn new(by: LimitedBy, per_minute: NonZeroU32) -> Self {
        let header_value = ascii(format!("\"{}\";q={per_minute};w={WINDOW}", by.as_str()));
        Self {
            by,
            per_minute,
            header_value,
        }
    }

    /// The two fields of draft-ietf-httpapi-ratelimit-headers-10.
    fn fields(&self, remaining: u32, seconds: u64) -> [(HeaderName, HeaderValue); 2] {
        let left = format!("\"{}\";r={remaining};t={seconds}", self.by.as_str());
        [
            (POLICY, self.header_value.clone()),
            (RATE_LIMIT, ascii(left)),
        ]
    }
}

/// A value of digits and letters.
fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

impl Allowance {
    /// Tells the consumer.
    pub fn put(self, headers: &mut HeaderMap) {
        let per_minute = self.of.per_minute.get();
        let used = u64::from(per_minute.saturating_sub(self.remaining));
        let whole = (used * u64::from(WINDOW)).div_ceil(u64::from(per_minute));
        for (name, value) in self.of.fields(self.remaining, whole) {
            headers.insert(name, value);
        }
    }
}

impl Exceeded {
    /// In how many whole seconds asking again makes sense.
    fn seconds(&self) -> u64 {
        self.wait.as_secs() + 1
    }

    /// Counts the refusal, and tells a browser with a page of its own what [`Problem`] tells
    /// programs.
    pub fn put(&self, headers: &mut HeaderMap) {
        rate_limited(self.of.by);
        let seconds = self.seconds();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        headers.extend(self.of.fields(0, seconds));
    }
}

impl From<Exceeded> for Problem {
    fn from(exceeded: Exceeded) -> Self {
        rate_limited(exceeded.of.by);
        let seconds = exceeded.seconds();
        let whose = match exceeded.of.by {
            LimitedBy::Key => "this key",
            LimitedBy::Address => "this address without a key",
        };
        let problem = Self::new(ProblemKind::RateLimited)
            .with_detail(format!(
                "{whose} may ask {} times a minute",
                exceeded.of.per_minute
            ))
            .with_retry_after(Duration::from_secs(seconds));
        let fields = exceeded.of.fields(0, seconds).into_iter();
        fields.fold(problem, |problem, (name, value)| {
            problem.with_header(name, value)
        })
    }
}
