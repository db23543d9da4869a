use std::time::Duration;

/// The pauses between failed tries: each twice as long as the one before, up to the longest.
///
/// Jitter adds up to half, so that nodes that failed together do not try again together.
#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    failed: u32,
}

impl Backoff {
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            failed: 0,
        }
    }

    /// Returns the pause after one more failure. `jitter` is from 0 to 1.
    pub(crate) fn next(&mut self, jitter: f64) -> Duration {
        let factor = 2_u32.saturating_pow(self.failed);
        self.failed = self.failed.saturating_add(1);
        let pause = self.first.saturating_mul(factor).min(self.longest);
        pause.mul_f64(1.0 + jitter / 2.0)
    }

    /// Returns whether the last try failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.failed > 0
    }

    /// Notes a try that went well.
    pub(crate) fn reset(&mut self) {
        self.failed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backoff() -> Backoff {
        Backoff::new(Duration::from_secs(1), Duration::from_secs(10))
    }

    #[test]
    fn a_pause_doubles_up_to_the_longest_and_begins_anew_after_a_success() {
        let mut backoff = backoff();
        let pauses: Vec<_> = (0..40).map(|_| backoff.next(0.0).as_secs()).collect();
        assert_eq!(pauses[..6], [1, 2, 4, 8, 10, 10]);
        assert!(pauses[6..].iter().all(|pause| *pause == 10));
        backoff.reset();
        assert_eq!(backoff.next(0.0).as_secs(), 1);
    }

    #[test]
    fn jitter_adds_up_to_half() {
        let pauses = [0.0, 0.5, 1.0].map(|jitter| backoff().next(jitter).as_millis());
        assert_eq!(pauses, [1000, 1250, 1500]);
    }
}
