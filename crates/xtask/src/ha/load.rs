//! Clients that save and read while a fault happens.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};

use super::daemon::until;
use super::site::Site;
use crate::http::{Answer, Client};

/// The pause after each save, each read of a site, each read of an editor.
const SAVE_EVERY: Duration = Duration::from_millis(50);
const SITE_READS_EVERY: Duration = Duration::from_millis(20);
const EDITOR_READS_EVERY: Duration = Duration::from_millis(200);

/// The longest wait of a client for its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest wait for saves to go on after a fault.
const RECOVERY: Duration = Duration::from_mins(2);

/// One request and its fate.
#[derive(Debug)]
pub(super) struct Attempt {
    node: usize,
    pub(super) begun: Instant,
    pub(super) ended: Instant,
    pub(super) outcome: Outcome,
}

/// The fate of a request.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A status of success, with the revision where one was made.
    Done(Option<String>),
    /// 503 that says when to come back.
    Refused,
    /// Anything else, in words.
    Wrong(String),
}

impl Attempt {
    /// Puts a request and its fate together.
    pub(super) fn new(node: usize, begun: Instant, ended: Instant, outcome: Outcome) -> Self {
        Self {
            node,
            begun,
            ended,
            outcome,
        }
    }

    /// Returns the time until the response.
    pub(super) fn took(&self) -> Duration {
        self.ended - self.begun
    }
}

impl Outcome {
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self, Self::Refused)
    }
}

/// The requests of all clients.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) saves: Vec<Attempt>,
    pub(super) site_reads: Vec<Attempt>,
    pub(super) editor_reads: Vec<Attempt>,
}

/// Clients at work.
pub(super) struct Load<'a> {
    site: &'a Site,
    nodes: Vec<SocketAddr>,
    is_over: AtomicBool,
    log: Mutex<Log>,
}

/// Runs `act` while one client saves a guide, at each node in turn, and two read at each node.
///
/// `name` makes the texts and keys of the saves different from those of other runs.
///
/// # Errors
///
/// When `act` fails.
pub(super) fn under<T>(
    site: &Site,
    name: &str,
    act: impl FnOnce(&Load<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<(T, Log)> {
    let base = site.newest()?;
    let load = Load {
        site,
        nodes: site.addresses(),
        is_over: AtomicBool::new(false),
        log: Mutex::default(),
    };
    let acted = std::thread::scope(|scope| {
        let load = &load;
        scope.spawn(|| load.save(name, base));
        for node in 0..load.nodes.len() {
            scope.spawn(move || load.read_as_site(node));
            scope.spawn(move || load.read_as_editor(node));
        }
        let acted = act(load);
        load.is_over.store(true, Ordering::Relaxed);
        acted
    });
    let log = load.log.into_inner().expect("no client panics");
    Ok((acted?, log))
}

impl Load<'_> {
    /// Waits until each node acknowledged a save that began after this call.
    pub(super) fn wait_for_saves(&self) -> anyhow::Result<()> {
        let now = Instant::now();
        until("a save at each node", RECOVERY, || {
            let log = self.log.lock().expect("no client panics");
            let new = log.saves.iter().rev().take_while(|save| save.begun >= now);
            let done = new.filter(|save| save.outcome.is_done());
            let mut nodes: Vec<usize> = done.map(|save| save.node).collect();
            nodes.sort_unstable();
            nodes.dedup();
            Ok((nodes.len() == self.nodes.len()).then_some(()))
        })
    }

    /// Saves one text after the other. Repeats each with its key until it is acknowledged.
    fn save(&self, name: &str, mut base: String) {
        let path = format!("/api/v1/guides/{}/revisions", self.site.guide_id);
        let mut number = 0;
        let mut over_since = None;
        for node in (0..self.nodes.len()).cycle() {
            let source = format!("{}\n{name} {number}\n", self.site.source);
            let body = json!({ "source": source, "message": "" });
            let headers = format!("If-Match: \"{base}\"\r\nIdempotency-Key: {name}-{number}\r\n");
            let saved = self.attempt(node, "POST", &path, Some(&body), &headers);
            let revision = match &saved.outcome {
                Outcome::Done(revision) => revision.clone(),
                Outcome::Refused | Outcome::Wrong(_) => None,
            };
            self.note(|log| log.saves.push(saved));
            if self.is_over.load(Ordering::Relaxed) {
                // The fate of the last save is known only when it is acknowledged.
                let since: &mut Instant = over_since.get_or_insert_with(Instant::now);
                if revision.is_some() || since.elapsed() > PATIENCE {
                    return;
                }
            }
            if let Some(revision) = revision {
                base = revision;
                number += 1;
            }
            std::thread::sleep(SAVE_EVERY);
        }
    }

    fn read_as_site(&self, node: usize) {
        for path in self.site.paths().iter().cycle() {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            let read = self.attempt(node, "GET", path, None, "");
            self.note(|log| log.site_reads.push(read));
            std::thread::sleep(SITE_READS_EVERY);
        }
    }

    fn read_as_editor(&self, node: usize) {
        let path = format!("/api/v1/guides/{}", self.site.guide_id);
        while !self.is_over.load(Ordering::Relaxed) {
            let read = self.attempt(node, "GET", &path, None, "");
            self.note(|log| log.editor_reads.push(read));
            std::thread::sleep(EDITOR_READS_EVERY);
        }
    }

    /// Sends one request on a connection of its own, so that a refused connection shows.
    fn attempt(
        &self,
        node: usize,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &str,
    ) -> Attempt {
        let begun = Instant::now();
        let answer = Client::connect_within(self.nodes[node], PATIENCE).and_then(|client| {
            let mut client = client.with_cookie(&self.site.cookie);
            client.exchange(method, path, body, headers)
        });
        let outcome = fate(answer.with_context(|| format!("{method} {path}")));
        Attempt::new(node, begun, Instant::now(), outcome)
    }

    fn note(&self, note: impl FnOnce(&mut Log)) {
        note(&mut self.log.lock().expect("no client panics"));
    }
}

fn fate(answer: anyhow::Result<Answer>) -> Outcome {
    match answer {
        Ok(answer) if (200..300).contains(&answer.status) => {
            Outcome::Done(revision_of(&answer.body))
        }
        Ok(answer) if answer.status == 503 && answer.says_when_to_retry => Outcome::Refused,
        Ok(answer) => {
            let said = String::from_utf8_lossy(&answer.body);
            Outcome::Wrong(format!("{}: {said}", answer.status))
        }
        Err(error) => Outcome::Wrong(format!("{error:#}")),
    }
}

/// Returns the revision that a save made.
fn revision_of(body: &[u8]) -> Option<String> {
    let saved: Value = serde_json::from_slice(body).ok()?;
    saved["revision_id"].as_str().map(str::to_owned)
}
