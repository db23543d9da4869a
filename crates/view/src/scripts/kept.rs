//! The scripts that pages ask for, each joined once.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use axum::body::Bytes;

use super::{Addresses, FOLDER, JoinError, addresses, joined};
use crate::files;

/// The scripts of a release. They are a closed set, so strangers cannot make it grow.
static KEPT: LazyLock<Kept> = LazyLock::new(Kept::of_our_files);

/// A script that was joined, or will be at its first request.
type Joined = OnceLock<Result<Option<Bytes>, JoinError>>;

/// The addresses of each page, and the scripts at these addresses.
#[derive(Debug)]
pub(super) struct Kept {
    pages: BTreeMap<String, Addresses>,
    scripts: BTreeMap<String, Joined>,
}

impl Kept {
    /// Lists the addresses that a page of ours can name. A module that cannot be read has none.
    pub(super) fn of_our_files() -> Self {
        let names = files::names("js/");
        let entries = names.iter().filter_map(|name| name.strip_suffix(".js"));
        let entries = entries.filter(|name| !name.contains('/'));
        let pages =
            entries.filter_map(|entry| Some((entry.to_owned(), super::addresses(entry).ok()?)));
        let pages: BTreeMap<_, _> = pages.collect();
        let addresses = pages.values().flat_map(|page| {
            let ours = page.later.iter().filter(|path| path.starts_with(FOLDER));
            ours.chain([&page.script]).cloned()
        });
        Self {
            scripts: addresses.map(|path| (path, Joined::new())).collect(),
            pages,
        }
    }

    /// Returns the script at `path`. One that no page names is joined anew each time.
    pub(super) fn script(&self, path: &str) -> Result<Option<Bytes>, JoinError> {
        let join = || Ok(joined(path)?.map(Bytes::from));
        match self.scripts.get(path) {
            Some(script) => script.get_or_init(join).clone(),
            None => join(),
        }
    }
}

/// Returns the joined script at `path`, such as `pages/editor.js`; `None` for other paths. A debug
/// build reads the modules from the disk each time.
pub(crate) fn script(path: &str) -> Result<Option<Bytes>, JoinError> {
    if cfg!(debug_assertions) {
        return Ok(joined(path)?.map(Bytes::from));
    }
    KEPT.script(path)
}

/// Lists the paths of the joined scripts of a release.
pub(crate) fn paths() -> impl Iterator<Item = String> {
    KEPT.scripts.keys().cloned()
}

/// Returns the addresses that the page of `entry` needs.
pub(crate) fn page_addresses(entry: &str) -> Result<Addresses, JoinError> {
    let kept = if cfg!(debug_assertions) {
        None
    } else {
        KEPT.pages.get(entry).cloned()
    };
    kept.map_or_else(|| addresses(entry), Ok)
}
