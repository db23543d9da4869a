use serde::de::{Error, Expected, Unexpected};

use super::suggest;

/// Why a value is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The keys and indices that lead to the place, innermost first.
    path: Vec<String>,
    /// What is wrong, for programs.
    pub(crate) code: &'static str,
    /// What is wrong, for people.
    pub(crate) message: String,
    /// What was probably meant.
    pub(crate) suggestion: Option<String>,
    /// The keys that exist, where an unknown one was given.
    pub(crate) known: &'static [&'static str],
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            code,
            message: message.into(),
            suggestion: None,
            known: &[],
        }
    }

    /// The same fault, seen from one level further out.
    pub(crate) fn under(mut self, step: impl Into<String>) -> Self {
        self.path.push(step.into());
        self
    }

    /// The place as a JSON pointer (RFC 6901).
    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.path.iter().rev() {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }

    /// The outermost key.
    pub(crate) fn outermost(&self) -> Option<&str> {
        self.path.last().map(String::as_str)
    }
}

impl Error for Fault {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::new("invalid", message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(
            "wrong_type",
            format!("{unexpected} where {expected} is expected"),
        )
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(
            "invalid",
            format!("{unexpected} where {expected} is expected"),
        )
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(
            "wrong_length",
            format!("{length} elements where {expected} is expected"),
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
        let mut fault = Self::new("unknown", format!("there is no `{field}` here"));
        fault.suggestion = suggest(field, expected).map(str::to_owned);
        fault.known = expected;
        fault.under(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("required", format!("`{field}` is missing")).under(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new("repeated", format!("`{field}` is given twice")).under(field)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
