//! The files below `admin-ui/static`: inside the binary in release builds, read from disk in debug
//! builds.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../admin-ui/static"]
pub(super) struct Files;

/// Returns the text of the file at `path`.
pub(super) fn text(path: &str) -> Option<String> {
    let file = Files::get(path)?;
    Some(String::from_utf8_lossy(&file.data).into_owned())
}

/// Lists the files below `folder`, by path below it.
pub(super) fn names(folder: &str) -> Vec<String> {
    let names = Files::iter();
    names
        .filter_map(|name| Some(name.strip_prefix(folder)?.to_owned()))
        .collect()
}

/// Lists every script with its text, for tests.
#[cfg(test)]
pub(super) fn scripts() -> Vec<(String, String)> {
    Files::iter()
        .filter(|name| name.ends_with(".js"))
        .filter_map(|name| {
            let text = text(&name)?;
            Some((name.into_owned(), text))
        })
        .collect()
}
