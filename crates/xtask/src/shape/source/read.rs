//! Finds a target's files by following its `mod` lines.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::gather::{self, Gathered, Submodule};
use super::{Access, File, Kind, Module, Sources, Target};

/// The place where a target begins.
#[derive(Debug)]
pub(in crate::shape) struct Root {
    /// The package without our prefix.
    pub(in crate::shape) package: String,
    /// The name that paths of other crates begin with.
    pub(in crate::shape) name: String,
    pub(in crate::shape) kind: Kind,
    pub(in crate::shape) path: PathBuf,
}

/// Reads every target; paths are kept relative to `workspace`.
///
/// # Errors
///
/// When a file cannot be read or is not Rust.
pub(in crate::shape) fn read(workspace: &Path, roots: Vec<Root>) -> anyhow::Result<Sources> {
    let mut sources = Sources::default();
    for root in roots {
        let target = sources.targets.len();
        sources.targets.push(Target {
            package: root.package,
            name: root.name,
            kind: root.kind,
            root: sources.modules.len(),
        });
        let folder = root.path.parent().unwrap_or(workspace).to_owned();
        let mut reader = Reader {
            workspace,
            sources: &mut sources,
            target,
        };
        let place = Place {
            parent: None,
            name: "crate".to_owned(),
            access: Access::Public,
            is_test: root.kind == Kind::Test,
        };
        reader.file(&root.path, &folder, place)?;
    }
    Ok(sources)
}

/// A module before its contents are known.
struct Place {
    parent: Option<usize>,
    name: String,
    access: Access,
    is_test: bool,
}

struct Reader<'a> {
    workspace: &'a Path,
    sources: &'a mut Sources,
    target: usize,
}

impl Reader<'_> {
    /// Reads a file and everything below it; `children` is the folder of its submodules.
    fn file(&mut self, path: &Path, children: &Path, place: Place) -> anyhow::Result<()> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let gathered =
            gather::gather(&text).with_context(|| format!("cannot parse {}", path.display()))?;
        let file = self.sources.files.len();
        let below = path.strip_prefix(self.workspace).unwrap_or(path);
        self.sources.files.push(File {
            path: below.to_owned(),
            target: self.target,
            is_test: place.is_test,
            lines: text.lines().count(),
            test_lines: gathered.test_lines,
            is_extractor: gathered.is_extractor,
        });
        let beside = path.parent().unwrap_or(self.workspace);
        self.module(file, beside, children, place, gathered)
    }

    fn module(
        &mut self,
        file: usize,
        beside: &Path,
        children: &Path,
        place: Place,
        gathered: Gathered,
    ) -> anyhow::Result<()> {
        let index = self.sources.modules.len();
        let is_test = place.is_test;
        if let Some(parent) = place.parent {
            self.sources.modules[parent].children.push(index);
        }
        self.sources.modules.push(Module {
            target: self.target,
            file,
            parent: place.parent,
            name: place.name,
            access: place.access,
            is_test,
            children: Vec::new(),
            facts: gathered.facts,
        });
        for submodule in gathered.submodules {
            self.submodule(index, beside, children, submodule)?;
        }
        Ok(())
    }

    fn submodule(
        &mut self,
        parent: usize,
        beside: &Path,
        children: &Path,
        submodule: Submodule,
    ) -> anyhow::Result<()> {
        let place = Place {
            parent: Some(parent),
            name: submodule.name.clone(),
            access: submodule.access,
            is_test: submodule.is_test || self.sources.modules[parent].is_test,
        };
        if let Some(inside) = submodule.inside {
            let file = self.sources.modules[parent].file;
            let folder = children.join(&submodule.name);
            return self.module(file, beside, &folder, place, *inside);
        }
        let (path, folder) = find(beside, children, &submodule);
        self.file(&path, &folder, place)
    }
}

/// Returns the file of a submodule, and the folder of its own submodules.
fn find(beside: &Path, children: &Path, submodule: &Submodule) -> (PathBuf, PathBuf) {
    if let Some(written) = &submodule.path {
        let path = beside.join(written);
        let folder = path.parent().unwrap_or(beside).to_owned();
        return (path, folder);
    }
    let folder = children.join(&submodule.name);
    let file = folder.with_extension("rs");
    if file.is_file() {
        (file, folder)
    } else {
        (folder.join("mod.rs"), folder)
    }
}
