//! `annai lint`: the editor's checks for files.

mod formats;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use annai_checks::{Finding, Level, Neighbour, Neighbourhood, Surroundings, check_bytes};
use annai_content::{Anchors, GuideSource, Profile, Schema, is_markdown, render};
use annai_domain::Locale;
use annai_pages::say_finding;

use crate::cli::{Lint, LintFormat};
use crate::content_folder;
use crate::failure::{Code, Failure};
use crate::output;
use crate::settings::Settings;

/// One file and its findings.
pub(crate) struct Linted {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) findings: Vec<Told>,
}

/// A finding and its message for people.
pub(crate) struct Told {
    pub(crate) finding: Finding,
    pub(crate) message: String,
}

/// Checks files and prints the findings.
pub(crate) fn run(settings: &Settings, lint: &Lint) -> Result<(), Failure> {
    let schema = content_folder::schema(&settings.content_dir)?.schema;
    let dictionary = content_folder::dictionary(&settings.content_dir)?.dictionary;
    let mut files = BTreeMap::new();
    for path in &lint.paths {
        collect(path, &mut files).map_err(|error| cannot_read(path, &error))?;
    }
    if files.is_empty() {
        let failure = Failure::message(Code::NoInput, "no Markdown files found");
        return Err(failure.hint("name Markdown files, or folders that contain some"));
    }
    let others = others(&files, &schema)?;
    let locale = Locale::from(lint.language);
    let linted: Vec<Linted> = files
        .iter()
        .map(|(path, bytes)| {
            let own = path.to_string_lossy();
            let surroundings = Surroundings {
                guides: others.as_ref().map(|others| &others.guides),
                own: &own,
                anchors: others.as_ref().map(|others| &others.anchors),
                urls: settings.site_urls.in_bodies(),
                ..Surroundings::default()
            };
            let findings = check_bytes(bytes, &schema, &surroundings, &dictionary);
            told(path, bytes, findings, &schema, locale)
        })
        .collect();
    let text = match lint.format {
        LintFormat::Text => formats::text(&linted),
        LintFormat::Json => formats::json(&linted),
        LintFormat::Sarif => formats::sarif(&linted),
        LintFormat::Github => formats::github(&linted),
    };
    output::bytes(text.as_bytes());
    verdict(&linted)
}

fn told(
    path: &Path,
    bytes: &[u8],
    mut findings: Vec<Finding>,
    schema: &Schema,
    locale: Locale,
) -> Linted {
    let source = GuideSource::parse(bytes).ok();
    // A slug from the file's name needs no field.
    let has_name = source.is_some_and(|source| {
        let slug = schema.slug_of(&source, path.file_name().and_then(|name| name.to_str()));
        matches!(slug, Ok(Some(_)))
    });
    findings.retain(|finding| !(has_name && finding.is_missing_slug(schema)));
    let told = findings.into_iter().map(|finding| Told {
        message: say_finding(&finding, schema, locale),
        finding,
    });
    Linted {
        path: path.to_string_lossy().into_owned(),
        findings: told.collect(),
        text: String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Collects the named files, and the Markdown files at any depth of named folders, as an import does.
fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            // Symbolic links may form a circle.
            let kind = entry.file_type()?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !is_hidden && (kind.is_dir() || (kind.is_file() && is_guide(&entry.path()))) {
                collect(&entry.path(), files)?;
            }
        }
    } else {
        files.insert(path.to_owned(), fs::read(path)?);
    }
    Ok(())
}

/// Returns whether a file is a guide. READMEs are notes for people who browse the folder.
fn is_guide(path: &Path) -> bool {
    path.to_str().is_some_and(is_markdown) && !path.ends_with("README.md")
}

/// The guides that the checks of other guides compare with.
#[derive(Default)]
struct Others {
    guides: Neighbourhood,
    /// The anchors of each guide, by its slug.
    anchors: HashMap<String, Anchors>,
}

/// Returns every guide that shares a folder with one of `files`; `None` if each is alone.
fn others(files: &BTreeMap<PathBuf, Vec<u8>>, schema: &Schema) -> Result<Option<Others>, Failure> {
    let mut all = files.clone();
    let folders: BTreeSet<_> = files.keys().filter_map(|path| path.parent()).collect();
    for folder in folders {
        let name = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let entries = fs::read_dir(name).map_err(|error| cannot_read(name, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| cannot_read(name, &error))?;
            let path = folder.join(entry.file_name());
            if is_guide(&path) && path.is_file() && !all.contains_key(&path) {
                let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
                all.insert(path, bytes);
            }
        }
    }
    if all.len() < 2 {
        return Ok(None);
    }
    let mut others = Others::default();
    for (path, bytes) in &all {
        // Malformed files are reported by their own check.
        let Ok(source) = GuideSource::parse(bytes.as_slice()) else {
            continue;
        };
        let name = path.file_name().and_then(|name| name.to_str());
        if let Ok(Some(slug)) = schema.slug_of(&source, name) {
            others.guides.put(
                &path.to_string_lossy(),
                Neighbour::of(&source, schema, slug.as_str()),
            );
            if let Ok(rendered) = render(source.body(), Profile::Guide) {
                others.anchors.insert(slug.into(), Anchors::of(&rendered));
            }
        }
    }
    Ok(Some(others))
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::message(
        Code::NoInput,
        format!("cannot read {}: {error}", path.display()),
    )
}

/// Fails if there are errors. The findings are printed already.
fn verdict(linted: &[Linted]) -> Result<(), Failure> {
    let count = |level| {
        let all = linted.iter().flat_map(|file| &file.findings);
        all.filter(|told| told.finding.level == level).count()
    };
    let errors = count(Level::Error);
    let summary = format!(
        "{}, {} and {} in {}",
        counted(errors, "error"),
        counted(count(Level::Warn), "warning"),
        counted(count(Level::Hint), "hint"),
        counted(linted.len(), "file"),
    );
    if errors > 0 {
        return Err(Failure::message(Code::Failed, summary));
    }
    output::note(&summary);
    Ok(())
}

fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}
