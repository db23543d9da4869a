/// Stored text as JSON can carry it. Revisions are UTF-8 always; a working copy that is not is
/// shown with replacement characters.
pub(super) fn text(source: Vec<u8>) -> String {
    String::from_utf8(source)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
