//! The workspace's Rust files, reduced to the facts that the checks need.

mod attributes;
mod declared;
mod gather;
mod read;
mod tokens;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub(super) use read::{Root, read};

/// All files and modules of all targets.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// Each file of each target.
    pub(super) files: Vec<File>,
    /// Each module of each target.
    pub(super) modules: Vec<Module>,
    /// Each library, program, example and test.
    pub(super) targets: Vec<Target>,
}

/// One thing that cargo compiles.
#[derive(Debug)]
pub(super) struct Target {
    /// The package without our prefix, such as `storage`.
    pub(super) package: String,
    /// The name that paths of other crates begin with, such as `annai_storage`.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The module at its root.
    pub(super) root: usize,
}

/// A kind of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Other crates can use it.
    Library,
    /// A program, an example or a build script.
    Program,
    /// Tests of the public interface.
    Test,
}

/// One file.
#[derive(Debug)]
pub(super) struct File {
    /// The path below the workspace.
    pub(super) path: PathBuf,
    pub(super) target: usize,
    /// True when only tests are compiled with it.
    pub(super) is_test: bool,
    /// The number of lines, tests included.
    pub(super) lines: usize,
    /// The number of lines that only tests are compiled with.
    pub(super) test_lines: usize,
    /// True when it implements an extractor of axum's.
    pub(super) is_extractor: bool,
}

/// One module: a file's own, or one written inside a file.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) target: usize,
    pub(super) file: usize,
    pub(super) parent: Option<usize>,
    /// Its own name; `crate` at the root.
    pub(super) name: String,
    pub(super) access: Access,
    pub(super) is_test: bool,
    pub(super) children: Vec<usize>,
    pub(super) facts: Facts,
}

/// The contents of one module.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) items: Vec<Item>,
    pub(super) methods: Vec<Method>,
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
    /// Each identifier in the module's code.
    pub(super) identifiers: BTreeSet<String>,
}

/// The visibility of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Private,
    /// `pub(crate)` and similar visibilities.
    Crate,
    Public,
}

/// A type, function, constant, trait or macro.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) access: Access,
    pub(super) line: usize,
    /// The paths that a user of the item meets: public fields, parameters, results, a macro's expansion.
    pub(super) signature: Vec<Vec<String>>,
    /// True for `#[macro_export]`: paths find the macro at the root of its crate.
    pub(super) is_exported_macro: bool,
}

/// A function or constant in an `impl` that others can use.
#[derive(Debug)]
pub(super) struct Method {
    /// The type, as the `impl` names it.
    pub(super) of: Vec<String>,
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) signature: Vec<Vec<String>>,
    /// False for the functions of a trait.
    pub(super) is_inherent: bool,
}

/// One name that a `use` brings in.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// `None` for `*`.
    pub(super) name: Option<String>,
    pub(super) access: Access,
    pub(super) line: usize,
    pub(super) is_test: bool,
}

/// A path in the code.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    pub(super) is_test: bool,
}

impl Sources {
    /// Returns a line's place as editors jump to it.
    pub(super) fn place(&self, module: usize, line: usize) -> String {
        let file = &self.files[self.modules[module].file];
        format!("{}:{line}", file.path.display())
    }

    /// Returns the package that a file belongs to.
    pub(super) fn package_of(&self, file: &File) -> &str {
        &self.targets[file.target].package
    }
}
