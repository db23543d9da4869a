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

/// The period of a quota, in seconds.
const WINDOW: u32 = 60;

/// The number of counters that all networks share: half a mebibyte.
const COUNTERS: usize = 1 << 16;

type Moment = <DefaultClock as governor::clock::Clock>::Instant;
type Limiter<K, S> = RateLimiter<K, S, DefaultClock, StateInformationMiddleware>;

/// A rate limit for one API key.
#[derive(Debug)]
pub struct KeyLimit {
    policy: Policy,
    limiter: Limiter<NotKeyed, InMemoryState>,
}

/// A rate limit for each network.
///
/// A network is one of 65,536 counters, chosen by a hash that clients cannot compute. So memory is
/// fixed for any number of addresses in a flood, and there is nothing to lock or sweep. Two
/// networks that share a counter share its quota: among a thousand busy networks, about fifteen do.
#[derive(Debug)]
pub struct NetworkLimit {
    policy: Policy,
    hasher: RandomState,
    limiter: Limiter<usize, Counters>,
}

struct Counters(Box<[InMemoryState]>);

/// A quota and its header value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Policy {
    by: LimitedBy,
    per_minute: NonZeroU32,
    header_value: HeaderValue,
}

/// The rest of a quota after an admitted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    of: Policy,
    remaining: u32,
}

/// The refusal of a request beyond its quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceeded {
    of: Policy,
    wait: Duration,
}

impl KeyLimit {
    /// Creates a limit of `per_minute` requests a minute; all may come at once.
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
    /// Returns [`Exceeded`] when the quota is used up.
    pub fn admit(&self) -> Result<Allowance, Exceeded> {
        outcome(&self.policy, self.limiter.check())
    }
}

impl NetworkLimit {
    /// Creates a limit of `per_minute` requests a minute; all may come at once.
    #[must_use]
    pub fn new(per_minute: NonZeroU32) -> Self {
        let counters = Counters((0..COUNTERS).map(|_| InMemoryState::default()).collect());
        Self {
            policy: Policy::new(LimitedBy::Address, per_minute),
            hasher: RandomState::new(),
            limiter: RateLimiter::new(
                Quota::per_minute(per_minute),
                counters,
                DefaultClock::default(),
            ),
        }
    }

    /// Counts one request from `client`.
    ///
    /// # Errors
    ///
    /// Returns [`Exceeded`] when the quota is used up.
    pub fn admit(&self, client: ClientAddress) -> Result<Allowance, Exceeded> {
        let decision = self.limiter.check_key(&self.counter(client.network()));
        outcome(&self.policy, decision)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the remainder is below COUNTERS"
    )]
    fn counter(&self, network: IpAddr) -> usize {
        (self.hasher.hash_one(network) % COUNTERS as u64) as usize
    }
}

impl StateStore for Counters {
    type Key = usize;

    fn measure_and_replace<T, F, E>(&self, counter: &usize, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0[*counter].measure_and_replace(&NotKeyed::NonKey, decide)
    }
}

impl std::fmt::Debug for Counters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Counters({})", self.0.len())
    }
}

fn outcome(
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

    /// Returns the two header fields of draft-ietf-httpapi-ratelimit-headers-10.
    fn fields(&self, remaining: u32, seconds: u64) -> [(HeaderName, HeaderValue); 2] {
        let left = format!("\"{}\";r={remaining};t={seconds}", self.by.as_str());
        [
            (POLICY, self.header_value.clone()),
            (RATE_LIMIT, ascii(left)),
        ]
    }
}

/// Returns `text`, which consists of printable ASCII, as a header value.
fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

impl Allowance {
    /// Adds the rate limit fields to the response.
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
    /// Returns the seconds until the next request can succeed, rounded up.
    fn seconds(&self) -> u64 {
        self.wait.as_secs() + 1
    }

    /// Counts the refusal and adds `Retry-After` and the rate limit fields.
    ///
    /// For HTML error pages; [`Problem`] does the same for programs.
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
                "{whose} may send {} requests a minute",
                exceeded.of.per_minute
            ))
            .with_retry_after(Duration::from_secs(seconds));
        let fields = exceeded.of.fields(0, seconds).into_iter();
        fields.fold(problem, |problem, (name, value)| {
            problem.with_header(name, value)
        })
    }
}
