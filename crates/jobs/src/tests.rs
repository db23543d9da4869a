mod queue;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::time::{Instant, sleep};

use crate::{Jobs, Period};

const MINUTE: Duration = Duration::from_mins(1);

/// The events of a test, in order.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test(start_paused = true)]
async fn a_periodic_run_that_panics_is_counted_and_the_next_one_comes_in_its_time() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    let mut jobs = Jobs::default();
    jobs.periodic("sweep", Period::every(MINUTE), move || {
        let run = counter.fetch_add(1, Ordering::Relaxed);
        async move { assert!(run != 1, "a fault in the second run") }
    });

    sleep(MINUTE / 2).await;
    assert_eq!(runs.load(Ordering::Relaxed), 0, "first it pauses");
    for expected in 1..=4 {
        sleep(MINUTE).await;
        assert_eq!(runs.load(Ordering::Relaxed), expected);
    }

    let page = recorder.handle().render();
    assert!(
        page.contains(r#"annai_job_panics_total{job="sweep"} 1"#),
        "{page}"
    );
    jobs.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_lasting_job_that_panics_or_ends_runs_again_after_ever_longer_pauses() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let runs = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&runs);
    let mut jobs = Jobs::default();
    jobs.lasting("presence", move || {
        let mut runs = seen.lock().unwrap();
        let run = runs.len();
        runs.push(Instant::now());
        drop(runs);
        assert!(run != 0, "a fault before it has begun");
        async move {
            match run {
                1 => panic!("a fault"),
                2 => {}
                _ => std::future::pending().await,
            }
        }
    });

    sleep(60 * MINUTE).await;

    let runs = runs.lock().unwrap().clone();
    assert_eq!(runs.len(), 4, "the last one lasts");
    for (pair, seconds) in runs.windows(2).zip([1.0, 2.0, 4.0]) {
        // Jitter adds up to half.
        let pause = (pair[1] - pair[0]).as_secs_f64();
        assert!((seconds..seconds * 1.51).contains(&pause), "{pause}");
    }
    let page = recorder.handle().render();
    assert!(
        page.contains(r#"annai_job_panics_total{job="presence"} 2"#),
        "{page}"
    );
    jobs.stop().await;
}

#[tokio::test(start_paused = true)]
async fn jobs_stop_in_the_reverse_order_of_their_start_each_before_the_next() {
    let log = Log::default();
    let mut jobs = Jobs::default();
    for job in ["first", "second", "third"] {
        let log = log.clone();
        let period = Period::every(MINUTE).and_at_stop();
        jobs.periodic(job, period, move || {
            let log = log.clone();
            async move {
                log.add(format!("{job} begins"));
                sleep(Duration::from_secs(1)).await;
                log.add(format!("{job} ends"));
            }
        });
    }

    jobs.stop().await;

    let expected = [
        "third begins",
        "third ends",
        "second begins",
        "second ends",
        "first begins",
        "first ends",
    ];
    assert_eq!(log.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_run_at_the_start_comes_at_once_and_a_hanging_run_holds_no_stop_up() {
    let log = Log::default();
    let mut jobs = Jobs::default();
    let counter = log.clone();
    let period = Period::every(MINUTE).and_at_start();
    jobs.periodic("site_file", period, move || {
        counter.add("run");
        std::future::pending()
    });
    sleep(Duration::from_millis(1)).await;
    assert_eq!(log.lines(), ["run"]);

    jobs.stop().await;

    assert_eq!(log.lines(), ["run"], "and none at the stop");
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_the_stop_does_not_keep_the_others_from_stopping() {
    let log = Log::default();
    let mut jobs = Jobs::default();
    let last = log.clone();
    let at_stop = Period::every(MINUTE).and_at_stop();
    jobs.periodic("key_uses", at_stop, move || {
        let last = last.clone();
        async move { last.add("written") }
    });
    jobs.periodic("site_file", at_stop, || async { panic!("a fault") });

    jobs.stop().await;

    assert_eq!(log.lines(), ["written"]);
}
