//! The names of the files that guides come from.

use unicode_normalization::UnicodeNormalization as _;

/// The ends of the names of Markdown files, in any case.
const MARKDOWN_ENDS: [&str; 3] = ["md", "markdown", "mdx"];

/// Returns whether a path ends as the file of a guide does: `.md`, `.markdown` or `.mdx`.
#[must_use]
pub fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| {
        MARKDOWN_ENDS
            .iter()
            .any(|known| end.eq_ignore_ascii_case(known))
    })
}

/// Returns the path in Unicode's form NFC. File systems of Apple give names in NFD, so that one
/// name would be two guides.
#[must_use]
pub fn composed_path(path: &str) -> String {
    path.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_markdown_file_is_known_by_its_end_in_any_case() {
        for path in ["a.md", "A.MD", "b/x.markdown", "c.Mdx"] {
            assert!(is_markdown(path), "{path}");
        }
        for path in ["md", "a.txt", "a.md.bak", "a.md/b"] {
            assert!(!is_markdown(path), "{path}");
        }
    }

    #[test]
    fn a_path_is_composed() {
        assert_eq!(composed_path("テ\u{3099}.md"), "デ.md");
    }
}
