use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::Figures;
use crate::ha::load::{Attempt, Log, Outcome};
use crate::ha::scenes::Scene;

/// Puts requests one, four, nine … seconds after the start.
fn attempts(outcomes: impl IntoIterator<Item = Outcome>) -> Vec<Attempt> {
    let start = Instant::now();
    let outcomes = outcomes.into_iter().zip(1_u32..);
    let attempts = outcomes.map(|(outcome, number)| {
        let at = start + Duration::from_secs(1) * number * number;
        Attempt::new(0, at, at, outcome)
    });
    attempts.collect()
}

fn saved(revision: &str) -> Outcome {
    Outcome::Done(Some(revision.to_owned()))
}

fn revisions(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn what_was_acknowledged_and_is_not_there_is_lost_and_the_other_way_round_is_extra() {
    let log = Log {
        saves: attempts([saved("b"), Outcome::Refused, saved("c"), saved("d")]),
        site_reads: attempts([Outcome::Done(None)]),
        editor_reads: attempts([Outcome::Refused]),
    };

    let figures = Figures::new(
        Scene::Killed,
        &log,
        &revisions(&["a"]),
        &revisions(&["a", "b", "x", "d"]),
    );

    assert_eq!(
        figures.cells(),
        [
            "killed", "3", "1", "1", "1", "8.0 s", "0.0 s", "1", "0", "1 of 1"
        ]
    );
    let broken = figures.broken(&log);
    assert_eq!(broken.len(), 2, "{broken:?}");
}

#[test]
fn a_site_gets_no_refusal_and_nobody_a_wrong_response() {
    let log = Log {
        saves: attempts([saved("a"), Outcome::Wrong("500".to_owned())]),
        site_reads: attempts([Outcome::Refused, Outcome::Done(None)]),
        editor_reads: attempts([Outcome::Wrong("no answer".to_owned())]),
    };

    let figures = Figures::new(Scene::Split, &log, &revisions(&[]), &revisions(&["a"]));

    let broken = figures.broken(&log);
    assert_eq!(broken.len(), 3, "{broken:?}");
    assert!(broken[0].contains("1 reads of sites"), "{broken:?}");
}

#[test]
fn an_editor_is_answered_in_time_whatever_the_answer() {
    let begun = Instant::now();
    let after = |seconds| {
        let ended = begun + Duration::from_secs(seconds);
        let log = Log {
            saves: vec![Attempt::new(0, begun, ended, saved("a"))],
            site_reads: attempts([Outcome::Done(None)]),
            editor_reads: Vec::new(),
        };
        Figures::new(Scene::Split, &log, &revisions(&[]), &revisions(&["a"])).broken(&log)
    };

    assert!(after(11).is_empty());
    assert_eq!(after(25), ["an editor waited 25 s for a response"]);
}
