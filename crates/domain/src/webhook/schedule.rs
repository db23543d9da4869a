use std::time::Duration;

/// The waits before each attempt: at once, then after the failure before it. Three days in all,
/// as Standard Webhooks recommends.
const WAITS: [Duration; MOST_ATTEMPTS] = [
    Duration::ZERO,
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// The number of attempts to send an event to one endpoint before Annai gives up.
pub const MOST_ATTEMPTS: usize = crate::limits::WEBHOOK_ATTEMPTS;

/// The longest wait that a receiver can ask for with `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Returns the wait after `failed` failed attempts; `None` after the last one.
///
/// `jitter`, from 0 to 1, adds up to a tenth, so that a receiver that comes back does not get
/// everything at once. A receiver that asks for a longer wait gets it, up to 24 hours.
#[must_use]
pub fn wait_after(failed: usize, jitter: f64, asked: Option<Duration>) -> Option<Duration> {
    let wait = WAITS
        .get(failed)?
        .mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 10.0);
    let asked = asked.unwrap_or_default().min(LONGEST_WAIT);
    Some(wait.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_are_those_of_the_schedule_and_then_it_is_over() {
        let waits: Vec<_> = (0..=MOST_ATTEMPTS)
            .map(|failed| wait_after(failed, 0.0, None).map(|wait| wait.as_secs()))
            .collect();
        let hours = |hours: u64| Some(hours * 3600);
        assert_eq!(
            waits,
            [
                Some(0),
                Some(5),
                Some(300),
                Some(1800),
                hours(2),
                hours(5),
                hours(10),
                hours(14),
                hours(20),
                hours(24),
                None
            ]
        );
    }

    #[test]
    fn jitter_only_ever_adds_and_at_most_a_tenth() {
        assert_eq!(wait_after(2, 1.0, None), Some(Duration::from_secs(330)));
        assert_eq!(wait_after(2, 9.0, None), Some(Duration::from_secs(330)));
        assert_eq!(wait_after(2, -1.0, None), Some(Duration::from_mins(5)));
    }

    #[test]
    fn a_receiver_can_ask_for_longer_but_not_for_ever_and_not_for_more_attempts() {
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(wait_after(1, 0.0, asked(60)), asked(60));
        assert_eq!(wait_after(2, 0.0, asked(60)), asked(300));
        assert_eq!(wait_after(1, 0.0, asked(u64::MAX)), Some(LONGEST_WAIT));
        assert_eq!(wait_after(10, 0.0, asked(60)), None);
    }
}
