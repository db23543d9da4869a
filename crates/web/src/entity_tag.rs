use annai_domain::Encoding;
use http::HeaderValue;
use sha2::{Digest, Sha256};

#[cfg(test)]
mod tests;

/// The name of one representation of a resource (RFC 9110, 8.8.3); it changes when the bytes do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntityTag {
    weak: bool,
    opaque: String,
}

/// An entity tag together with its header value, made once for all responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyTag {
    tag: EntityTag,
    header_value: HeaderValue,
}

impl ReadyTag {
    /// Returns the strong tags of the resource version `opaque`, in the order of [`Encoding::ALL`].
    ///
    /// `opaque` consists of hexadecimal digits.
    #[must_use]
    pub fn of_encodings(opaque: &str) -> [Self; Encoding::ALL.len()] {
        Encoding::ALL.map(|encoding| EntityTag::encoded(opaque, encoding).into())
    }

    /// Returns the value for an `ETag` header.
    #[must_use]
    pub fn header_value(&self) -> HeaderValue {
        self.header_value.clone()
    }
}

impl From<EntityTag> for ReadyTag {
    fn from(tag: EntityTag) -> Self {
        Self {
            header_value: tag.header_value(),
            tag,
        }
    }
}

impl std::ops::Deref for ReadyTag {
    type Target = EntityTag;

    fn deref(&self) -> &EntityTag {
        &self.tag
    }
}

/// An error from parsing an [`EntityTag`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityTagError;

impl EntityTag {
    /// Returns the strong tag of exactly these bytes: the first 128 bits of their SHA-256.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            weak: false,
            opaque: hex::encode(&Sha256::digest(bytes)[..16]),
        }
    }

    /// Returns the strong tag of the resource version `opaque` in `encoding`.
    ///
    /// `opaque` consists of hexadecimal digits.
    #[must_use]
    pub fn encoded(opaque: &str, encoding: Encoding) -> Self {
        Self {
            weak: false,
            opaque: format!("{opaque}{}", encoding.tag_suffix()),
        }
    }

    /// Returns the strong tag with `opaque` between its quotes.
    ///
    /// # Errors
    ///
    /// Returns [`EntityTagError`] when the text contains a quote, a blank or a control character.
    pub fn strong(opaque: impl Into<String>) -> Result<Self, EntityTagError> {
        let opaque = opaque.into();
        if !opaque.bytes().all(is_opaque) {
            return Err(EntityTagError);
        }
        Ok(Self {
            weak: false,
            opaque,
        })
    }

    /// Returns the text between the quotes.
    #[must_use]
    pub fn opaque(&self) -> &str {
        &self.opaque
    }

    /// Returns whether the tag promises only an equivalent representation, not equal bytes.
    #[must_use]
    pub(crate) fn is_weak(&self) -> bool {
        self.weak
    }

    /// Returns whether both tags are strong and equal: the comparison of `If-Match`.
    #[must_use]
    pub(crate) fn strongly_matches(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Returns whether both tags are equal apart from weakness: the comparison of `If-None-Match`.
    #[must_use]
    pub(crate) fn weakly_matches(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }

    /// Returns the value for an `ETag` header.
    #[must_use]
    pub fn header_value(&self) -> HeaderValue {
        // A tag is made of bytes that a header may have.
        HeaderValue::from_str(&self.to_string()).unwrap_or(HeaderValue::from_static("\"\""))
    }

    /// Reads one tag from the front of `text` and returns it with the rest.
    pub(crate) fn read(text: &str) -> Result<(Self, &str), EntityTagError> {
        let (weak, rest) = match text.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let rest = rest.strip_prefix('"').ok_or(EntityTagError)?;
        let (opaque, rest) = rest.split_once('"').ok_or(EntityTagError)?;
        let tag = Self::strong(opaque)?;
        Ok((Self { weak, ..tag }, rest))
    }
}

/// Returns whether the byte is an `etagc` (RFC 9110): no quote, blank or control character.
fn is_opaque(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7e | 0x80..)
}

impl std::str::FromStr for EntityTag {
    type Err = EntityTagError;

    fn from_str(text: &str) -> Result<Self, EntityTagError> {
        match Self::read(text)? {
            (tag, "") => Ok(tag),
            _ => Err(EntityTagError),
        }
    }
}

impl std::fmt::Display for EntityTag {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let weak = if self.weak { "W/" } else { "" };
        write!(formatter, "{weak}\"{}\"", self.opaque)
    }
}

impl std::fmt::Display for EntityTagError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an entity tag looks like \"abc\" or W/\"abc\"")
    }
}

impl std::error::Error for EntityTagError {}
