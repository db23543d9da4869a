//! The time that each part of a run takes, printed in its last lines.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// The parts of a run so far, in their order.
#[derive(Debug)]
pub(crate) struct Timings {
    begin: Instant,
    parts: Vec<(String, Duration)>,
}

impl Timings {
    /// Begins a run.
    pub(crate) fn start() -> Self {
        Self {
            begin: Instant::now(),
            parts: Vec::new(),
        }
    }

    /// Runs a part and keeps its time, also when it fails.
    pub(crate) fn time<T>(&mut self, part: &str, run: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let result = run();
        self.add(part, begin.elapsed());
        result
    }

    /// Keeps the time of a part that ran elsewhere.
    pub(crate) fn add(&mut self, part: impl Into<String>, took: Duration) {
        self.parts.push((part.into(), took));
    }

    /// Returns a line a part, and one for the whole run.
    pub(crate) fn table(&self) -> String {
        let mut table = String::new();
        for (part, took) in &self.parts {
            line(&mut table, part, *took);
        }
        line(&mut table, "all of it", self.begin.elapsed());
        table
    }
}

fn line(table: &mut String, part: &str, took: Duration) {
    let seconds = took.as_secs();
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    writeln!(table, "{minutes:>4}:{seconds:02} min  {part}").expect("a String takes everything");
}

/// The parts of a command that announces each on a line of its own.
#[derive(Debug)]
pub(crate) struct Announced {
    running: Option<(String, Instant)>,
    parts: Vec<(String, Duration)>,
}

impl Announced {
    /// Begins without a part.
    pub(crate) fn new() -> Self {
        Self {
            running: None,
            parts: Vec::new(),
        }
    }

    /// Ends the part before; a line that announces nothing changes nothing.
    pub(crate) fn line(&mut self, part: Option<String>, now: Instant) {
        if let Some(part) = part {
            self.end(now);
            self.running = Some((part, now));
        }
    }

    /// Ends the last part and returns all of them.
    pub(crate) fn finish(mut self, now: Instant) -> Vec<(String, Duration)> {
        self.end(now);
        self.parts
    }

    fn end(&mut self, now: Instant) {
        if let Some((part, begin)) = self.running.take() {
            self.parts.push((part, now - begin));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Announced, Timings};

    #[test]
    fn the_table_has_every_part_and_ends_with_the_whole() {
        let mut timings = Timings::start();
        timings.add("clippy", Duration::from_secs(67));
        let failed: Result<(), ()> = timings.time("test", || Err(()));

        assert!(failed.is_err());
        assert_eq!(
            timings.table(),
            "   1:07 min  clippy\n   0:00 min  test\n   0:00 min  all of it\n"
        );
    }

    #[test]
    fn an_announced_part_lasts_until_the_next_one() {
        let begin = Instant::now();
        let after = |seconds| begin + Duration::from_secs(seconds);
        let mut announced = Announced::new();

        announced.line(None, begin);
        announced.line(Some("one".to_owned()), after(1));
        announced.line(None, after(2));
        announced.line(Some("two".to_owned()), after(4));

        let parts = announced.finish(after(9));
        let expected = [("one", 3), ("two", 5)];
        let expected = expected.map(|(part, took)| (part.to_owned(), Duration::from_secs(took)));
        assert_eq!(parts, expected);
    }
}
