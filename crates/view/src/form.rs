//! Ordinary form fields.

use serde::Serialize;

use super::Message;

/// One field of a form as it is shown: what it holds and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FormField {
    /// What it holds.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<Message>,
}

impl FormField {
    /// A field that holds `value` and is right so far.
    pub fn holding(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    /// The same field with an error, by message key.
    #[must_use]
    pub fn refused(mut self, key: impl Into<String>) -> Self {
        self.error = Some(Message::new(key));
        self
    }
}

/// A choice out of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}
