use std::sync::Arc;

use annai_content::{Mapping, Schema};
use annai_domain::{Actor, Locale};
use annai_editorial::import::{
    CollectError, Collected, ImportFile, ImportLine, ImportOptions, ImportProgress, ImportReport,
    ImportState, PassedOver, collect_files, import_files,
};
use annai_pages::{say_import_problem, say_passed_over};
use annai_storage::Database;

use crate::cli::Import;
use crate::content_folder;
use crate::database::with_database;
use crate::failure::{Code, Failure};
use crate::settings::Settings;
use crate::verbs::{print_json, table};
use crate::{output, progress};

/// Imports files and reports the result of each.
pub(crate) async fn run(settings: &Settings, import: Import) -> Result<(), Failure> {
    let schema = content_folder::schema(&settings.content_dir)?.schema;
    let Collected { files, passed_over } = collect_files(&import.paths).map_err(cannot_collect)?;
    if files.is_empty() {
        return Err(Failure::message(Code::NoInput, "no Markdown files found")
            .hint("name files that end in .md, .markdown or .mdx, or folders that contain some"));
    }
    let options = ImportOptions {
        publish: import.publish,
        dry_run: import.dry_run,
        keep_going: import.keep_going,
        dialect: import.from.0,
        mapping: Arc::new(mapping(&import)?),
    };
    let report = with_database(settings, async |database| {
        run_with_bars(database, &schema, files, options.clone()).await
    })
    .await?;
    if import.json {
        print_json(&Answer::new(&report, &passed_over))?;
    } else {
        let words = Words {
            schema: &schema,
            locale: import.language.into(),
        };
        print(&report, &passed_over, &options, &words);
    }
    verdict(&report, &options)
}

/// Returns the mapping that was named, or one that changes nothing.
fn mapping(import: &Import) -> Result<Mapping, Failure> {
    let mapping = match (&import.mapping, import.preset) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                let message = format!("cannot read {}: {error}", path.display());
                Failure::message(Code::NoInput, message)
            })?;
            Mapping::parse(&text)
        }
        (None, Some(preset)) => Mapping::preset(preset),
        (None, None) => return Ok(Mapping::default()),
    };
    mapping.map_err(|error| {
        Failure::new(Code::Data, error)
            .hint("docs/operations.md shows the tables of a mapping file")
    })
}

async fn run_with_bars(
    database: &Database,
    schema: &Arc<Schema>,
    files: Vec<ImportFile>,
    options: ImportOptions,
) -> Result<ImportReport, Failure> {
    let checking = progress::bar("Checking", files.len() as u64);
    let writing = progress::bar("Writing", 0);
    let mut show = |progress: ImportProgress| match progress {
        ImportProgress::Checked(count) => checking.set_position(count as u64),
        ImportProgress::Written { done, of } => {
            checking.finish();
            writing.set_length(of as u64);
            writing.set_position(done as u64);
        }
    };
    let actor = Actor::operator();
    let report = import_files(database, &actor, schema, files, options, &mut show).await;
    checking.finish_and_clear();
    writing.finish_and_clear();
    report.map_err(Failure::from)
}

/// The output of `--json`: counts first, then the files.
#[derive(serde::Serialize)]
struct Answer<'a> {
    new: usize,
    changed: usize,
    same: usize,
    error: usize,
    published: usize,
    passed_over: &'a [PassedOver],
    #[serde(flatten)]
    report: &'a ImportReport,
}

impl<'a> Answer<'a> {
    fn new(report: &'a ImportReport, passed_over: &'a [PassedOver]) -> Self {
        Self {
            new: report.count(ImportState::New),
            changed: report.count(ImportState::Changed),
            same: report.count(ImportState::Same),
            error: report.count(ImportState::Error),
            published: report.published(),
            passed_over,
            report,
        }
    }
}

/// The language of the remarks, and the labels of the fields in it.
struct Words<'a> {
    schema: &'a Schema,
    locale: Locale,
}

/// The most lines of a table that people read whole.
const READABLE: usize = 50;

/// Prints a readable table. A long one shows only changed and bad files.
fn print(
    report: &ImportReport,
    passed_over: &[PassedOver],
    options: &ImportOptions,
    words: &Words<'_>,
) {
    let is_short = report.files.len() <= READABLE;
    let shown = report
        .files
        .iter()
        .filter(|line| is_short || matches!(line.state, ImportState::Changed | ImportState::Error));
    let mut rows: Vec<Vec<String>> = shown.flat_map(|line| rows(line, words)).collect();
    rows.extend(passed_over.iter().take(READABLE).map(|one| {
        let remark = say_passed_over(one.reason, words.locale);
        vec![
            "passed over".to_owned(),
            one.path.clone(),
            String::new(),
            remark,
        ]
    }));
    if !rows.is_empty() {
        output::line(&table(&["state", "file", "slug", "remark"], &rows));
    }
    let word = if options.dry_run {
        " (dry run: nothing was written)"
    } else {
        ""
    };
    let answer = Answer::new(report, passed_over);
    output::line(&format!(
        "{} new, {} changed, {} the same, {} with errors, {} published, {} passed over{word}",
        answer.new,
        answer.changed,
        answer.same,
        answer.error,
        answer.published,
        passed_over.len()
    ));
}

/// Returns one row for the file, or one per fault.
fn rows(line: &ImportLine, words: &Words<'_>) -> Vec<Vec<String>> {
    let state = match line.state {
        ImportState::New => "new",
        ImportState::Changed => "changed",
        ImportState::Same => "same",
        ImportState::Error => "error",
    };
    let slug = line.slug.clone().unwrap_or_default();
    if line.problems.is_empty() {
        let remark = line
            .publication_ref
            .map(|name| format!("published as {name}"))
            .unwrap_or_default();
        return vec![vec![state.to_owned(), line.path.clone(), slug, remark]];
    }
    line.problems
        .iter()
        .map(|problem| {
            let file = match problem.position {
                Some(position) => format!("{}:{}:{}", line.path, position.line, position.column),
                None => line.path.clone(),
            };
            vec![
                state.to_owned(),
                file,
                slug.clone(),
                say_import_problem(problem, words.schema, words.locale),
            ]
        })
        .collect()
}

/// Fails if any file has errors, even if others were imported.
fn verdict(report: &ImportReport, options: &ImportOptions) -> Result<(), Failure> {
    let bad = report.count(ImportState::Error);
    if bad == 0 {
        return Ok(());
    }
    let written = report.files.iter().filter(|line| line.written).count();
    let message = match (options.dry_run, written) {
        (true, _) => format!("{bad} of {} files cannot be imported", report.files.len()),
        (false, 0) => format!(
            "{bad} of {} files cannot be imported; nothing was written",
            report.files.len()
        ),
        (false, _) => format!(
            "{bad} of {} files were not imported; {written} were",
            report.files.len()
        ),
    };
    let hint = if options.keep_going || options.dry_run {
        "correct them and import again; imported files are skipped"
    } else {
        "correct them and import again, or import the others with --keep-going"
    };
    Err(Failure::message(Code::Data, message).hint(hint))
}

fn cannot_collect(error: CollectError) -> Failure {
    let code = match &error {
        CollectError::Read { .. } => Code::NoInput,
        CollectError::Link(_) | CollectError::NotUtf8(_) | CollectError::SamePath { .. } => {
            Code::Data
        }
    };
    Failure::new(code, error)
}
