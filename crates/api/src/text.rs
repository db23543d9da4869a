/// Converts stored text for JSON. Revisions are always UTF-8. A working copy that is not shows
/// replacement characters.
pub(super) fn text(source: Vec<u8>) -> String {
    String::from_utf8(source)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
