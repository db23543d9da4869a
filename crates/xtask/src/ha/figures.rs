//! The figures of a scene, and what does not hold by them.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

use super::load::{Attempt, Log, Outcome};
use super::scenes::Scene;

/// The wrong responses that are printed of each kind.
const SHOWN: usize = 3;

/// The longest time of a request: 10 s of the server, and a busy machine.
const LONGEST: Duration = Duration::from_secs(12);

/// The heads of the table's columns.
const HEAD: [&str; 10] = [
    "scene",
    "saves",
    "lost",
    "extra",
    "refused",
    "without saves",
    "longest request",
    "site reads",
    "failed",
    "editors' failed",
];

/// The figures of one scene.
#[derive(Debug)]
pub(super) struct Figures {
    scene: Scene,
    acknowledged: usize,
    /// Acknowledged revisions that the database does not have.
    lost: usize,
    /// Revisions that the database has and nobody was told of.
    extra: usize,
    refused: usize,
    /// The longest time without an acknowledged save.
    gap: Duration,
    /// The longest time until an editor got a response.
    longest: Duration,
    site_reads: usize,
    site_failed: usize,
    editors_reads: usize,
    editors_failed: usize,
}

impl Figures {
    /// Compares what clients saw with the revisions in the database before and after.
    pub(super) fn new(
        scene: Scene,
        log: &Log,
        before: &BTreeSet<String>,
        after: &BTreeSet<String>,
    ) -> Self {
        let done: Vec<(&Attempt, &String)> = log.saves.iter().filter_map(acknowledged).collect();
        let told: BTreeSet<String> = done
            .iter()
            .map(|(_, revision)| (*revision).clone())
            .collect();
        let pairs = done.iter().zip(done.iter().skip(1));
        let gaps = pairs.map(|((one, _), (next, _))| next.ended - one.ended);
        let requests = log.saves.iter().chain(&log.editor_reads);
        let failed =
            |reads: &[Attempt]| reads.iter().filter(|read| !read.outcome.is_done()).count();
        Self {
            scene,
            acknowledged: told.len(),
            lost: told.difference(after).count(),
            extra: after
                .iter()
                .filter(|id| !before.contains(*id) && !told.contains(*id))
                .count(),
            refused: log
                .saves
                .iter()
                .filter(|save| save.outcome.is_refused())
                .count(),
            gap: gaps.max().unwrap_or_default(),
            longest: requests.map(Attempt::took).max().unwrap_or_default(),
            site_reads: log.site_reads.len(),
            site_failed: failed(&log.site_reads),
            editors_reads: log.editor_reads.len(),
            editors_failed: failed(&log.editor_reads),
        }
    }

    /// Returns what must hold in every scene and does not.
    pub(super) fn broken(&self, log: &Log) -> Vec<String> {
        let mut broken = Vec::new();
        let mut must_be_none = |count: usize, what: &str| {
            if count > 0 {
                broken.push(format!("{count} {what}"));
            }
        };
        must_be_none(self.lost, "acknowledged saves are lost");
        must_be_none(self.extra, "revisions are there that nobody was told of");
        must_be_none(self.site_failed, "reads of sites failed");
        if self.acknowledged == 0 || self.site_reads == 0 {
            broken.push("the clients did nothing".to_owned());
        }
        if self.longest > LONGEST {
            let longest = self.longest.as_secs();
            broken.push(format!("an editor waited {longest} s for a response"));
        }
        broken.extend(wrong("save", &log.saves));
        broken.extend(wrong("read of an editor", &log.editor_reads));
        broken.extend(wrong("read of a site", &log.site_reads));
        broken
    }

    fn cells(&self) -> [String; 10] {
        [
            self.scene.name().to_owned(),
            self.acknowledged.to_string(),
            self.lost.to_string(),
            self.extra.to_string(),
            self.refused.to_string(),
            format!("{:.1} s", self.gap.as_secs_f64()),
            format!("{:.1} s", self.longest.as_secs_f64()),
            self.site_reads.to_string(),
            self.site_failed.to_string(),
            format!("{} of {}", self.editors_failed, self.editors_reads),
        ]
    }
}

/// Returns the revision of a save that was acknowledged.
fn acknowledged(save: &Attempt) -> Option<(&Attempt, &String)> {
    match &save.outcome {
        Outcome::Done(Some(revision)) => Some((save, revision)),
        Outcome::Done(None) | Outcome::Refused | Outcome::Wrong(_) => None,
    }
}

/// Describes responses that are neither a success nor a 503 with `Retry-After`.
fn wrong(kind: &str, attempts: &[Attempt]) -> Vec<String> {
    let words = attempts
        .iter()
        .filter_map(|attempt| match &attempt.outcome {
            Outcome::Wrong(words) => Some(words),
            Outcome::Done(_) | Outcome::Refused => None,
        });
    let words: Vec<&String> = words.collect();
    let count = words.len();
    let shown = words.iter().take(SHOWN);
    shown
        .map(|words| format!("{kind}, one of {count} wrong ones: {words}"))
        .collect()
}

/// Returns the table of all scenes.
pub(super) fn table(all: &[Figures]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(all.iter().map(Figures::cells));
    crate::table::lines(&rows)
}
