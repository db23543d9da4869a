//! Checks a person's name and language.

use annai_domain::{FieldFault, Locale, limits, text};

use crate::IdentityError;

/// Returns the trimmed name: one line of 1 to 100 characters.
pub(crate) fn display_name(name: &str) -> Result<&str, IdentityError> {
    let name = name.trim();
    let refuse = |fault| {
        Err(IdentityError::Field {
            field: "display_name",
            fault,
        })
    };
    if name.is_empty() {
        refuse(FieldFault::Required)
    } else if text::find_control(name).is_some() {
        refuse(FieldFault::ControlCharacter)
    } else if name.chars().count() > limits::DISPLAY_NAME {
        refuse(FieldFault::TooLong)
    } else {
        Ok(name)
    }
}

/// Returns the language of that word.
pub(crate) fn locale(locale: &str) -> Result<Locale, IdentityError> {
    locale.parse().map_err(|_| IdentityError::Field {
        field: "locale",
        fault: FieldFault::Unknown,
    })
}
