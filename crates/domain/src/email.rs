use serde::{Deserialize, Serialize};

use crate::limits;

/// The address with which a person signs in, lower-cased and trimmed.
///
/// Checked loosely on purpose (one `@` with something on both sides, no blanks or control
/// characters, at most 254 bytes): only a delivered mail proves an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The error of a string that is not an [`EmailAddress`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address looks like name@example.jp")]
pub struct EmailAddressError;

impl EmailAddress {
    /// Returns the address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailAddressError;

    fn try_from(text: String) -> Result<Self, EmailAddressError> {
        let text = text.trim().to_lowercase();
        let (name, host) = text.split_once('@').ok_or(EmailAddressError)?;
        let odd = |c: char| c.is_whitespace() || c.is_control();
        if name.is_empty() || host.is_empty() || host.contains('@') || text.len() > limits::EMAIL {
            return Err(EmailAddressError);
        }
        if text.contains(odd) {
            return Err(EmailAddressError);
        }
        Ok(Self(text))
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, EmailAddressError> {
        text.to_owned().try_into()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}
