//! The second pass: write what is due, in short batches.

use std::sync::Arc;

use annai_content::Schema;
use annai_domain::decide::Refusal;
use annai_domain::{Actor, ContentHash, GuideId};
use annai_storage::{Database, guides};

use super::files::ImportFile;
use super::report::{ImportLine, ImportProblem, ImportReport, ImportState};
use super::{ImportOptions, ImportProgress, plan};
use crate::{CommandError, ImportOutcome, ImportedFile, Published, events, import_revision};

/// The number of files that one transaction writes. Each publication holds the head of the ledger
/// until the commit, and an editor who publishes meanwhile waits for it: 20 take about 0.1 s.
const BATCH: usize = 20;

/// Imports `files`: checks all of them first, then writes the new and changed ones.
///
/// One bad file prevents all writing unless `options.keep_going`. Repeating an interrupted import
/// finishes it. `progress` is called after every few files.
///
/// # Errors
///
/// [`CommandError::Storage`] when the database does not answer, [`CommandError::Refused`] when
/// `actor` may not import. Faults of single files stand in the report instead.
pub async fn import_files(
    db: &Database,
    actor: &Actor,
    schema: &Arc<Schema>,
    files: Vec<ImportFile>,
    options: ImportOptions,
    progress: &mut (dyn FnMut(ImportProgress) + Send),
) -> Result<ImportReport, CommandError> {
    let files: Arc<[ImportFile]> = files.into();
    let mut lines = plan::plan(&db.reader(), schema, &files, &options, progress).await?;
    let is_bad = lines.iter().any(|line| line.state == ImportState::Error);
    if options.dry_run || (is_bad && !options.keep_going) {
        return Ok(ImportReport {
            files: lines,
            complete: false,
        });
    }
    let mut run = Run {
        db,
        actor,
        schema,
        files: &files,
        options: &options,
    };
    let complete = run.write_all(&mut lines, progress).await? && !is_bad;
    Ok(ImportReport {
        files: lines,
        complete,
    })
}

struct Run<'a> {
    db: &'a Database,
    actor: &'a Actor,
    schema: &'a Schema,
    files: &'a [ImportFile],
    options: &'a ImportOptions,
}

/// The result of one file in a transaction: its place among the lines, its guide, its publication.
type Written = (usize, GuideId, Option<Published>);

/// The reason why a batch was not written.
enum BatchError {
    /// Because of this file.
    File(usize, CommandError),
    /// The file changed since it was checked.
    Moved(usize),
    /// Because of the database.
    Storage(annai_storage::StorageError),
}

impl From<annai_storage::StorageError> for BatchError {
    fn from(error: annai_storage::StorageError) -> Self {
        Self::Storage(error)
    }
}

impl Run<'_> {
    /// Writes every line that is due; returns `false` if a file was refused after all.
    async fn write_all(
        &mut self,
        lines: &mut [ImportLine],
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<bool, CommandError> {
        let mut due: Vec<usize> = (0..lines.len())
            .filter(|place| lines[*place].is_due())
            .collect();
        // Everybody locks guides in the order of their ids; new ones come last.
        due.sort_by_key(|place| (lines[*place].guide_id.is_none(), lines[*place].guide_id));
        let of = due.len();
        let mut complete = true;
        let mut queue: std::collections::VecDeque<Vec<usize>> =
            due.chunks(BATCH).map(<[usize]>::to_vec).collect();
        let mut done = 0;
        while let Some(batch) = queue.pop_front() {
            match self.write_batch(&batch, lines).await {
                Ok(written) => {
                    note_written(lines, written);
                    done += batch.len();
                }
                Err(BatchError::Storage(error)) => return Err(error.into()),
                Err(BatchError::File(_, CommandError::Storage(error))) if !is_conflict(&error) => {
                    return Err(error.into());
                }
                Err(BatchError::File(
                    _,
                    refused @ CommandError::Refused(Refusal::Forbidden(_)),
                )) => return Err(refused),
                Err(BatchError::Moved(place)) => {
                    let message = "the file changed while it was being imported; import it again";
                    lines[place].refuse(ImportProblem::new("file_changed", message));
                    complete = false;
                }
                Err(BatchError::File(place, error)) => {
                    lines[place].refuse(problem_of(&error));
                    complete = false;
                }
            }
            if !complete && !self.options.keep_going {
                return Ok(false);
            }
            // The rest of the batch is retried without the bad file.
            let rest: Vec<usize> = batch
                .into_iter()
                .filter(|place| lines[*place].is_due() && !lines[*place].written)
                .collect();
            if !rest.is_empty() {
                queue.push_front(rest);
            }
            progress(ImportProgress::Written { done, of });
        }
        Ok(complete)
    }

    /// Writes one batch completely or not at all.
    async fn write_batch(
        &self,
        batch: &[usize],
        lines: &[ImportLine],
    ) -> Result<Vec<Written>, BatchError> {
        let mut sources = Vec::with_capacity(batch.len());
        for place in batch {
            let bytes = self.files[*place]
                .bytes
                .read()
                .map_err(|_| BatchError::Moved(*place))?;
            if Some(ContentHash::of(&bytes)) != lines[*place].file_hash {
                return Err(BatchError::Moved(*place));
            }
            let path = &lines[*place].path;
            let read = self
                .options
                .read(bytes, self.schema, path)
                .map_err(|_| BatchError::Moved(*place))?;
            sources.push(read.source.into_bytes());
        }
        let known: Vec<GuideId> = batch
            .iter()
            .filter_map(|place| lines[*place].guide_id)
            .collect();
        let mut tx = self.db.begin(self.actor.clone()).await?;
        guides::lock_all(&mut tx, &known).await?;
        let mut written = Vec::with_capacity(batch.len());
        for (place, source) in batch.iter().zip(sources) {
            let line = &lines[*place];
            let file = ImportedFile {
                guide_id: line.guide_id,
                path: line.path.clone(),
                source,
                publish: line.publishes,
            };
            let outcome = import_revision(&mut tx, self.schema, file)
                .await
                .map_err(|error| BatchError::File(*place, error))?;
            let (guide_id, published) = match outcome {
                ImportOutcome::New(guide_id, published)
                | ImportOutcome::Changed(guide_id, published)
                | ImportOutcome::Same(guide_id, published) => (guide_id, published),
            };
            written.push((*place, guide_id, published));
        }
        let published: Vec<&Published> = written
            .iter()
            .filter_map(|(_, _, published)| published.as_ref())
            .collect();
        events::tell_release(&mut tx, &published).await?;
        tx.commit().await?;
        Ok(written)
    }
}

fn note_written(lines: &mut [ImportLine], written: Vec<Written>) {
    for (place, guide_id, published) in written {
        let line = &mut lines[place];
        line.written = true;
        line.guide_id = Some(guide_id);
        line.publication_ref = published.map(|published| published.publication_ref);
    }
}

fn is_conflict(error: &annai_storage::StorageError) -> bool {
    matches!(error, annai_storage::StorageError::Conflict(_))
}

/// Describes why the database's rules or another person's work refused a file that passed the
/// checks.
fn problem_of(error: &CommandError) -> ImportProblem {
    match error {
        CommandError::Source(error) => error.into(),
        CommandError::Invalid(findings) => findings.first().map_or_else(
            || ImportProblem::new("invalid", error.to_string()),
            |finding| finding.clone().into(),
        ),
        CommandError::SlugTaken(slug) => {
            ImportProblem::new("slug_taken", error.to_string()).with("slug", slug.as_str())
        }
        CommandError::PathTaken(_) => ImportProblem::new("path_taken", error.to_string()),
        CommandError::Refused(_)
        | CommandError::Stale(_)
        | CommandError::Referrers(_)
        | CommandError::SequenceNotNewer { .. }
        | CommandError::Field { .. }
        | CommandError::Storage(_) => {
            ImportProblem::new("refused", error.to_string()).with("reason", error.to_string())
        }
    }
}
