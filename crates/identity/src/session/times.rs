//! The lifetimes of a session.

use jiff::{SignedDuration, Timestamp};

/// The idle time after which a session ends. Autosave counts as use.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// The age at which a session ends, whether it is used or not.
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// Administration is open this long after the person proved who they are, by any method.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// The shortest time between two records of use.
const TOUCH: SignedDuration = SignedDuration::from_secs(30);

/// Returns when a session ends that began at `created` and was last used at `used`.
pub(super) fn expires_at(created: Timestamp, used: Timestamp) -> Timestamp {
    (used + IDLE).min(created + ABSOLUTE)
}

/// Returns whether the use at `now` has to be recorded.
pub(super) fn is_touch_due(last_seen: Timestamp, now: Timestamp) -> bool {
    now.duration_since(last_seen) >= TOUCH
}

/// Returns whether the person proved who they are recently enough for administration.
pub(super) fn is_fresh(reauthenticated: Timestamp, now: Timestamp) -> bool {
    now.duration_since(reauthenticated) < FRESH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        "2026-11-23T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn use_prolongs_a_session_by_half_an_hour_but_never_past_twelve_hours() {
        assert_eq!(expires_at(at(0), at(0)), at(30));
        assert_eq!(expires_at(at(0), at(600)), at(630));
        assert_eq!(expires_at(at(0), at(700)), at(720));
    }

    #[test]
    fn a_password_is_fresh_for_ten_minutes() {
        assert!(is_fresh(at(0), at(9)));
        assert!(!is_fresh(at(0), at(10)));
    }
}
