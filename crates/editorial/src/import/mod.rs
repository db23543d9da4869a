//! Imports many files: reads and checks all of them first, then writes in short batches.
//!
//! Only paths and hashes are held between the two passes, so that ten thousand files need little
//! memory. No transaction is long, so that nobody's save waits for the import. A file that is in
//! the database already is recognised by its path, then by its slug, and skipped if its text is the
//! newest: repeating an interrupted import finishes it.

mod files;
mod plan;
mod report;
mod run;

pub use files::{CollectError, ImportBytes, ImportFile, collect_files};
pub use report::{ImportLine, ImportProblem, ImportReport, ImportState};
pub use run::import_files;

/// The options of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Publish the files whose text is not public yet.
    pub publish: bool,
    /// Check and compare only.
    pub dry_run: bool,
    /// Import the good files even if others are bad.
    pub keep_going: bool,
}

/// The progress of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportProgress {
    /// The number of files that were read and checked.
    Checked(usize),
    /// The number of due files that were written.
    Written {
        /// The number of files written so far.
        done: usize,
        /// The number of files to write.
        of: usize,
    },
}
