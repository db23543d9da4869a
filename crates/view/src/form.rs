//! Ordinary form fields.

use serde::Serialize;

use super::Message;

/// One field of a form with its value and its fault.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FormField {
    pub value: String,
    /// The fault in it, by message key.
    pub error: Option<Message>,
}

impl FormField {
    /// Creates a field with `value` and without a fault.
    pub fn holding(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    /// Adds a fault, by message key.
    #[must_use]
    pub fn refused(mut self, key: impl Into<String>) -> Self {
        self.error = Some(Message::new(key));
        self
    }
}

/// A choice out of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The value in the form.
    pub value: String,
    pub label: String,
    pub chosen: bool,
}
