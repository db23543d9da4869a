//! The faults that Annai must survive, and the tests that make them.

mod results;
mod sources;
mod table;

use std::collections::BTreeMap;

use anyhow::bail;

use crate::workspace::Workspace;
use results::Results;
use table::{Fault, Test, faults};

/// The faults to make.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Runs nothing; fails when a test of the table does not exist.
    #[arg(long, conflicts_with = "ids")]
    check: bool,

    /// The faults to make, such as `F25`; without it all of them.
    ids: Vec<String>,
}

/// The outcome of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Survived,
    Failed,
    NotRun,
    NoTest,
}

impl Verdict {
    fn words(self) -> &'static str {
        match self {
            Self::Survived => "survived",
            Self::Failed => "failed",
            Self::NotRun => "not run",
            Self::NoTest => "no test yet",
        }
    }

    fn of(fault: &Fault, results: &Results) -> Self {
        let results: Vec<_> = fault.tests.iter().map(|test| results.get(test)).collect();
        if results.is_empty() {
            Self::NoTest
        } else if results.contains(&Some(&false)) {
            Self::Failed
        } else if results.contains(&None) {
            Self::NotRun
        } else {
            Self::Survived
        }
    }
}

/// Makes the faults by their tests, and prints which of them Annai survived.
///
/// # Errors
///
/// When a fault was not survived, has no test, or could not be made.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    check(workspace)?;
    if options.check {
        return Ok(());
    }
    let chosen = chosen(&options.ids)?;
    let tests: Vec<Test> = chosen
        .iter()
        .flat_map(|fault| fault.tests)
        .copied()
        .collect();
    let results = results::of(workspace, &tests);
    let mut rows = vec![["", "fault", "holds", "outcome"].map(str::to_owned)];
    let mut open: BTreeMap<Verdict, Vec<&str>> = BTreeMap::new();
    for fault in chosen {
        let verdict = Verdict::of(fault, &results);
        rows.push([fault.id, fault.what, fault.holds, verdict.words()].map(str::to_owned));
        if verdict != Verdict::Survived {
            open.entry(verdict).or_default().push(fault.id);
        }
    }
    eprint!("{}", crate::table::lines(&rows));
    if !open.is_empty() {
        let open = open
            .iter()
            .map(|(verdict, ids)| format!("{}: {}", verdict.words(), ids.join(", ")));
        bail!(
            "not every fault was survived. {}",
            open.collect::<Vec<_>>().join(" · ")
        );
    }
    Ok(())
}

/// Makes sure that every test of the table exists. Runs none of them.
///
/// # Errors
///
/// When a test does not exist.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    sources::check(workspace.root())
}

fn chosen(ids: &[String]) -> anyhow::Result<Vec<&'static Fault>> {
    let is_known = |id: &String| faults().any(|fault| fault.id == *id);
    if let Some(unknown) = ids.iter().find(|id| !is_known(id)) {
        bail!("there is no fault `{unknown}`");
    }
    let is_chosen = |fault: &&Fault| ids.is_empty() || ids.iter().any(|id| fault.id == *id);
    Ok(faults().filter(is_chosen).collect())
}

#[cfg(test)]
mod tests {
    use super::Verdict;
    use super::results::Results;
    use super::table::{Fault, Test};

    #[test]
    fn a_fault_is_survived_only_when_every_test_of_it_passed() {
        const ONE: Test = Test::Rust("one.rs", "one");
        const TWO: Test = Test::Browser("two.mjs", "two");
        let fault = |tests| Fault {
            id: "F0",
            what: "",
            holds: "",
            tests,
        };
        let verdict = |tests, results: &[(Test, bool)]| {
            Verdict::of(&fault(tests), &results.iter().copied().collect::<Results>())
        };

        assert_eq!(
            verdict(&[ONE, TWO], &[(ONE, true), (TWO, true)]),
            Verdict::Survived
        );
        assert_eq!(
            verdict(&[ONE, TWO], &[(ONE, true), (TWO, false)]),
            Verdict::Failed
        );
        assert_eq!(verdict(&[ONE, TWO], &[(TWO, false)]), Verdict::Failed);
        assert_eq!(verdict(&[ONE, TWO], &[(ONE, true)]), Verdict::NotRun);
        assert_eq!(verdict(&[], &[]), Verdict::NoTest);
    }
}
