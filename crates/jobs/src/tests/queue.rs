use std::sync::atomic::AtomicBool;

use annai_storage::{Listener, StorageError};

use super::*;
use crate::Queue;

const LEASE: Duration = Duration::from_secs(30);

/// The behaviour of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Succeed,
    Take(Duration),
    Panic,
    PanicTwice,
}

#[derive(Debug, Clone, Copy)]
struct Work {
    line: u32,
    act: Act,
}

/// A queue in memory.
#[derive(Debug, Clone, Default)]
struct Fake {
    due: Arc<Mutex<Vec<Work>>>,
    log: Log,
    claim_panics: Arc<AtomicBool>,
}

impl Fake {
    fn add(&self, line: u32, act: Act) {
        self.due.lock().unwrap().push(Work { line, act });
    }
}

impl Queue for Fake {
    type Claimed = Work;
    type Line = u32;
    const LEASE: Duration = LEASE;

    async fn listen(&self) -> Option<Listener> {
        None
    }

    async fn claim(&self, busy: &[u32], most: usize) -> Result<Vec<Work>, StorageError> {
        let panics = self.claim_panics.swap(false, Ordering::Relaxed);
        assert!(!panics, "a fault in a claim");
        let mut due = self.due.lock().unwrap();
        let mut taken: Vec<Work> = Vec::new();
        due.retain(|work| {
            let is_free =
                !busy.contains(&work.line) && taken.iter().all(|one| one.line != work.line);
            let is_next = is_free && taken.len() < most;
            if is_next {
                taken.push(*work);
            }
            !is_next
        });
        Ok(taken)
    }

    fn line(work: &Work) -> u32 {
        work.line
    }

    async fn attempt(&self, work: Work) {
        self.log.add(format!("{} begins", work.line));
        match work.act {
            Act::Succeed => {}
            Act::Take(time) => sleep(time).await,
            Act::Panic | Act::PanicTwice => panic!("a fault in an attempt"),
        }
        self.log.add(format!("{} ends", work.line));
    }

    async fn count_panic(&self, work: Work) {
        assert!(work.act != Act::PanicTwice, "a fault in counting");
        self.log.add(format!("{} counted", work.line));
    }
}

fn work_on(queue: &Fake) -> Jobs {
    let mut jobs = Jobs::default();
    jobs.queue("webhooks", queue.clone());
    jobs
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_panics_is_counted_and_its_line_goes_on() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let queue = Fake::default();
    for act in [Act::Panic, Act::PanicTwice, Act::Succeed] {
        queue.add(1, act);
    }
    let jobs = work_on(&queue);

    sleep(Duration::from_secs(1)).await;
    jobs.stop().await;

    let expected = ["1 begins", "1 counted", "1 begins", "1 begins", "1 ends"];
    assert_eq!(queue.log.lines(), expected);
    let page = recorder.handle().render();
    assert!(
        page.contains(r#"annai_job_panics_total{job="webhooks"} 3"#),
        "{page}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_panics_is_followed_by_another_after_a_pause() {
    let queue = Fake::default();
    queue.add(1, Act::Succeed);
    queue.claim_panics.store(true, Ordering::Relaxed);
    let jobs = work_on(&queue);

    sleep(Duration::from_millis(900)).await;
    assert!(queue.log.lines().is_empty(), "it pauses");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(queue.log.lines(), ["1 begins", "1 ends"]);
    jobs.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_line_that_takes_long_holds_up_itself_and_no_other() {
    let queue = Fake::default();
    queue.add(1, Act::Take(Duration::from_secs(5)));
    queue.add(1, Act::Succeed);
    queue.add(2, Act::Succeed);
    queue.add(2, Act::Succeed);
    let jobs = work_on(&queue);

    sleep(Duration::from_secs(1)).await;
    let log = queue.log.lines();
    assert_eq!(
        log,
        ["1 begins", "2 begins", "2 ends", "2 begins", "2 ends"]
    );
    sleep(Duration::from_secs(5)).await;
    assert_eq!(queue.log.lines()[5..], ["1 ends", "1 begins", "1 ends"]);
    jobs.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_outlives_its_lease_is_dropped() {
    let queue = Fake::default();
    queue.add(1, Act::Take(2 * LEASE));
    queue.add(1, Act::Succeed);
    let jobs = work_on(&queue);

    sleep(LEASE + Duration::from_secs(1)).await;

    assert_eq!(queue.log.lines(), ["1 begins", "1 begins", "1 ends"]);
    jobs.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_stopped_finishes_what_has_begun_and_claims_no_more() {
    let queue = Fake::default();
    queue.add(1, Act::Take(Duration::from_secs(5)));
    queue.add(1, Act::Succeed);
    let jobs = work_on(&queue);
    sleep(Duration::from_secs(1)).await;

    jobs.stop().await;

    assert_eq!(queue.log.lines(), ["1 begins", "1 ends"]);
    assert_eq!(queue.due.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_dropped_ends_where_it_stands() {
    let queue = Fake::default();
    queue.add(1, Act::Take(Duration::from_secs(5)));
    let jobs = work_on(&queue);
    sleep(Duration::from_secs(1)).await;

    drop(jobs);

    sleep(Duration::from_secs(10)).await;
    assert_eq!(queue.log.lines(), ["1 begins"]);
}
