//! The first pass: read and check every file, compare it with the database, keep its hash.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use annai_checks::blocking;
use annai_content::{FieldRole, GuideSource, Schema};
use annai_domain::{ContentHash, GuideFacts, Slug};
use annai_storage::guides::FoundGuide;
use annai_storage::{Reads, StorageError, guides, slugs};
use tokio::task::JoinHandle;

use super::files::ImportFile;
use super::report::{ImportLine, ImportProblem, ImportState};
use super::{ImportOptions, ImportProgress};
use crate::fields;

/// The number of files that one blocking task reads and checks.
const CHUNK: usize = 64;

/// Compares the files with the database; returns one line for each.
pub(super) async fn plan(
    db: &dyn Reads,
    schema: &Arc<Schema>,
    files: &Arc<[ImportFile]>,
    options: ImportOptions,
    progress: &mut (dyn FnMut(ImportProgress) + Send),
) -> Result<Vec<ImportLine>, StorageError> {
    let mut lines = Vec::with_capacity(files.len());
    let mut holders: HashMap<String, String> = HashMap::new();
    let mut ahead = check_chunk(schema, files, 0);
    while lines.len() < files.len() {
        let checked = match ahead.await {
            Ok(checked) => checked,
            // The panic continues in the caller.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        // The next files are read and checked while these are compared with the database.
        ahead = check_chunk(schema, files, lines.len() + checked.len());
        for mut line in checked {
            refuse_second_holder(&mut line, &mut holders);
            if line.state != ImportState::Error {
                compare(db, &mut line, options).await?;
            }
            lines.push(line);
        }
        progress(ImportProgress::Checked(lines.len()));
    }
    Ok(lines)
}

/// Reads and checks the files from `start` on, away from the async threads.
fn check_chunk(
    schema: &Arc<Schema>,
    files: &Arc<[ImportFile]>,
    start: usize,
) -> JoinHandle<Vec<ImportLine>> {
    let (schema, files) = (Arc::clone(schema), Arc::clone(files));
    tokio::task::spawn_blocking(move || {
        let chunk = files.iter().skip(start).take(CHUNK);
        chunk.map(|file| check_file(file, &schema)).collect()
    })
}

fn check_file(file: &ImportFile, schema: &Schema) -> ImportLine {
    let mut line = ImportLine::new(file.path.clone());
    if !fields::is_markdown(&file.path) {
        line.refuse(ImportProblem::new(
            "not_markdown",
            format!(
                "{} is no file of a guide: only files that end in .md are taken",
                file.path
            ),
        ));
        return line;
    }
    if !fields::is_exportable(&file.path) {
        line.refuse(ImportProblem::new(
            "path_unusable",
            "the path is too long or has a part that an export could not write again: one that begins with a dot, a backslash or a control character",
        ));
        return line;
    }
    let bytes = match file.bytes.read() {
        Ok(bytes) => bytes,
        Err(error) => {
            line.refuse(ImportProblem::new(
                "file_unreadable",
                format!("cannot read the file: {error}"),
            ));
            return line;
        }
    };
    match GuideSource::parse(bytes) {
        Err(error) => line.refuse((&error).into()),
        Ok(source) => {
            line.content_hash = Some(ContentHash::of(source.as_bytes()));
            check_source(&source, schema, &mut line);
        }
    }
    line
}

fn check_source(source: &GuideSource, schema: &Schema, line: &mut ImportLine) {
    let slug = schema.slug_of(source, Some(&line.path));
    let mut findings = blocking(source, schema);
    match slug {
        Ok(Some(slug)) => {
            // A slug that comes from the file's name needs no field.
            findings.retain(|finding| !finding.is_missing_slug(schema));
            line.slug = Some(slug.into());
        }
        Err(error) if findings.is_empty() => {
            let position = schema
                .key_of(FieldRole::Slug)
                .and_then(|key| source.field_position(key));
            let problem = ImportProblem::new("slug_malformed", error.to_string());
            line.refuse(ImportProblem {
                position,
                ..problem
            });
        }
        Ok(None) | Err(_) => {} // the findings say what is wrong with it, and where
    }
    for finding in &findings {
        line.refuse(finding.into());
    }
}

fn refuse_second_holder(line: &mut ImportLine, holders: &mut HashMap<String, String>) {
    let Some(slug) = &line.slug else { return };
    match holders.entry(slug.clone()) {
        Entry::Vacant(free) => {
            free.insert(line.path.clone());
        }
        Entry::Occupied(first) => {
            let message = format!("{} has the slug `{slug}` too", first.get());
            line.refuse(ImportProblem::new("slug_twice", message));
        }
    }
}

/// Finds the file's guide and compares its text with the newest and the public one.
async fn compare(
    db: &dyn Reads,
    line: &mut ImportLine,
    options: ImportOptions,
) -> Result<(), StorageError> {
    let found = guides::find_by_path_or_slug(db, &line.path, line.slug.as_deref()).await?;
    let Some(FoundGuide { guide_id, has_path }) = found else {
        // Nobody has the path, and nobody has the slug.
        line.publishes = options.publish;
        return Ok(());
    };
    if let Some(slug) = line
        .slug
        .as_deref()
        .and_then(|slug| slug.parse::<Slug>().ok())
        && let Some(holder) = slugs::find_holder(db, &slug).await?
        && holder != guide_id
    {
        let message = format!("another guide has the slug `{slug}`: {holder}");
        line.refuse(ImportProblem::new("slug_taken", message));
        return Ok(());
    }
    if let Some(facts) = guides::find_facts(db, guide_id).await? {
        line.moves = !has_path;
        compare_with(&facts, line, options);
    }
    Ok(())
}

fn compare_with(facts: &GuideFacts, line: &mut ImportLine, options: ImportOptions) {
    line.guide_id = Some(facts.guide_id);
    if facts.archived {
        let message = "its guide is archived; unarchive it first";
        line.refuse(ImportProblem::new("guide_archived", message));
        return;
    }
    let is_latest = line.content_hash == Some(facts.latest.content_hash);
    line.state = if is_latest {
        ImportState::Same
    } else {
        ImportState::Changed
    };
    let public = facts.visibility.public().map(|public| public.content_hash);
    line.publishes = options.publish && (public.is_none() || public != line.content_hash);
}
