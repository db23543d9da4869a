//! The secrets that are shown once: API keys, preview links, one-time links.

use sha2::{Digest, Sha256};

use crate::closed_set;

#[cfg(test)]
mod tests;

/// The digits of a token's secret part: safe in URLs and shells, and one word for a double click.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62⁴³ > 2²⁵⁶.
const SECRET_LENGTH: usize = 43;
/// 62⁶ > 2³².
const CHECKSUM_LENGTH: usize = 6;
/// The number of characters of a token that lists show: its prefix and a few digits.
const HINT_LENGTH: usize = 14;

closed_set! {
    /// The purpose of a token.
    pub enum TokenKind: "a kind of token" {
        /// A consumer's key: reads what is published.
        Reader = "reader",
        /// A consumer's key: also reads drafts.
        Preview = "preview",
        /// A link under which one guide can be read before it is public.
        PreviewLink = "preview_link",
        /// The one-time link of a new installation.
        Setup = "setup",
        /// The one-time link of a person who was invited.
        Invite = "invite",
        /// The one-time link to a new password.
        Reset = "reset",
    }
}

/// A secret that is handed out once: what it is for, 256 random bits and a checksum.
///
/// It looks like `annai_r_` and 49 letters and digits. The prefix tells people and secret
/// scanners what it is; the checksum (the first 32 bits of the SHA-256 of everything before it)
/// tells a mistyped token from an unknown one without asking the database. Only
/// [`Token::hash`] is ever stored. Printing one with `{:?}` shows its kind alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    kind: TokenKind,
    text: String,
}

/// The error of a string that is not a [`Token`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The prefix, the length or a character is wrong.
    #[error("this does not look like a token of Annai")]
    Malformed,
    /// A character was lost or changed on the way.
    #[error("the token's checksum does not match: a character is missing or wrong")]
    Checksum,
}

impl TokenKind {
    /// Returns the prefix of every token of this kind.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Reader => "annai_r_",
            Self::Preview => "annai_p_",
            Self::PreviewLink => "annai_l_",
            Self::Setup => "annai_setup_",
            Self::Invite => "annai_invite_",
            Self::Reset => "annai_reset_",
        }
    }

    /// Returns the kind that a text begins like, whether or not it is a token.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let mut kinds = Self::ALL.into_iter();
        kinds.find(|kind| text.starts_with(kind.prefix()))
    }

    /// Returns whether the tokens of this kind open the delivery API.
    #[must_use]
    pub fn opens_delivery(self) -> bool {
        match self {
            Self::Reader | Self::Preview | Self::PreviewLink => true,
            Self::Setup | Self::Invite | Self::Reset => false,
        }
    }
}

impl Token {
    /// Generates a new token that nobody can guess.
    #[must_use]
    pub fn generate(kind: TokenKind) -> Self {
        let mut secret = [0_u8; 32];
        rand::fill(&mut secret);
        Self::of(kind, &secret)
    }

    /// Parses a token. Only its stored hash can tell whether it is valid.
    ///
    /// # Errors
    ///
    /// [`TokenError`] when the text is not a token, or was damaged.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let kind = TokenKind::of_text(text).ok_or(TokenError::Malformed)?;
        let digits = &text[kind.prefix().len()..];
        let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if digits.len() != SECRET_LENGTH + CHECKSUM_LENGTH || !plain {
            return Err(TokenError::Malformed);
        }
        let (body, checksum) = text.split_at(text.len() - CHECKSUM_LENGTH);
        if checksum != checksum_of(body) {
            return Err(TokenError::Checksum);
        }
        Ok(Self {
            kind,
            text: text.to_owned(),
        })
    }

    /// Returns the purpose of the token.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Returns the SHA-256 hash of the whole token, which the database stores.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.text).into()
    }

    /// Returns the secret itself, to be shown once and never logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Returns the part that lists show to tell tokens apart; it is far too short to be used.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.text[..HINT_LENGTH]
    }

    fn of(kind: TokenKind, secret: &[u8; 32]) -> Self {
        let mut text = format!("{}{}", kind.prefix(), base62(secret, SECRET_LENGTH));
        text.push_str(&checksum_of(&text));
        Self { kind, text }
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Token({:?}, …)", self.kind)
    }
}

fn checksum_of(body: &str) -> String {
    let digest = Sha256::digest(body);
    base62(&digest[..4], CHECKSUM_LENGTH)
}

/// Writes `bytes` as one big-endian number in base 62, padded with `0` to `length` digits.
fn base62(bytes: &[u8], length: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = vec![DIGITS[0]; length];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0_u32;
        for byte in &mut number {
            let value = remainder * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX); // < 256: the remainder is < 62
            remainder = value % 62;
        }
        *digit = DIGITS[remainder as usize];
    }
    digits.into_iter().map(char::from).collect()
}
