use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Parses a `Retry-After`: seconds, or an instant. Returns `None` for other texts and for the past.
pub(crate) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a `u64` holds still mean a very long pause.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let at = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    Duration::try_from(at.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("120", Some(120))]
    #[case(" 0 ", Some(0))]
    #[case("99999999999999999999999", Some(u64::MAX))]
    #[case("Sun, 22 Nov 2026 09:01:00 GMT", Some(60))]
    #[case("Sun, 22 Nov 2026 08:59:00 GMT", None)]
    #[case("", None)]
    #[case("-5", None)]
    #[case("soon", None)]
    fn a_wait_is_seconds_or_an_instant(#[case] value: &str, #[case] seconds: Option<u64>) {
        let now = "2026-11-22T09:00:00Z".parse().unwrap();
        assert_eq!(retry_after(value, now).map(|wait| wait.as_secs()), seconds);
    }
}
