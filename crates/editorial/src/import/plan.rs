//! The first pass: read and check every file, compare it with the database, keep its hash.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use annai_checks::blocking;
use annai_content::{FieldRole, ReadFile, Schema, is_markdown};
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
/// The number of chunks that are checked while another is compared with the database: a check
/// takes longer than a comparison, and a small machine has two cores.
const AHEAD: usize = 2;

/// Compares the files with the database; returns one line for each.
pub(super) async fn plan(
    db: &dyn Reads,
    schema: &Arc<Schema>,
    files: &Arc<[ImportFile]>,
    options: &ImportOptions,
    progress: &mut (dyn FnMut(ImportProgress) + Send),
) -> Result<Vec<ImportLine>, StorageError> {
    let mut lines = Vec::with_capacity(files.len());
    let mut holders: HashMap<String, String> = HashMap::new();
    let mut starts = (0..files.len()).step_by(CHUNK);
    let check = |start| check_chunk(schema, files, options, start);
    let mut ahead: VecDeque<_> = starts.by_ref().take(AHEAD).map(check).collect();
    while let Some(checked) = ahead.pop_front() {
        let checked = match checked.await {
            Ok(checked) => checked,
            // The panic continues in the caller.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        ahead.extend(starts.next().map(check));
        for mut line in checked {
            refuse_second_holder(&mut line, &mut holders);
            if line.state != ImportState::Error {
                compare(db, &mut line).await?;
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
    options: &ImportOptions,
    start: usize,
) -> JoinHandle<Vec<ImportLine>> {
    let (schema, files) = (Arc::clone(schema), Arc::clone(files));
    let options = options.clone();
    tokio::task::spawn_blocking(move || {
        let chunk = files.iter().skip(start).take(CHUNK);
        chunk
            .map(|file| check_file(file, &schema, &options))
            .collect()
    })
}

fn check_file(file: &ImportFile, schema: &Schema, options: &ImportOptions) -> ImportLine {
    let mut line = ImportLine::new(file.path.clone());
    if !is_markdown(&file.path) {
        line.refuse(ImportProblem::not_markdown(&file.path));
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
            let message = format!("cannot read the file: {error}");
            let problem = ImportProblem::new("file_unreadable", message);
            line.refuse(problem.with("reason", error.to_string()));
            return line;
        }
    };
    line.file_hash = Some(ContentHash::of(&bytes));
    match options.read(bytes, schema, &file.path) {
        Err(error) => line.refuse((&error).into()),
        Ok(read) => {
            line.dialect = Some(read.dialect);
            line.publishes = options.publish && !read.is_draft;
            line.content_hash = Some(ContentHash::of(read.source.as_bytes()));
            check_source(&read, schema, &mut line);
        }
    }
    line
}

/// Notes the slug and the faults. A draft may have every fault that only publishing forbids.
fn check_source(read: &ReadFile, schema: &Schema, line: &mut ImportLine) {
    let source = &read.source;
    let slug = schema.slug_of(source, Some(&line.path));
    let mut findings = blocking(source, schema);
    let mut problems = Vec::new();
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
            let mut problem = ImportProblem::new("slug_malformed", error.to_string());
            problem.position = read.place_in_file(None, position);
            problems.push(problem.with("reason", error.to_string()));
        }
        Ok(None) | Err(_) => {} // the findings say what is wrong with it, and where
    }
    problems.extend(findings.into_iter().map(|mut finding| {
        finding.position = read.place_in_file(finding.pointer.as_deref(), finding.position);
        ImportProblem::from(finding)
    }));
    if line.publishes && !problems.is_empty() {
        line.state = ImportState::Error;
    }
    line.problems = problems;
}

fn refuse_second_holder(line: &mut ImportLine, holders: &mut HashMap<String, String>) {
    let Some(slug) = &line.slug else { return };
    match holders.entry(slug.clone()) {
        Entry::Vacant(free) => {
            free.insert(line.path.clone());
        }
        Entry::Occupied(first) => {
            let message = format!("{} has the slug `{slug}` too", first.get());
            let problem = ImportProblem::new("slug_twice", message).with("slug", slug.as_str());
            line.refuse(problem.with("first", first.get().as_str()));
        }
    }
}

/// Finds the file's guide and compares its text with the newest and the public one.
async fn compare(db: &dyn Reads, line: &mut ImportLine) -> Result<(), StorageError> {
    let found = guides::find_by_path_or_slug(db, &line.path, line.slug.as_deref()).await?;
    let Some(FoundGuide { guide_id, has_path }) = found else {
        return Ok(()); // nobody has the path, and nobody has the slug
    };
    if let Some(slug) = line
        .slug
        .as_deref()
        .and_then(|slug| slug.parse::<Slug>().ok())
        && let Some(holder) = slugs::find_holder(db, &slug).await?
        && holder != guide_id
    {
        let message = format!("another guide has the slug `{slug}`: {holder}");
        line.refuse(ImportProblem::new("slug_taken", message).with("slug", slug.as_str()));
        return Ok(());
    }
    if let Some(facts) = guides::find_facts(db, guide_id).await? {
        let address = facts.visibility.public().map(|public| public.slug.as_str());
        // A slug that leads to a guide is not its own: a redirect, or an old one.
        if !has_path && address.is_some_and(|address| line.slug.as_deref() != Some(address)) {
            let slug = line.slug.clone().unwrap_or_default();
            let message = format!("the slug `{slug}` leads to another guide: {guide_id}");
            line.refuse(ImportProblem::new("slug_taken", message).with("slug", slug));
            return Ok(());
        }
        line.moves = !has_path;
        compare_with(&facts, line);
    }
    Ok(())
}

fn compare_with(facts: &GuideFacts, line: &mut ImportLine) {
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
    line.publishes &= public.is_none() || public != line.content_hash;
}
