//! Follows a path in the code to the place that defines it.

use std::collections::BTreeMap;

use super::source::{Import, Kind, Sources};

/// Longer chains of re-exports than this are circles of imports.
const LONGEST_CHAIN: usize = 16;

/// The definition behind a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Definition {
    /// An item, by the module that holds it.
    Item { module: usize, name: String },
    /// A module of ours.
    Module(usize),
    /// A path of a crate that is not ours, with all renames undone.
    Foreign(Vec<String>),
}

/// Answers for all targets at once.
#[derive(Debug)]
pub(super) struct Resolver<'a> {
    sources: &'a Sources,
    libraries: BTreeMap<&'a str, usize>,
    /// The module of each exported macro, by the root where paths find it and by its name.
    macros: BTreeMap<(usize, &'a str), usize>,
}

impl<'a> Resolver<'a> {
    /// Collects the libraries and the exported macros of `sources` by name.
    pub(super) fn new(sources: &'a Sources) -> Self {
        let libraries = sources.targets.iter();
        let libraries = libraries
            .filter(|target| target.kind == Kind::Library)
            .map(|target| (target.name.as_str(), target.root))
            .collect();
        let mut macros = BTreeMap::new();
        for (index, module) in sources.modules.iter().enumerate() {
            let root = sources.targets[module.target].root;
            let items = module.facts.items.iter();
            let exported = items.filter(|item| item.is_exported_macro);
            macros.extend(exported.map(|item| ((root, item.name.as_str()), index)));
        }
        Self {
            sources,
            libraries,
            macros,
        }
    }

    /// Resolves a path that the code of `module` names; `None` for locals, generics and the prelude.
    pub(super) fn resolve(&self, module: usize, path: &[String]) -> Option<Definition> {
        self.begin(module, path, None, LONGEST_CHAIN)
    }

    /// Resolves the path of a `use`.
    pub(super) fn import(&self, module: usize, import: &Import) -> Option<Definition> {
        self.begin(module, &import.path, Some(import), LONGEST_CHAIN)
    }

    /// Resolves the first name: a keyword, something in scope, or a crate.
    fn begin(
        &self,
        module: usize,
        path: &[String],
        except: Option<&Import>,
        chain: usize,
    ) -> Option<Definition> {
        let chain = chain.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let root = self.sources.targets[self.sources.modules[module].target].root;
        match first.as_str() {
            "crate" => self.walk(root, rest, chain),
            "self" => self.walk(module, rest, chain),
            "super" => {
                let parent = self.sources.modules[module].parent?;
                let mut here = vec!["self".to_owned()];
                here.extend_from_slice(rest);
                let next = rest.first().is_some_and(|name| name == "super");
                self.begin(parent, if next { rest } else { &here }, None, chain)
            }
            "Self" => None,
            name => self
                .member(module, name, rest, except, chain)
                .or_else(|| self.outside(name, path, rest, chain)),
        }
    }

    fn outside(
        &self,
        name: &str,
        path: &[String],
        rest: &[String],
        chain: usize,
    ) -> Option<Definition> {
        if let Some(root) = self.libraries.get(name) {
            return self.walk(*root, rest, chain);
        }
        let is_path = !rest.is_empty() && name.starts_with(|letter: char| letter.is_lowercase());
        is_path.then(|| Definition::Foreign(path.to_vec()))
    }

    fn walk(&self, module: usize, path: &[String], chain: usize) -> Option<Definition> {
        match path.split_first() {
            None => Some(Definition::Module(module)),
            Some((first, rest)) => self.member(module, first, rest, None, chain),
        }
    }

    /// Looks `name` up in one module. The last name of a path is rather an item than a module.
    fn member(
        &self,
        module: usize,
        name: &str,
        rest: &[String],
        except: Option<&Import>,
        chain: usize,
    ) -> Option<Definition> {
        let chain = chain.checked_sub(1)?;
        let here = &self.sources.modules[module];
        let child = here.children.iter().copied();
        let child = child
            .into_iter()
            .find(|child| self.sources.modules[*child].name == name);
        if let Some(child) = child.filter(|_| !rest.is_empty()) {
            return self.walk(child, rest, chain);
        }
        let has_item = here.facts.items.iter().any(|item| item.name == name);
        let item = has_item.then_some(module);
        if let Some(module) = item.or_else(|| self.macros.get(&(module, name)).copied()) {
            return Some(Definition::Item {
                module,
                name: name.to_owned(),
            });
        }
        let imported = self.imported(module, name, rest, except, chain);
        match (imported, child) {
            (Some(Definition::Module(_)) | None, Some(child)) => Some(Definition::Module(child)),
            (imported, _) => imported,
        }
    }

    fn imported(
        &self,
        module: usize,
        name: &str,
        rest: &[String],
        except: Option<&Import>,
        chain: usize,
    ) -> Option<Definition> {
        let imports = &self.sources.modules[module].facts.imports;
        let others = || {
            imports
                .iter()
                .filter(|import| except.is_none_or(|except| !std::ptr::eq(*import, except)))
        };
        let named = others().filter(|import| import.name.as_deref() == Some(name));
        let mut found = None;
        for import in named {
            let target = self.begin(module, &import.path, Some(import), chain);
            let definition = self.continued(target, rest, chain);
            // One name may mean a module and a function. The function wins, because code can call it.
            if found.is_none() || matches!(found, Some(Definition::Module(_))) {
                found = definition.or(found);
            }
        }
        if found.is_some() {
            return found;
        }
        let globs = others().filter(|import| import.name.is_none());
        globs.into_iter().find_map(|import| {
            match self.begin(module, &import.path, Some(import), chain)? {
                Definition::Module(target) if target != module => {
                    self.member(target, name, rest, None, chain)
                }
                _ => None,
            }
        })
    }

    fn continued(
        &self,
        target: Option<Definition>,
        rest: &[String],
        chain: usize,
    ) -> Option<Definition> {
        match target? {
            Definition::Module(module) => self.walk(module, rest, chain),
            item @ Definition::Item { .. } => Some(item), // the rest are variants and functions
            Definition::Foreign(mut path) => {
                path.extend_from_slice(rest);
                Some(Definition::Foreign(path))
            }
        }
    }
}
