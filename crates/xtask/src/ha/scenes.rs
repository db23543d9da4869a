//! The faults that are made, and what must hold in each.

use std::time::{Duration, Instant};

use super::cluster::Cluster;
use super::load::{Load, Log};
use super::member::Member;
use crate::process;

/// The time before each fault in which everything works.
const BEFORE: Duration = Duration::from_secs(3);

/// The time that both standbys stand still: two saves are refused meanwhile.
const FROZEN: Duration = Duration::from_secs(25);

/// The time that the old leader lives beside the new one.
const SPLIT: Duration = Duration::from_secs(20);

/// A fault of the database's cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Scene {
    /// The leader's Patroni and Postgres are killed.
    Killed,
    /// The lead is handed over on request.
    Switchover,
    /// No standby receives anything.
    Frozen,
    /// The leader's Patroni stands still, so that another member takes the lead beside it.
    Split,
}

/// The time in which a fault lasts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    begun: Instant,
    ended: Instant,
}

impl Window {
    fn around<T>(fault: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<Self> {
        let begun = Instant::now();
        fault()?;
        Ok(Self {
            begun,
            ended: Instant::now(),
        })
    }

    fn contains(self, at: Instant) -> bool {
        at >= self.begun && at < self.ended
    }
}

impl Scene {
    /// Every scene, in the order of its run.
    pub(crate) const ALL: [Self; 4] = [Self::Killed, Self::Switchover, Self::Frozen, Self::Split];

    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Switchover => "switchover",
            Self::Frozen => "frozen",
            Self::Split => "split",
        }
    }

    /// Makes the fault, waits until saves go on, and repairs the cluster.
    pub(super) fn play(self, cluster: &mut Cluster, load: &Load<'_>) -> anyhow::Result<Window> {
        load.wait_for_saves()?;
        std::thread::sleep(BEFORE);
        let window = match self {
            Self::Killed => kill(cluster, load)?,
            Self::Switchover => switch_over(cluster)?,
            Self::Frozen => freeze(cluster)?,
            Self::Split => split(cluster)?,
        };
        load.wait_for_saves()?;
        cluster.wait_until_whole()?;
        load.wait_for_saves()?;
        Ok(window)
    }

    /// Returns what does not hold in this scene, beside what every scene must hold.
    pub(super) fn broken(self, log: &Log, window: Window) -> Vec<String> {
        match self {
            Self::Killed | Self::Switchover => Vec::new(),
            Self::Frozen => broken_while_frozen(log, window),
            Self::Split => broken_while_split(log, window),
        }
    }
}

fn kill(cluster: &mut Cluster, load: &Load<'_>) -> anyhow::Result<Window> {
    let old = cluster.leader()?;
    let window = Window::around(|| {
        cluster.kill(old)?;
        cluster.leader_after(old)
    })?;
    load.wait_for_saves()?;
    cluster.start_again(old)?;
    Ok(window)
}

fn switch_over(cluster: &Cluster) -> anyhow::Result<Window> {
    let old = cluster.leader()?;
    let new = cluster.synchronous()?;
    Window::around(|| {
        cluster.member(old).hand_over_to(cluster.member(new))?;
        cluster.leader_after(old)
    })
}

fn freeze(cluster: &Cluster) -> anyhow::Result<Window> {
    let standbys = cluster.others(cluster.leader()?);
    let receivers: Vec<u32> = standbys
        .map(Member::receiver)
        .collect::<anyhow::Result<_>>()?;
    for receiver in &receivers {
        process::signal(*receiver, "STOP")?;
    }
    let window = Window::around(|| {
        std::thread::sleep(FROZEN);
        Ok(())
    })?;
    for receiver in receivers {
        process::signal(receiver, "CONT")?;
    }
    Ok(window)
}

fn split(cluster: &Cluster) -> anyhow::Result<Window> {
    let old = cluster.leader()?;
    cluster.member(old).signal_patroni("STOP")?;
    let elected = cluster.leader_after(old);
    let window = Window::around(|| {
        std::thread::sleep(SPLIT);
        elected
    });
    cluster.member(old).signal_patroni("CONT")?;
    window
}

fn broken_while_split(log: &Log, window: Window) -> Vec<String> {
    let mut saves = log.saves.iter();
    if saves.any(|save| window.contains(save.ended) && save.outcome.is_done()) {
        return Vec::new();
    }
    vec!["no save reached the new leader while the old one lived".to_owned()]
}

fn broken_while_frozen(log: &Log, window: Window) -> Vec<String> {
    let saves = || log.saves.iter().filter(|save| window.contains(save.begun));
    let answered = || saves().filter(|save| window.contains(save.ended));
    let acknowledged = answered().filter(|save| save.outcome.is_done()).count();
    let refused = answered().filter(|save| save.outcome.is_refused()).count();
    let reads = log
        .editor_reads
        .iter()
        .filter(|read| window.contains(read.begun));
    let failed = reads.filter(|read| !read.outcome.is_done()).count();
    let mut broken = Vec::new();
    if acknowledged > 0 {
        broken.push(format!(
            "{acknowledged} saves were acknowledged that no standby has"
        ));
    }
    if refused == 0 {
        broken.push("no save was refused while no standby received anything".to_owned());
    }
    if failed > 0 {
        broken.push(format!(
            "{failed} reads of editors failed though the leader ran"
        ));
    }
    broken
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Scene, Window};
    use crate::ha::load::{Attempt, Log, Outcome};

    #[test]
    fn while_no_standby_receives_saves_are_refused_and_editors_read_on() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let window = Window {
            begun: at(10),
            ended: at(40),
        };
        let attempt = |from, to, outcome| Attempt::new(0, at(from), at(to), outcome);
        let broken = |saves, editor_reads| {
            let log = Log {
                saves,
                editor_reads,
                ..Log::default()
            };
            Scene::Frozen.broken(&log, window).len()
        };
        let done = || Outcome::Done(None);
        let refused = || attempt(12, 22, Outcome::Refused);

        let over_the_end = attempt(39, 41, done());
        assert_eq!(
            broken(vec![refused(), over_the_end], vec![attempt(12, 12, done())]),
            0
        );
        assert_eq!(
            broken(vec![refused(), attempt(12, 13, done())], Vec::new()),
            1
        );
        assert_eq!(broken(Vec::new(), Vec::new()), 1);
        assert_eq!(
            broken(vec![refused()], vec![attempt(12, 22, Outcome::Refused)]),
            1
        );
    }

    #[test]
    fn while_two_leaders_live_saves_reach_the_new_one() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let window = Window {
            begun: at(10),
            ended: at(30),
        };
        let saved = |second, outcome| Log {
            saves: vec![Attempt::new(0, at(second), at(second), outcome)],
            ..Log::default()
        };

        let broken = |log: Log| Scene::Split.broken(&log, window).len();
        assert_eq!(broken(saved(12, Outcome::Done(None))), 0);
        assert_eq!(broken(saved(12, Outcome::Refused)), 1);
        assert_eq!(broken(saved(31, Outcome::Done(None))), 1);
    }
}
