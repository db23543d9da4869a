use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use annai_content::GuideSource;

/// A file of an import.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// Its path below the given folder, with `/` between the parts; an export writes it there
    /// again.
    pub path: String,
    /// Its bytes, or their place on the disk.
    pub bytes: ImportBytes,
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

/// Lists the files behind `paths`: a file as it is, a folder as all its `*.md` files, however
/// deep. Sorted by path. Symbolic links and names that begin with a dot are passed over.
///
/// # Errors
///
/// See [`CollectError`].
pub fn collect_files(paths: &[PathBuf]) -> Result<Vec<ImportFile>, CollectError> {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
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
            add(name.to_owned(), path.clone(), &mut found)?;
        }
    }
    let file = |(path, disk)| ImportFile {
        path,
        bytes: ImportBytes::Disk(disk),
    };
    Ok(found.into_iter().map(file).collect())
}

fn collect_folder(
    folder: &Path,
    prefix: &str,
    found: &mut BTreeMap<String, PathBuf>,
) -> Result<(), CollectError> {
    for entry in fs::read_dir(folder).map_err(cannot_read(folder))? {
        let entry = entry.map_err(cannot_read(folder))?;
        let path = entry.path();
        // The type of the entry itself, not of a link's target.
        let kind = entry.file_type().map_err(cannot_read(&path))?;
        let name = entry.file_name();
        let is_guide =
            kind.is_file() && path.extension().is_some_and(|extension| extension == "md");
        if name.as_encoded_bytes().starts_with(b".") || !(kind.is_dir() || is_guide) {
            continue;
        }
        let name = name
            .to_str()
            .ok_or_else(|| CollectError::NotUtf8(path.clone()))?;
        if kind.is_dir() {
            collect_folder(&path, &format!("{prefix}{name}/"), found)?;
        } else {
            add(format!("{prefix}{name}"), path, found)?;
        }
    }
    Ok(())
}

fn add(
    path: String,
    disk: PathBuf,
    found: &mut BTreeMap<String, PathBuf>,
) -> Result<(), CollectError> {
    match found.insert(path.clone(), disk.clone()) {
        Some(first) if first != disk => Err(CollectError::SamePath {
            path,
            first,
            second: disk,
        }),
        _ => Ok(()),
    }
}

fn cannot_read(path: &Path) -> impl FnOnce(io::Error) -> CollectError {
    let path = path.to_path_buf();
    move |source| CollectError::Read { path, source }
}
