//! The table that is printed.

use std::time::Duration;

/// The measurements so far.
#[derive(Debug, Default)]
pub(super) struct Figures {
    rows: Vec<[String; 4]>,
    notes: Vec<String>,
}

/// The longest time a request should take on a quiet machine.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// Half of them.
    Median(Duration),
    /// All but one in twenty.
    P95(Duration),
}

/// The cost of a kind of request, beside the same load on a bare server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio {
    pub(super) requests_per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) cpu_us: f64,
    pub(super) bare_cpu_us: f64,
    /// Requests per second divided by those of the bare server, round by round.
    pub(super) to_bare: f64,
    /// The ratio to reach; 0 promises nothing.
    pub(super) target: f64,
}

impl Figures {
    pub(super) fn load(&mut self, name: &str, load: Ratio) {
        let measured = format!(
            "{:.0}/s, p50 {:.2} ms, p99 {:.2} ms, {:.0} µs CPU (bare {:.0})",
            load.requests_per_second, load.p50_ms, load.p99_ms, load.cpu_us, load.bare_cpu_us,
        );
        let (wanted, to_target) = if load.target > 0.0 {
            (
                format!(" (≥ {:.2})", load.target),
                ratio(load.to_bare, load.target),
            )
        } else {
            (String::new(), String::new())
        };
        self.row(
            name,
            measured,
            format!("{:.2} × bare{wanted}", load.to_bare),
            to_target,
        );
    }

    pub(super) fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    pub(super) fn time(&mut self, name: &str, time: Duration) {
        self.row(
            name,
            format!("{:.2} s", time.as_secs_f64()),
            String::new(),
            String::new(),
        );
    }

    pub(super) fn size(&mut self, name: &str, bytes: u64) {
        self.row(name, mib(bytes), String::new(), String::new());
    }

    pub(super) fn memory(&mut self, name: &str, bytes: u64, target_mib: u64) {
        self.row(
            name,
            mib(bytes),
            format!("< {target_mib} MiB"),
            ratio(as_float(bytes), as_float(target_mib << 20)),
        );
    }

    pub(super) fn rate(&mut self, name: &str, count: usize, time: Duration, target: Option<f64>) {
        let rate = as_float(count as u64) / time.as_secs_f64();
        let wanted = target.map_or_else(String::new, |target| format!("≥ {target:.0} guides/s"));
        let ratio = target.map_or_else(String::new, |target| ratio(rate, target));
        self.row(
            name,
            format!("{rate:.0} guides/s ({:.1} s)", time.as_secs_f64()),
            wanted,
            ratio,
        );
    }

    pub(super) fn requests(&mut self, name: &str, mut times: Vec<Duration>, target: Target) {
        times.sort_unstable();
        let at = |part: usize| {
            times
                .get((times.len() * part / 100).min(times.len().saturating_sub(1)))
                .copied()
                .unwrap_or_default()
        };
        let (median, p95) = (at(50), at(95));
        let (wanted, measured, limit) = match target {
            Target::Median(limit) => ("median", median, limit),
            Target::P95(limit) => ("p95", p95, limit),
        };
        self.row(
            name,
            format!("median {}, p95 {}", milliseconds(median), milliseconds(p95)),
            format!("{wanted} < {}", milliseconds(limit)),
            ratio(measured.as_secs_f64(), limit.as_secs_f64()),
        );
    }

    /// Adds a duration, with the longest median and 99th percentile allowed.
    pub(super) fn delays(&mut self, name: &str, mut times: Vec<Duration>, may: [Duration; 2]) {
        times.sort_unstable();
        let at = |part: usize| times.get(times.len() * part / 100).copied();
        let [p50, p99] = [50, 99].map(|part| at(part).unwrap_or_default());
        let shown = |[p50, p99]: [Duration; 2]| {
            format!("p50 {}, p99 {}", milliseconds(p50), milliseconds(p99))
        };
        self.row(
            name,
            format!("{} ({} times)", shown([p50, p99]), times.len()),
            format!("≤ {}", shown(may)),
            ratio(p99.as_secs_f64(), may[1].as_secs_f64()),
        );
    }

    /// Adds a share of the usual rate, with the lowest share allowed.
    pub(super) fn share(&mut self, name: &str, share: f64, target: f64) {
        self.row(
            name,
            format!("{share:.2}"),
            format!("≥ {target:.2}"),
            ratio(share, target),
        );
    }

    fn row(&mut self, name: &str, measured: String, target: String, ratio: String) {
        // The table comes at the end; this line shows progress.
        eprintln!("{name}: {measured}");
        self.rows.push([name.to_owned(), measured, target, ratio]);
    }

    /// Prints the table, in Markdown so that it can be kept.
    pub(super) fn print(&self) {
        eprintln!();
        for note in &self.notes {
            eprintln!("{note}");
        }
        eprintln!("\n| what | measured | target | measured : target |\n|---|---|---|---|");
        for [name, measured, target, ratio] in &self.rows {
            eprintln!("| {name} | {measured} | {target} | {ratio} |");
        }
    }
}

fn ratio(measured: f64, target: f64) -> String {
    format!("{:.2}", measured / target)
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", as_float(bytes) / as_float(1 << 20))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people have three digits"
)]
fn as_float(number: u64) -> f64 {
    number as f64
}
