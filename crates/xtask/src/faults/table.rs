//! The faults, and the tests that make each of them.
//!
//! This is the one list. A fault without a test stands here too, and `cargo xtask faults` says so.

mod daily;
mod operations;

use crate::ha::Scene;

/// A fault that Annai must survive.
#[derive(Debug)]
pub(super) struct Fault {
    /// Its number, such as `F1`.
    pub(super) id: &'static str,
    /// The fault in words.
    pub(super) what: &'static str,
    /// The promise that must hold meanwhile and afterwards.
    pub(super) holds: &'static str,
    /// The tests that make the fault; empty where none was written yet.
    pub(super) tests: &'static [Test],
}

/// A test that makes a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Test {
    /// A Rust test: its file below the workspace, and its function.
    Rust(&'static str, &'static str),
    /// A browser test: its file below `tests/browser`, and the beginning of its name.
    Browser(&'static str, &'static str),
    /// A scene of `cargo xtask ha`.
    Scene(Scene),
}

/// Returns every fault, in the order of the table.
pub(super) fn faults() -> impl Iterator<Item = &'static Fault> {
    daily::FAULTS.iter().chain(operations::FAULTS)
}
