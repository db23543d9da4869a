//! The first guides of an empty database.

use std::sync::Arc;

use annai_content::Schema;
use annai_domain::{Actor, Ref};
use annai_editorial::import::{
    ImportBytes, ImportFile, ImportOptions, ImportState, collect_files, import_files,
};
use annai_storage::history::list_export;
use annai_storage::{Database, ledger};

use crate::content_folder;
use crate::failure::{Code, Failure};
use crate::settings::Settings;

/// Loads and publishes the first guides of an empty database. Once there is a guide, only editors
/// change the content.
pub(crate) async fn load(
    database: &Database,
    schema: &Arc<Schema>,
    settings: &Settings,
) -> Result<(), Failure> {
    if !is_empty(database).await? {
        return Ok(());
    }
    let files = match content_folder::guides_on_disk(&settings.content_dir) {
        Some(folder) => {
            collect_files(&[folder.to_path_buf()])
                .map_err(|error| Failure::new(Code::Data, error))?
                .files
        }
        None => content_folder::built_in_guides()
            .iter()
            .map(|(name, bytes)| ImportFile::new(name, ImportBytes::Memory(bytes.to_vec())))
            .collect(),
    };
    let options = ImportOptions {
        publish: true,
        ..ImportOptions::default()
    };
    let report = import_files(
        database,
        &Actor::operator(),
        schema,
        files,
        options,
        &mut |_| {},
    )
    .await?;
    for line in report
        .files
        .iter()
        .filter(|line| line.state == ImportState::Error)
    {
        for problem in &line.problems {
            tracing::error!(
                path = line.path,
                code = problem.code,
                problem = problem.message,
                "a first guide was faulty"
            );
        }
    }
    if report.complete {
        tracing::info!(
            guides = report.files.len(),
            "the first guides were loaded and published"
        );
        return Ok(());
    }
    Err(Failure::message(Code::Data, "the first guides could not be loaded")
        .hint("correct the files named above; `annai import --dry-run` on the content folder shows every fault"))
}

/// Returns whether the database has neither a publication nor a draft.
async fn is_empty(database: &Database) -> Result<bool, Failure> {
    let reader = database.reader();
    Ok(ledger::head(&reader).await?.number == Ref::EMPTY
        && list_export(&reader, true, None, 1).await?.is_empty())
}
