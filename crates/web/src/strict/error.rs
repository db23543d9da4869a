use serde::de::{Error, Expected, Unexpected};

use super::suggest;

/// An error in a value from outside, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InputError {
    /// The keys and indices that lead to the place, innermost first.
    path: Vec<String>,
    /// The error, as a code for programs.
    pub(crate) code: &'static str,
    /// The error, in English.
    pub(crate) message: String,
    /// The spelling that was probably meant.
    pub(crate) suggestion: Option<String>,
    /// The keys that exist, when an unknown one was given.
    pub(crate) known: &'static [&'static str],
}

impl InputError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            code,
            message: message.into(),
            suggestion: None,
            known: &[],
        }
    }

    /// Adds `step` as the level above the current place.
    pub(crate) fn under(mut self, step: impl Into<String>) -> Self {
        self.path.push(step.into());
        self
    }

    /// Returns the place as a JSON pointer (RFC 6901).
    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.path.iter().rev() {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }

    /// Returns the outermost key.
    pub(crate) fn outermost(&self) -> Option<&str> {
        self.path.last().map(String::as_str)
    }
}

impl Error for InputError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::new("invalid", message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(
            "wrong_type",
            format!("expected {expected}, found {unexpected}"),
        )
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(
            "invalid",
            format!("expected {expected}, found {unexpected}"),
        )
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(
            "wrong_length",
            format!("expected {expected}, found {length} elements"),
        )
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self {
            suggestion: suggest(variant, expected).map(str::to_owned),
            ..Self::new(
                "not_one_of",
                format!("`{variant}` is not one of {}", expected.join(", ")),
            )
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let mut error = Self::new("unknown", format!("there is no `{field}` here"));
        error.suggestion = suggest(field, expected).map(str::to_owned);
        error.known = expected;
        error.under(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("required", format!("`{field}` is missing")).under(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new("repeated", format!("`{field}` is given twice")).under(field)
    }
}

impl std::fmt::Display for InputError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for InputError {}
