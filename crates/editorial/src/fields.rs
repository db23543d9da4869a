//! Limits on short texts that people type beside a command.

use std::borrow::Cow;

use annai_domain::{FieldFault, limits, text};

use crate::CommandError;

/// Returns the trimmed text.
///
/// # Errors
///
/// [`CommandError::Field`] when nothing is left.
pub(crate) fn required<'a>(field: &'static str, text: &'a str) -> Result<&'a str, CommandError> {
    let text = text.trim();
    if text.is_empty() {
        Err(refused(field, FieldFault::Required))
    } else {
        Ok(text)
    }
}

/// Returns a text of one line, trimmed.
///
/// # Errors
///
/// [`CommandError::Field`] when it holds a control character or more than `limit` characters.
pub(crate) fn line<'a>(
    field: &'static str,
    text: &'a str,
    limit: usize,
) -> Result<&'a str, CommandError> {
    let text = text.trim();
    if text::find_control(text).is_some() {
        return Err(refused(field, FieldFault::ControlCharacter));
    }
    at_most(field, text, limit)?;
    Ok(text)
}

/// Returns a text of several lines, without control characters other than line breaks and tabs.
///
/// # Errors
///
/// [`CommandError::Field`] when it has more than `limit` characters.
pub(crate) fn lines<'a>(
    field: &'static str,
    text: &'a str,
    limit: usize,
) -> Result<Cow<'a, str>, CommandError> {
    let text = text::without_controls(text);
    at_most(field, &text, limit)?;
    Ok(text)
}

/// Refuses a text of more than `limit` characters, or with a NUL, which the database cannot hold.
///
/// # Errors
///
/// [`CommandError::Field`].
pub(crate) fn at_most(field: &'static str, text: &str, limit: usize) -> Result<(), CommandError> {
    if text.contains('\0') {
        return Err(refused(field, FieldFault::Malformed));
    }
    if text.chars().count() > limit {
        return Err(refused(field, FieldFault::TooLong));
    }
    Ok(())
}

/// Refuses a text of fewer than `limit` characters.
///
/// # Errors
///
/// [`CommandError::Field`].
pub(crate) fn at_least(field: &'static str, text: &str, limit: usize) -> Result<(), CommandError> {
    if text.chars().count() < limit {
        return Err(refused(field, FieldFault::TooShort));
    }
    Ok(())
}

fn refused(field: &'static str, fault: FieldFault) -> CommandError {
    CommandError::Field { field, fault }
}

/// Returns whether an export could write a file of that path.
///
/// The path is relative and stays below the export folder, as the constraint `guides_path_check`
/// demands. It names a Markdown file, and no part of it is hidden, such as `.git`.
pub(crate) fn is_exportable(path: &str) -> bool {
    path.len() <= limits::PATH
        && annai_content::is_markdown(path)
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && path
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_below_the_folder_and_in_sight_or_not_at_all() {
        for path in ["a.md", "jobs/a.b.MD", "求人/案内.mdx"] {
            assert!(is_exportable(path), "{path}");
        }
        let long = "a".repeat(1001) + ".md";
        for path in [
            "",
            "schema.json",
            "/a.md",
            "a//b.md",
            "../a.md",
            "a/../b.md",
            "./a.md",
            "a\\b.md",
            "a\0.md",
            "a\nb.md",
            ".git/config.md",
            &long,
        ] {
            assert!(!is_exportable(path), "{path}");
        }
    }
}
