//! What a person's particulars may be.

use crate::IdentityError;

/// The longest name, in characters.
const NAME_LENGTH: usize = 100;

/// Returns the trimmed name: 1 to 100 characters, without a NUL, which the database cannot hold.
pub(crate) fn display_name(name: &str) -> Result<&str, IdentityError> {
    let name = name.trim();
    let refuse = |code| {
        Err(IdentityError::Field {
            field: "display_name",
            code,
        })
    };
    if name.is_empty() {
        refuse("required")
    } else if name.contains('\0') {
        refuse("malformed")
    } else if name.chars().count() > NAME_LENGTH {
        refuse("too_long")
    } else {
        Ok(name)
    }
}

/// Refuses every language but `ja` and `en`.
pub(crate) fn locale(locale: &str) -> Result<(), IdentityError> {
    if matches!(locale, "ja" | "en") {
        Ok(())
    } else {
        Err(IdentityError::Field {
            field: "locale",
            code: "unknown",
        })
    }
}
