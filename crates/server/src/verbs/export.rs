//! `annai export`: writes every guide to its original file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use annai_domain::GuideId;
use annai_editorial::{EXPORT_PAGE, export_names};
use annai_storage::Database;
use annai_storage::history::list_export;

use crate::content_folder;
use crate::database::with_database;
use crate::failure::{Code, Failure};
use crate::settings::Settings;
use crate::{output, progress};

/// The suffix of a file during writing.
const UNFINISHED: &str = ".annai-unfinished";

/// The options of an export.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExportOptions {
    pub(crate) latest: bool,
    pub(crate) schema: bool,
}

/// Writes every guide below `folder`.
pub(crate) async fn run(
    settings: &Settings,
    folder: &Path,
    options: ExportOptions,
) -> Result<(), Failure> {
    let schema = if options.schema {
        Some(content_folder::schema(&settings.content_dir)?.text)
    } else {
        None
    };
    let (count, same) = with_database(settings, async |database| {
        write_guides(database, folder, options).await
    })
    .await?;
    if let Some(text) = schema {
        write_file(folder, "schema.json", text.as_bytes())?;
    }
    let which = if options.latest {
        "newest"
    } else {
        "published"
    };
    output::line(&format!(
        "{count} {which} guides in {} ({same} unchanged)",
        folder.display()
    ));
    Ok(())
}

/// Returns the number of guides in the folder, and how many of them were unchanged.
async fn write_guides(
    database: &Database,
    folder: &Path,
    options: ExportOptions,
) -> Result<(u64, u64), Failure> {
    let names = export_names(&database.reader(), options.latest).await?;
    refuse_strangers(folder, &names, options.schema)?;
    let bar = progress::bar("Exporting", names.len() as u64);
    let (mut count, mut same, mut after) = (0, 0, None);
    loop {
        let page = list_export(&database.reader(), options.latest, after, EXPORT_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.guide_id);
        for row in &page {
            // A guide created after the names were assigned waits for the next export.
            let Some(name) = names.get(&row.guide_id) else {
                continue;
            };
            same += u64::from(!write_file(folder, name, &row.source)?);
            count += 1;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok((count, same))
}

/// Refuses a folder with files that this export would not write. It must not overwrite other
/// files, and the file of a deleted guide must not look exported.
fn refuse_strangers(
    folder: &Path,
    names: &BTreeMap<GuideId, String>,
    schema: bool,
) -> Result<(), Failure> {
    let mut ours: BTreeSet<PathBuf> = names.values().map(PathBuf::from).collect();
    if schema {
        ours.insert("schema.json".into());
    }
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        let here = folder.join(&below);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error)
                if error.kind() == io::ErrorKind::NotFound && below.as_os_str().is_empty() =>
            {
                return Ok(());
            }
            Err(error) => return Err(cannot("read", &here, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| cannot("read", &here, &error))?;
            let kind = entry
                .file_type()
                .map_err(|error| cannot("read", &entry.path(), &error))?;
            let path = below.join(entry.file_name());
            if kind.is_dir() {
                folders.push(path);
            } else if !(kind.is_file() && (ours.contains(&path) || is_unfinished(&path))) {
                let message = format!(
                    "{} contains {}, which this export would not write",
                    folder.display(),
                    path.display()
                );
                return Err(Failure::message(Code::CannotCreate, message).hint(
                    "export into a new folder, or remove that file first; an export never deletes files",
                ));
            }
        }
    }
    Ok(())
}

fn is_unfinished(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(UNFINISHED))
}

/// Writes one file whole or not at all; `false` if it had these bytes already.
fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<bool, Failure> {
    let is_plain = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !is_plain {
        return Err(Failure::message(
            Code::Data,
            format!("`{name}` is not a path inside the folder"),
        ));
    }
    let path = folder.join(name);
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(|error| cannot("create", parent, &error))?;
    let unfinished = PathBuf::from(format!("{}{UNFINISHED}", path.display()));
    let written = (|| {
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        fs::rename(&unfinished, &path)
    })();
    written.map_err(|error| cannot("write", &path, &error))?;
    Ok(true)
}

fn cannot(action: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::message(
        Code::CannotCreate,
        format!("cannot {action} {}: {error}", path.display()),
    )
    .hint("check the free space and the permissions of the folder")
}
