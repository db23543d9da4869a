use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::backoff::Backoff;
use crate::caught::caught;
use crate::period::Period;
use crate::queue::{self, Queue};
use crate::stop::Stop;

/// The pauses before a failed job runs again.
const RESTART: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));

/// The running time after which a job's next failure counts as the first.
const HEALTHY: Duration = Duration::from_mins(5);

/// The jobs of a node, in the order of their start. Dropping it aborts them.
#[derive(Debug, Default)]
pub struct Jobs(Vec<Running>);

#[derive(Debug)]
struct Running {
    job: &'static str,
    switch: watch::Sender<bool>,
    /// One task. It ends when this is dropped.
    task: JoinSet<()>,
}

impl Jobs {
    /// Starts a job that runs `run` as often as `period` says.
    ///
    /// A panic ends only that run; the next one starts in time. A run that has not ended when the
    /// job is stopped is dropped.
    pub fn periodic<Run: Future<Output = ()> + Send + 'static>(
        &mut self,
        job: &'static str,
        period: Period,
        run: impl FnMut() -> Run + Send + 'static,
    ) {
        self.spawn(job, |stop| repeat(job, stop, period, run));
    }

    /// Starts a job that runs `run` until it is stopped; then `run` is dropped.
    ///
    /// If `run` panics or ends earlier, it runs again after a pause.
    pub fn lasting<Run: Future<Output = ()> + Send + 'static>(
        &mut self,
        job: &'static str,
        mut run: impl FnMut() -> Run + Send + 'static,
    ) {
        let run = move |mut stop: Stop| {
            let run = run();
            async move {
                tokio::select! {
                    () = stop.asked() => {}
                    () = run => {}
                }
            }
        };
        self.spawn(job, |stop| keep(job, stop, run));
    }

    /// Starts a job that does the due work of `queue`.
    ///
    /// When stopped, it finishes the attempts that have begun and claims nothing else.
    pub fn queue(&mut self, job: &'static str, queue: impl Queue) {
        let queue = Arc::new(queue);
        let run = move |stop| queue::work(job, Arc::clone(&queue), stop);
        self.spawn(job, |stop| keep(job, stop, run));
    }

    /// Stops every job, one after the other; the last started job stops first.
    pub async fn stop(self) {
        for mut running in self.0.into_iter().rev() {
            let job = running.job;
            running.switch.send_replace(true);
            while let Some(ended) = running.task.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(job, %error, "a job failed while stopping");
                }
            }
            tracing::debug!(job, "a job stopped");
        }
    }

    fn spawn<Run: Future<Output = ()> + Send + 'static>(
        &mut self,
        job: &'static str,
        run: impl FnOnce(Stop) -> Run,
    ) {
        let (switch, stop) = Stop::new();
        let mut task = JoinSet::new();
        task.spawn(run(stop));
        self.0.push(Running { job, switch, task });
    }
}

async fn repeat<Run: Future<Output = ()>>(
    job: &'static str,
    mut stop: Stop,
    period: Period,
    mut run: impl FnMut() -> Run,
) {
    let runs = async {
        if period.at_start {
            caught(job, async { run().await }).await;
        }
        loop {
            sleep(period.every).await;
            caught(job, async { run().await }).await;
        }
    };
    tokio::select! {
        () = stop.asked() => {}
        () = runs => {}
    }
    if period.at_stop {
        caught(job, async { run().await }).await;
    }
}

/// Runs `run` until the stop. If it ends earlier, it runs again after a pause.
async fn keep<Run: Future<Output = ()>>(
    job: &'static str,
    mut stop: Stop,
    mut run: impl FnMut(Stop) -> Run,
) {
    let mut backoff = RESTART;
    loop {
        let began = Instant::now();
        let ended = caught(job, async { run(stop.clone()).await }).await;
        if stop.is_asked() {
            return;
        }
        if ended.is_some() {
            tracing::error!(job, "a job ended early");
        }
        if began.elapsed() >= HEALTHY {
            backoff.reset();
        }
        tokio::select! {
            () = stop.asked() => return,
            () = sleep(backoff.next(rand::random())) => {}
        }
    }
}
