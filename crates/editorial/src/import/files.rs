use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use annai_content::{GuideSource, composed_path, is_markdown};
use annai_domain::closed_set;

/// A file of an import.
#[derive(Debug, Clone)]
pub struct ImportFile {
    pub(super) path: String,
    pub(super) bytes: ImportBytes,
}

impl ImportFile {
    /// Names the file by its path below the given folder, with `/` between the parts. An export
    /// writes it there again, its name in Unicode's form NFC.
    #[must_use]
    pub fn new(path: &str, bytes: ImportBytes) -> Self {
        Self {
            path: composed_path(path),
            bytes,
        }
    }

    /// Returns its path below the given folder.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// The files behind some paths.
#[derive(Debug, Default)]
pub struct Collected {
    /// The Markdown files, sorted by path.
    pub files: Vec<ImportFile>,
    /// The others, sorted by path.
    pub passed_over: Vec<PassedOver>,
}

/// A file or folder that an import leaves alone.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PassedOver {
    /// Its path below the given folder.
    pub path: String,
    /// Why it is left alone.
    pub reason: PassedOverReason,
}

closed_set! {
    /// Why an import leaves a file alone.
    pub enum PassedOverReason: "a reason" {
        /// Its name does not end as that of a Markdown file.
        NotMarkdown = "not_markdown",
        /// Its name begins with a dot.
        Hidden = "hidden",
        /// It is a symbolic link, or no file at all.
        NotAFile = "not_a_file",
    }
}

/// The bytes of a file, or their place.
#[derive(Debug, Clone)]
pub enum ImportBytes {
    /// A file on the disk; it is read twice, so that memory does not depend on the number of files.
    Disk(PathBuf),
    /// Bytes that came with a request.
    Memory(Vec<u8>),
}

/// The reason why the files could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// One of the paths is a symbolic link; links are not followed.
    #[error("{0} is a symbolic link; name the file or folder it leads to")]
    Link(PathBuf),
    /// The name of a file is not UTF-8.
    #[error("the name of {0} is not UTF-8; rename the file")]
    NotUtf8(PathBuf),
    /// Two files have the same path below their folders.
    #[error("{first} and {second} would both be {path}; import them one after the other")]
    SamePath {
        /// The path both would have.
        path: String,
        /// One of the files.
        first: PathBuf,
        /// The other file.
        second: PathBuf,
    },
}

impl ImportBytes {
    /// Reads the bytes, at most one more than a guide may have.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::Disk(path) => {
                let mut bytes = Vec::new();
                let limit = GuideSource::MAX_BYTES as u64 + 1;
                io::Read::read_to_end(
                    &mut io::Read::take(fs::File::open(path)?, limit),
                    &mut bytes,
                )?;
                Ok(bytes)
            }
        }
    }
}

/// Lists the files behind `paths`: a file as it is, a folder as all its Markdown files, however
/// deep. It names what it passes over; of a hidden folder it names the folder alone.
///
/// # Errors
///
/// See [`CollectError`].
pub fn collect_files(paths: &[PathBuf]) -> Result<Collected, CollectError> {
    let mut found = Found::default();
    for path in paths {
        let metadata = fs::symlink_metadata(path).map_err(cannot_read(path))?;
        if metadata.is_symlink() {
            return Err(CollectError::Link(path.clone()));
        }
        if metadata.is_dir() {
            collect_folder(path, "", &mut found)?;
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let name = name
                .to_str()
                .ok_or_else(|| CollectError::NotUtf8(path.clone()))?;
            found.add(name, path.clone())?;
        }
    }
    let file = |(path, disk): (String, _)| ImportFile::new(&path, ImportBytes::Disk(disk));
    found
        .passed_over
        .sort_by(|one, two| one.path.cmp(&two.path));
    found.passed_over.dedup();
    Ok(Collected {
        files: found.files.into_iter().map(file).collect(),
        passed_over: found.passed_over,
    })
}

#[derive(Default)]
struct Found {
    files: BTreeMap<String, PathBuf>,
    passed_over: Vec<PassedOver>,
}

fn collect_folder(folder: &Path, prefix: &str, found: &mut Found) -> Result<(), CollectError> {
    for entry in fs::read_dir(folder).map_err(cannot_read(folder))? {
        let entry = entry.map_err(cannot_read(folder))?;
        let path = entry.path();
        // The type of the entry itself, not of a link's target.
        let kind = entry.file_type().map_err(cannot_read(&path))?;
        let name = entry.file_name();
        if let Some(reason) = reason_against(kind, &name.to_string_lossy()) {
            let path = format!("{prefix}{}", name.to_string_lossy());
            found.passed_over.push(PassedOver { path, reason });
            continue;
        }
        let name = name
            .to_str()
            .ok_or_else(|| CollectError::NotUtf8(path.clone()))?;
        if kind.is_dir() {
            collect_folder(&path, &format!("{prefix}{name}/"), found)?;
        } else {
            found.add(&format!("{prefix}{name}"), path)?;
        }
    }
    Ok(())
}

fn reason_against(kind: fs::FileType, name: &str) -> Option<PassedOverReason> {
    if name.starts_with('.') {
        Some(PassedOverReason::Hidden)
    } else if kind.is_dir() {
        None
    } else if !kind.is_file() {
        Some(PassedOverReason::NotAFile)
    } else {
        (!is_markdown(name)).then_some(PassedOverReason::NotMarkdown)
    }
}

impl Found {
    fn add(&mut self, path: &str, disk: PathBuf) -> Result<(), CollectError> {
        let path = composed_path(path);
        match self.files.insert(path.clone(), disk.clone()) {
            Some(first) if first != disk => Err(CollectError::SamePath {
                path,
                first,
                second: disk,
            }),
            _ => Ok(()),
        }
    }
}

fn cannot_read(path: &Path) -> impl FnOnce(io::Error) -> CollectError {
    let path = path.to_path_buf();
    move |source| CollectError::Read { path, source }
}
