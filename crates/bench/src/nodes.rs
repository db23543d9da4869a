//! The delay until a publication is visible on another node of the same database.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};

use crate::figures::Figures;
use crate::guides;
use xtask::http::Client;

/// The number of publications that are measured one after another.
const PUBLICATIONS: u32 = 100;
/// The number of people who publish at once, and the publications by each.
const WRITERS: usize = 16;
const EACH: u32 = 10;
/// The pause between two requests to the other node. Without it, polling would take a core from the
/// measured work.
const LOOK: Duration = Duration::from_micros(300);
/// The longest wait until the other node has the last publication.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person who publishes one guide repeatedly.
pub(super) struct Writer {
    client: Client,
    guide_id: String,
    revision_id: String,
    source: String,
    number: u32,
}

/// A publication, and the time of the response to its author.
#[derive(Debug, Clone, Copy)]
struct Publication {
    number: u64,
    told: Instant,
}

impl Writer {
    /// Finds the guide of that number.
    pub(super) fn of(mut client: Client, number: usize) -> anyhow::Result<Self> {
        let slug = guides::slug(number);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let guide_id = guides::find(&mut client, &slug)?;
        let guide: Value =
            serde_json::from_slice(&client.get(&format!("/api/v1/guides/{guide_id}"))?)?;
        let revision_id = text(&guide["latest"]["revision_id"]).context("no revision")?;
        let source = String::from_utf8(client.get(&format!("/v1/guides/{slug}.md"))?)?;
        Ok(Self {
            client,
            guide_id,
            revision_id,
            source,
            number: 0,
        })
    }

    /// Saves another text and publishes it.
    pub(super) fn publish(&mut self) -> anyhow::Result<()> {
        self.publication().map(drop)
    }

    fn publication(&mut self) -> anyhow::Result<Publication> {
        self.number += 1;
        let source = format!("{}\n{}\n", self.source, self.number);
        let path = format!("/api/v1/guides/{}", self.guide_id);
        let body = json!({ "source": source, "message": "" });
        let base = Some(self.revision_id.as_str());
        let saved = self
            .client
            .post(&format!("{path}/revisions"), &body, base)?;
        let saved: Value = serde_json::from_slice(&saved)?;
        let revision_id = saved["revision_id"].as_str().context("no revision")?;
        revision_id.clone_into(&mut self.revision_id);
        let body = json!({
            "revision_id": revision_id,
            "content_hash": saved["content_hash"],
            "reason": "a measurement",
        });
        let published = self
            .client
            .post(&format!("{path}/break-glass"), &body, None)?;
        let told = Instant::now();
        let published: Value = serde_json::from_slice(&published)?;
        let number = number(&published["ref"]).context("no ref")?;
        Ok(Publication { number, told })
    }
}

/// Publishes at one node and watches `other`.
pub(super) fn run(
    client: &Client,
    other: SocketAddr,
    count: usize,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let mut writer = Writer::of(client.again()?, 0)?;
    let delays = watched(other, || {
        (0..PUBLICATIONS).map(|_| writer.publication()).collect()
    })?;
    let may = [2, 20].map(Duration::from_millis);
    figures.delays("told → visible on another node", delays, may);

    let writers = (0..WRITERS.min(count)).map(|number| Writer::of(client.again()?, number));
    let writers: Vec<_> = writers.collect::<anyhow::Result<_>>()?;
    let delays = watched(other, || together(writers))?;
    let may = [250, 250].map(Duration::from_millis);
    figures.delays("the same behind 16 writers", delays, may);
    Ok(())
}

fn together(writers: Vec<Writer>) -> anyhow::Result<Vec<Publication>> {
    std::thread::scope(|scope| {
        let work = |mut writer: Writer| {
            scope.spawn(move || (0..EACH).map(|_| writer.publication()).collect())
        };
        let running: Vec<_> = writers.into_iter().map(work).collect();
        let mut publications: Vec<Publication> = Vec::new();
        for writer in running {
            let done: anyhow::Result<Vec<_>> = writer.join().expect("a writer panicked");
            publications.extend(done?);
        }
        Ok(publications)
    })
}

/// Measures the time from each publication of `publish` until `other` shows it.
fn watched(
    other: SocketAddr,
    publish: impl FnOnce() -> anyhow::Result<Vec<Publication>>,
) -> anyhow::Result<Vec<Duration>> {
    let seen = Mutex::new(Vec::new());
    let (newest, is_over) = (Mutex::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| -> anyhow::Result<()> {
            let mut client = Client::connect(other)?;
            let mut before = 0;
            let mut over = None;
            loop {
                std::thread::sleep(LOOK);
                let current: Value = serde_json::from_slice(&client.get("/v1/refs/current")?)?;
                let at = number(&current["data"]["ref"]).context("no current ref")?;
                if at > before {
                    seen.lock()
                        .expect("nobody panics")
                        .push((at, Instant::now()));
                    before = at;
                }
                if is_over.load(Ordering::Relaxed) {
                    let began = *over.get_or_insert_with(Instant::now);
                    let last = *newest.lock().expect("nobody panics");
                    if before >= last || began.elapsed() > PATIENCE {
                        return Ok(());
                    }
                }
            }
        });
        let published = publish();
        if let Ok(published) = &published {
            let last = published.iter().map(|publication| publication.number).max();
            *newest.lock().expect("nobody panics") = last.unwrap_or_default();
        }
        is_over.store(true, Ordering::Relaxed);
        watching.join().expect("the watcher panicked")?;
        let seen = seen.lock().expect("nobody panics");
        let delay = |publication: Publication| {
            let shown = seen.iter().find(|(at, _)| *at >= publication.number);
            let (_, shown) = shown.context("a publication never arrived")?;
            Ok(shown.saturating_duration_since(publication.told))
        };
        published?.into_iter().map(delay).collect()
    })
}

/// Returns the number of a ref such as `142-5b1f0c9a`.
fn number(name: &Value) -> Option<u64> {
    name.as_str()?.split('-').next()?.parse().ok()
}
