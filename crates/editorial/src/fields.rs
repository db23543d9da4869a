//! Limits on short texts that people type beside a command.

use crate::CommandError;

/// The trimmed text.
///
/// # Errors
///
/// [`CommandError::Field`] when nothing is left of it.
pub(crate) fn required<'a>(field: &'static str, text: &'a str) -> Result<&'a str, CommandError> {
    let text = text.trim();
    if text.is_empty() {
        Err(CommandError::Field {
            field,
            code: "required",
        })
    } else {
        Ok(text)
    }
}

/// Refuses a text of more than `limit` characters, or with a NUL, which the database cannot hold.
///
/// # Errors
///
/// [`CommandError::Field`].
pub(crate) fn at_most(field: &'static str, text: &str, limit: usize) -> Result<(), CommandError> {
    if text.contains('\0') {
        return Err(CommandError::Field {
            field,
            code: "malformed",
        });
    }
    if text.chars().count() > limit {
        return Err(CommandError::Field {
            field,
            code: "too_long",
        });
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
        return Err(CommandError::Field {
            field,
            code: "too_short",
        });
    }
    Ok(())
}
