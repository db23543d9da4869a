//! Public items that no other crate uses.
//!
//! Other crates, examples and tests of the public interface count as users. An item in a used signature
//! counts as used too, even if other crates never write its name. Methods and constants of types are looked
//! for by their names alone, so a method escapes when another crate has the same word.

use std::collections::BTreeSet;

use super::resolve::{Definition, Resolver};
use super::source::{Access, Kind, Sources};
use super::{Finding, Rule};

/// An item by its module and name.
type Key = (usize, String);

/// Finds what could be private to its crate.
pub(super) fn find(sources: &Sources, resolver: &Resolver<'_>) -> Vec<Finding> {
    let exported = exported(sources, resolver);
    let mut needed = used_outside(sources, resolver);
    needed.retain(|key| exported.contains(key));
    follow_signatures(sources, resolver, &mut needed);

    let mut findings = Vec::new();
    for (index, module) in sources.modules.iter().enumerate() {
        for item in &module.facts.items {
            let key = (index, item.name.clone());
            if exported.contains(&key) && !needed.contains(&key) {
                findings.push(Finding {
                    rule: Rule::UnusedPublic,
                    place: sources.place(index, item.line),
                    problem: format!("no other crate uses `{}`", item.name),
                });
            }
        }
    }
    findings.extend(methods(sources, resolver, &needed));
    findings
}

/// Lists the items of libraries that others can name.
fn exported(sources: &Sources, resolver: &Resolver<'_>) -> BTreeSet<Key> {
    let mut exported = BTreeSet::new();
    for target in &sources.targets {
        if target.kind == Kind::Library {
            export(sources, resolver, target.root, &mut exported);
        }
    }
    for (index, module) in sources.modules.iter().enumerate() {
        let macros = module.facts.items.iter();
        let macros = macros.filter(|item| item.is_exported_macro);
        exported.extend(macros.map(|item| (index, item.name.clone())));
    }
    exported
}

fn export(sources: &Sources, resolver: &Resolver<'_>, module: usize, exported: &mut BTreeSet<Key>) {
    let here = &sources.modules[module];
    for item in &here.facts.items {
        if item.access == Access::Public {
            exported.insert((module, item.name.clone()));
        }
    }
    for child in &here.children {
        let child_module = &sources.modules[*child];
        if child_module.access == Access::Public && !child_module.is_test {
            export(sources, resolver, *child, exported);
        }
    }
    for import in &here.facts.imports {
        if import.access != Access::Public || import.is_test {
            continue;
        }
        match resolver.import(module, import) {
            Some(Definition::Item { module, name }) => {
                exported.insert((module, name));
            }
            Some(Definition::Module(inner)) if inner != module => {
                export(sources, resolver, inner, exported);
            }
            _ => {}
        }
    }
}

/// Lists the items that another target names.
fn used_outside(sources: &Sources, resolver: &Resolver<'_>) -> BTreeSet<Key> {
    let mut used = BTreeSet::new();
    for (index, module) in sources.modules.iter().enumerate() {
        let mut add = |definition| {
            if let Some(Definition::Item { module: of, name }) = definition
                && sources.modules[of].target != module.target
            {
                used.insert((of, name));
            }
        };
        for mention in &module.facts.mentions {
            add(resolver.resolve(index, &mention.path));
        }
        for import in &module.facts.imports {
            add(resolver.import(index, import));
        }
    }
    used
}

/// Adds the types in the signatures of needed items, then those in their signatures, and so on.
fn follow_signatures(sources: &Sources, resolver: &Resolver<'_>, needed: &mut BTreeSet<Key>) {
    let methods = methods_by_type(sources, resolver);
    let mut waiting: Vec<Key> = needed.iter().cloned().collect();
    while let Some(key) = waiting.pop() {
        let (module, name) = &key;
        let items = sources.modules[*module].facts.items.iter();
        let items = items.filter(|item| item.name == *name);
        let signatures = items.map(|item| (*module, &item.signature));
        let of_type = methods.iter().filter(|(of, _, _)| *of == key);
        let of_type = of_type.map(|(_, module, method)| (*module, &method.signature));
        for (module, signature) in signatures.chain(of_type) {
            for path in signature {
                if let Some(Definition::Item { module, name }) = resolver.resolve(module, path) {
                    let key = (module, name);
                    if needed.insert(key.clone()) {
                        waiting.push(key);
                    }
                }
            }
        }
    }
}

/// Lists each method with its type and its module.
fn methods_by_type<'a>(
    sources: &'a Sources,
    resolver: &Resolver<'_>,
) -> Vec<(Key, usize, &'a super::source::Method)> {
    let mut methods = Vec::new();
    for (index, module) in sources.modules.iter().enumerate() {
        for method in &module.facts.methods {
            if let Some(Definition::Item { module, name }) = resolver.resolve(index, &method.of) {
                methods.push(((module, name), index, method));
            }
        }
    }
    methods
}

/// Finds public methods whose names no other target has.
fn methods(sources: &Sources, resolver: &Resolver<'_>, needed: &BTreeSet<Key>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (of, index, method) in methods_by_type(sources, resolver) {
        let target = sources.modules[index].target;
        let is_library = sources.targets[target].kind == Kind::Library;
        if !method.is_inherent || !is_library || !needed.contains(&of) {
            continue;
        }
        let others = sources.modules.iter();
        let mut others = others.filter(|module| module.target != target);
        if !others.any(|module| module.facts.identifiers.contains(&method.name)) {
            findings.push(Finding {
                rule: Rule::UnusedPublic,
                place: sources.place(index, method.line),
                problem: format!("no other crate uses `{}::{}`", of.1, method.name),
            });
        }
    }
    findings
}
