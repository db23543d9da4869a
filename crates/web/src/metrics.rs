//! The metrics of requests and of the database, and the functions that record them.
//!
//! `annai-jobs` has the metrics of jobs, and `docs/operations.md` explains each. Without an installed
//! recorder, recording does nothing.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use annai_domain::Ref;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::StatusCode;
use metrics::{
    Counter, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};

#[cfg(test)]
mod tests;

/// Responses, by `face`, `route` and `class`.
pub(crate) const REQUESTS: &str = "annai_http_requests_total";
/// Seconds until a response begins, by `face` and `route`.
pub const REQUEST_DURATION: &str = "annai_http_request_duration_seconds";
/// Requests refused by a rate limit, `by` key or address.
pub(crate) const RATE_LIMITED: &str = "annai_rate_limited_requests_total";
/// Connections to Postgres, by `pool` and `state`.
pub(crate) const DATABASE_CONNECTIONS: &str = "annai_database_connections";
/// Failures of the database to respond, by the part that noticed: `seen_by`.
pub(crate) const DATABASE_AWAY: &str = "annai_database_away_total";
/// Always 1; its labels are the program's `version` and the hash of its content `schema`.
pub(crate) const NODE_INFO: &str = "annai_node_info";
/// The ref that this node's delivery answers from.
pub(crate) const REF_SERVED: &str = "annai_delivery_ref_served";
/// The newest ref that this node knows of.
pub(crate) const REF_NEWEST: &str = "annai_delivery_ref_newest";

/// The bounds of [`REQUEST_DURATION`]'s buckets, in seconds.
///
/// They reach from a response out of memory to the longest time a request may take.
pub const DURATION_BUCKETS: [f64; 14] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0,
];

/// The part of the program that noticed an outage of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// A delivery request.
    Delivery,
    /// A request of an editor, or of a reader of a preview.
    Editors,
    /// The server's regular check.
    Heartbeat,
    /// A job, or the follower of the ledger.
    Background,
}

impl Witness {
    /// Returns the name in metrics and in the log.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Editors => "editors",
            Self::Heartbeat => "heartbeat",
            Self::Background => "background",
        }
    }
}

/// The kind of rate limit that refused a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitedBy {
    /// The limit of an API key.
    Key,
    /// The limit of a network.
    Address,
}

impl LimitedBy {
    /// Returns the name used in metrics and header fields.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Address => "address",
        }
    }
}

/// Registers a description of each metric with the recorder.
pub fn describe() {
    describe_counter!(REQUESTS, "Answers by face, route pattern and status class");
    describe_histogram!(
        REQUEST_DURATION,
        Unit::Seconds,
        "Time until an answer begins"
    );
    describe_counter!(RATE_LIMITED, "Requests refused for asking too often");
    describe_gauge!(DATABASE_CONNECTIONS, "Connections to Postgres");
    describe_counter!(DATABASE_AWAY, "Times that the database did not answer");
    describe_gauge!(
        NODE_INFO,
        "The version of the program and its content schema"
    );
    describe_gauge!(REF_SERVED, "The ref that delivery answers from");
    describe_gauge!(REF_NEWEST, "The newest ref this node has heard of");
}

/// Counts a request refused by a rate limit.
pub(crate) fn rate_limited(by: LimitedBy) {
    counter!(RATE_LIMITED, "by" => by.as_str()).increment(1);
}

/// Counts a failure of the database to respond.
pub(crate) fn database_away(seen_by: Witness) {
    counter!(DATABASE_AWAY, "seen_by" => seen_by.as_str()).increment(1);
}

/// Records how many connections a pool has open, and how many are idle.
pub fn connections(pool: &'static str, open: u32, idle: u32) {
    let used = open.saturating_sub(idle);
    gauge!(DATABASE_CONNECTIONS, "pool" => pool, "state" => "used").set(used);
    gauge!(DATABASE_CONNECTIONS, "pool" => pool, "state" => "idle").set(idle);
}

/// Records the version of this program and the hash of its content schema.
pub fn node_info(version: &'static str, schema: String) {
    gauge!(NODE_INFO, "version" => version, "schema" => schema).set(1);
}

/// Records the ref that delivery answers from.
pub fn ref_served(at: Ref) {
    gauge!(REF_SERVED).set(number(at));
}

/// Records the newest ref that this node knows of.
pub fn ref_newest(at: Ref) {
    gauge!(REF_NEWEST).set(number(at));
}

/// A meter that counts and times responses.
///
/// Each response costs one table lookup and two atomic additions, so it is used only where metrics
/// are exported. Clones share the table.
#[derive(Debug, Clone, Default)]
pub struct Meter(Routes);

impl Meter {
    /// Measures every response of `router`.
    pub fn around(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), measured))
    }

    /// Begins to time a response on the route `pattern`.
    #[must_use]
    pub fn begin(&self, pattern: &str) -> Timing {
        Timing {
            route: self.0.of(pattern),
            began: Instant::now(),
            status: None,
        }
    }
}

async fn measured(State(meter): State<Meter>, request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().cloned();
    let pattern = pattern.as_ref().map_or("none", MatchedPath::as_str);
    let timing = meter.begin(pattern);
    timing.end(next.run(request).await)
}

/// The metric handles of every requested route; at most one per route pattern.
#[derive(Debug, Clone, Default)]
struct Routes(Arc<RwLock<HashMap<Box<str>, Arc<Route>>>>);

impl Routes {
    fn of(&self, pattern: &str) -> Arc<Route> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = known.get(pattern) {
            return Arc::clone(route);
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let route = known.entry(pattern.into());
        Arc::clone(route.or_insert_with(|| Arc::new(Route::new(pattern))))
    }
}

/// The metric handles of one route pattern.
#[derive(Debug)]
struct Route {
    pattern: String,
    duration: Histogram,
    /// Indexed by [`class`]; created when the first response of a class is counted.
    requests: [OnceLock<Counter>; CLASSES.len()],
}

/// The classes of a response by its status; `abandoned` means that no response was sent.
const CLASSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "abandoned"];

impl Route {
    fn new(pattern: &str) -> Self {
        let pattern = pattern.to_owned();
        Self {
            duration: histogram!(REQUEST_DURATION, "face" => face(&pattern), "route" => pattern.clone()),
            pattern,
            requests: Default::default(),
        }
    }

    fn count(&self, status: Option<StatusCode>) {
        let class = class(status);
        let counter = self.requests[class].get_or_init(|| {
            counter!(REQUESTS, "face" => face(&self.pattern), "route" => self.pattern.clone(), "class" => CLASSES[class])
        });
        counter.increment(1);
    }
}

/// The time of a response under way.
///
/// It counts when dropped, so a response that its client abandoned counts too.
#[derive(Debug)]
pub struct Timing {
    route: Arc<Route>,
    began: Instant,
    status: Option<StatusCode>,
}

impl Timing {
    /// Ends the timing with `response` and returns it.
    #[must_use]
    pub fn end(mut self, response: Response) -> Response {
        self.status = Some(response.status());
        response
    }
}

impl Drop for Timing {
    fn drop(&mut self) {
        self.route.count(self.status);
        self.route.duration.record(self.began.elapsed());
    }
}

fn class(status: Option<StatusCode>) -> usize {
    let abandoned = CLASSES.len() - 1;
    status.map_or(abandoned, |status| {
        usize::from(status.as_u16() / 100 - 1).min(abandoned - 1)
    })
}

/// Returns the part of the program that owns the route: delivery, the JSON API or the pages.
fn face(pattern: &str) -> &'static str {
    let begins = |prefix| pattern.starts_with(prefix);
    if begins("/v1") || begins("/feed.") || begins("/sitemap") {
        "delivery"
    } else if begins("/api/") {
        "editorial"
    } else if begins("/admin") {
        "pages"
    } else {
        "other"
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to 2^53 publications, and a gauge is a float"
)]
fn number(at: Ref) -> f64 {
    at.get() as f64
}
