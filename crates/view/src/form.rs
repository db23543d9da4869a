//! Ordinary form fields.

use serde::Serialize;

use super::Message;

/// One field of a form as it is shown: what it holds and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct FormField {
    /// What it holds.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) error: Option<Message>,
}

impl FormField {
    /// A field that holds `value` and is right so far.
    pub(crate) fn holding(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    /// The same field with an error, by message key.
    #[must_use]
    pub(crate) fn refused(mut self, key: impl Into<String>) -> Self {
        self.error = Some(Message::new(key));
        self
    }
}

/// A choice out of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Choice {
    /// What the form sends.
    pub(crate) value: String,
    /// What people read.
    pub(crate) label: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}
