//! Circles of files inside a crate.
//!
//! A file uses another when its code names an item that the other defines. A re-export does not count as a
//! use: the path is followed to the file that defines the item. Methods are not seen, and tests are left out.
//!
//! A module's use of its own submodules does not count. Rust lets a submodule see the private items of the
//! modules around it. So a module and its submodules are written as one: the module holds their common items
//! and calls them. Counted, each such folder would be a circle, and the cure would be one more file. The
//! remaining circles join modules that do not contain each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::resolve::{Definition, Resolver};
use super::source::{Access, Module, Sources};
use super::{Finding, Rule};

/// The files that each file uses, with one example each.
type Uses = BTreeMap<usize, BTreeMap<usize, String>>;

/// Finds every circle.
pub(super) fn find(sources: &Sources, resolver: &Resolver<'_>) -> Vec<Finding> {
    let uses = uses(sources, resolver);
    circles(&uses)
        .iter()
        .map(|circle| describe(sources, &uses, circle))
        .collect()
}

fn uses(sources: &Sources, resolver: &Resolver<'_>) -> Uses {
    let mut uses = Uses::new();
    for (index, module) in sources.modules.iter().enumerate() {
        if module.is_test {
            continue;
        }
        let mut add = |definition: Option<Definition>, path: &[String], line: usize| {
            let Some(Definition::Item { module: target, .. }) = definition else {
                return;
            };
            let target = &sources.modules[target];
            let is_other = target.target == module.target && target.file != module.file;
            if !is_other || contains(sources, index, target) {
                return;
            }
            let example = || format!("{} uses {}", sources.place(index, line), path.join("::"));
            let of_file = uses.entry(module.file).or_default();
            of_file.entry(target.file).or_insert_with(example);
        };
        for mention in &module.facts.mentions {
            if !mention.is_test {
                add(
                    resolver.resolve(index, &mention.path),
                    &mention.path,
                    mention.line,
                );
            }
        }
        for import in &module.facts.imports {
            // A trait is used by importing it; a public import only passes it on.
            if !import.is_test && import.access == Access::Private {
                add(resolver.import(index, import), &import.path, import.line);
            }
        }
    }
    uses
}

/// Returns whether `inner` is a submodule of `outer`, at any depth.
fn contains(sources: &Sources, outer: usize, inner: &Module) -> bool {
    let mut parent = inner.parent;
    while let Some(index) = parent {
        if index == outer {
            return true;
        }
        parent = sources.modules[index].parent;
    }
    false
}

/// Returns the sets of files that all reach each other, largest first.
fn circles(uses: &Uses) -> Vec<BTreeSet<usize>> {
    let reached: BTreeMap<usize, BTreeSet<usize>> = uses
        .keys()
        .map(|file| (*file, reachable(uses, *file)))
        .collect();
    let mut circles = BTreeSet::new();
    for (file, targets) in &reached {
        if targets.contains(file) {
            let comes_back = |target: &&usize| {
                reached
                    .get(target)
                    .is_some_and(|targets| targets.contains(file))
            };
            let circle: BTreeSet<usize> = targets.iter().filter(comes_back).copied().collect();
            circles.insert(circle);
        }
    }
    let mut circles = Vec::from_iter(circles);
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

fn reachable(uses: &Uses, from: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(file) = waiting.pop() {
        for target in uses.get(&file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(*target) {
                waiting.push(*target);
            }
        }
    }
    reached
}

/// Names the files of a circle, with one shortest way round as evidence.
fn describe(sources: &Sources, uses: &Uses, circle: &BTreeSet<usize>) -> Finding {
    let first = *circle.first().expect("a circle has files");
    let path = |file: usize| sources.files[file].path.display().to_string();
    let names: Vec<String> = circle.iter().map(|file| path(*file)).collect();
    let mut problem = format!("a circle of {} files: {}", circle.len(), names.join(", "));
    for (from, to) in way_round(uses, circle) {
        problem.push_str("\n    ");
        problem.push_str(&uses[&from][&to]);
    }
    Finding {
        rule: Rule::Circle,
        place: path(first),
        problem,
    }
}

/// Returns the shortest way from a file of the circle back to it.
fn way_round(uses: &Uses, circle: &BTreeSet<usize>) -> Vec<(usize, usize)> {
    let ways = circle.iter().filter_map(|start| {
        let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut waiting = VecDeque::from([*start]);
        while let Some(file) = waiting.pop_front() {
            for target in uses.get(&file).into_iter().flat_map(BTreeMap::keys) {
                if !circle.contains(target) || came_from.contains_key(target) {
                    continue;
                }
                came_from.insert(*target, file);
                waiting.push_back(*target);
            }
        }
        let mut way = Vec::new();
        let mut file = *start;
        loop {
            let before = *came_from.get(&file)?;
            way.push((before, file));
            file = before;
            if file == *start {
                way.reverse();
                return Some(way);
            }
        }
    });
    ways.min_by_key(Vec::len).unwrap_or_default()
}
