//! Bringing many files in: everything is read and checked first, then written in short batches.
//!
//! Nothing but paths and hashes is held between the two, so that ten thousand files need little
//! memory, and no transaction is long, so that nobody's save waits for the import. A file that
//! is in the database already is recognised by its path, then by its slug, and skipped where
//! its text is the newest: repeating a broken-off import finishes it.

mod files;
mod plan;
mod report;
mod run;

pub use files::{CollectError, ImportBytes, ImportFile, collect_files};
pub use report::{ImportLine, ImportProblem, ImportReport, ImportState};
pub use run::import_files;

/// How to import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Publish what is not public with this very text yet.
    pub publish: bool,
    /// Check and compare only.
    pub dry_run: bool,
    /// Import the good files although others are bad.
    pub keep_going: bool,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportProgress {
    /// So many of the files were read and checked.
    Checked(usize),
    /// So many of the files that had to be were written.
    Written {
        /// Those that are done.
        done: usize,
        /// All of them.
        of: usize,
    },
}
