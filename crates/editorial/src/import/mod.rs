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

pub use files::{
    CollectError, Collected, ImportBytes, ImportFile, PassedOver, PassedOverReason, collect_files,
};
pub use report::{ImportLine, ImportProblem, ImportReport, ImportState};
pub use run::import_files;

use std::sync::Arc;

use annai_content::{Mapping, ReadFile, Schema, SourceError, read_file};
use annai_domain::FileDialect;

/// The options of an import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Publish the files whose text is not public yet.
    pub publish: bool,
    /// Check and compare only.
    pub dry_run: bool,
    /// Import the good files even if others are bad.
    pub keep_going: bool,
    /// The dialect of the files; `None`: the one that each begins like.
    pub dialect: Option<FileDialect>,
    /// The names and values of the fields.
    pub mapping: Arc<Mapping>,
}

impl ImportOptions {
    /// Reads the file `path` as a guide.
    fn read(&self, bytes: Vec<u8>, schema: &Schema, path: &str) -> Result<ReadFile, SourceError> {
        read_file(bytes, self.dialect)?.mapped(&self.mapping, schema, path)
    }
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
