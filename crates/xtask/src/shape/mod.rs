//! Checks of the code's shape: sizes, circles, public items, wording.
//!
//! A check that is wrong is corrected, with the reason in its module.

mod circles;
mod extractors;
mod public;
mod resolve;
mod sizes;
mod source;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use crate::workspace::{Package, Workspace};
use resolve::Resolver;
use source::{Kind, Root};

/// Something that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    rule: Rule,
    place: String,
    problem: String,
}

/// A rule of shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    FileLines,
    CrateShare,
    Circle,
    TemplateLine,
    UnusedPublic,
    StockExtractor,
    Words,
}

impl Rule {
    fn remedy(self) -> &'static str {
        match self {
            Self::FileLines => "split the file by what its parts are about",
            Self::CrateShare => "move a part that others do not need into a crate of its own",
            Self::Circle => "move what both need into a file below both",
            Self::TemplateLine => "break the line where an element or an attribute begins",
            Self::UnusedPublic => "make it `pub(crate)`, or delete it",
            Self::Words => "begin with a verb or a noun; take the plain word",
            Self::StockExtractor => "take ours: it refuses what the description does not know",
        }
    }
}

/// Prints everything that is not as it should be, each with its place.
///
/// # Errors
///
/// When there is anything, or a file cannot be read.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let sources = source::read(workspace.root(), roots(workspace))?;
    let resolver = Resolver::new(&sources);
    let lines = sizes::lines(&sources);
    let templates = workspace.root().join("admin-ui/templates");
    let mut findings = sizes::files(&sources);
    findings.extend(sizes::crates(&lines));
    findings.extend(circles::find(&sources, &resolver));
    findings.extend(sizes::templates(workspace.root(), &templates)?);
    findings.extend(public::find(&sources, &resolver));
    findings.extend(extractors::find(&sources, &resolver));
    findings.extend(words::find(workspace.root(), &sources)?);
    let all: usize = lines.values().sum();
    for (package, own) in &lines {
        eprintln!("{package}: {own} lines, {:.1} %", sizes::percent(*own, all));
    }
    report(&findings)
}

/// Prints findings by rule, each rule with its remedy.
fn report(findings: &[Finding]) -> anyhow::Result<()> {
    let mut by_rule: BTreeMap<Rule, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry(finding.rule).or_default().push(finding);
    }
    for (rule, findings) in &by_rule {
        for finding in findings {
            eprintln!("{}: {}", finding.place, finding.problem);
        }
        eprintln!("hint: {}\n", rule.remedy());
    }
    if !findings.is_empty() {
        bail!("{} findings about the shape of the code", findings.len());
    }
    Ok(())
}

/// Lists every target of every package of ours.
fn roots(workspace: &Workspace) -> Vec<Root> {
    let members = workspace.members();
    let mut roots: Vec<Root> = members.flat_map(roots_of).collect();
    let mut seen = BTreeSet::new();
    roots.retain(|root| seen.insert(root.path.clone()));
    roots
}

fn roots_of(package: &Package) -> impl Iterator<Item = Root> {
    package.targets.iter().map(|target| Root {
        package: package
            .name
            .strip_prefix("annai-")
            .unwrap_or(&package.name)
            .to_owned(),
        name: target.name.replace('-', "_"),
        kind: match target.kind.first().map(String::as_str) {
            Some("lib" | "proc-macro") => Kind::Library,
            Some("test" | "bench") => Kind::Test,
            _ => Kind::Program,
        },
        path: target.src_path.clone(),
    })
}
