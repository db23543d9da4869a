use serde::{Deserialize, Serialize};

/// The part of a guide's URL that names it, such as `platform_engineer`.
///
/// A slug is 1–80 characters: runs of `a–z` and `0–9`, joined by single `_`.
/// Holding a `Slug` is proof of that: nothing downstream checks again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The error of a string that is not a [`Slug`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// The string is empty.
    #[error("a slug cannot be empty")]
    Empty,
    /// The string is longer than a slug may be.
    #[error(
        "a slug has at most {} characters, this one has {length}",
        Slug::MAX_LENGTH
    )]
    TooLong {
        /// The string's length in characters.
        length: usize,
    },
    /// A character that a slug may not have, or not in this place.
    #[error(
        "`{character}` is not allowed at position {position}: use a–z, 0–9 and single `_` between them"
    )]
    BadCharacter {
        /// The offending character.
        character: char,
        /// Its position, counted in characters from 0.
        position: usize,
    },
}

impl Slug {
    /// The most characters a slug may have.
    pub const MAX_LENGTH: usize = crate::limits::SLUG;

    /// Returns the slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        let last = text.chars().count() - 1;
        let mut previous = '_';
        for (position, character) in text.chars().enumerate() {
            let allowed = match character {
                'a'..='z' | '0'..='9' => true,
                '_' => previous != '_' && position != last,
                _ => false,
            };
            if !allowed {
                return Err(SlugError::BadCharacter {
                    character,
                    position,
                });
            }
            previous = character;
        }
        if last >= Self::MAX_LENGTH {
            return Err(SlugError::TooLong { length: last + 1 });
        }
        Ok(Self(text))
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a")]
    #[case("platform_engineer")]
    #[case("web3_dev_2")]
    fn a_well_formed_slug_is_kept_as_it_is(#[case] text: &str) {
        assert_eq!(text.parse::<Slug>().unwrap().as_str(), text);
    }

    #[rstest]
    #[case("", SlugError::Empty)]
    #[case("_a", SlugError::BadCharacter { character: '_', position: 0 })]
    #[case("a_", SlugError::BadCharacter { character: '_', position: 1 })]
    #[case("a__b", SlugError::BadCharacter { character: '_', position: 2 })]
    #[case("a-b", SlugError::BadCharacter { character: '-', position: 1 })]
    #[case("A", SlugError::BadCharacter { character: 'A', position: 0 })]
    #[case("案内", SlugError::BadCharacter { character: '案', position: 0 })]
    #[case(&"a".repeat(81), SlugError::TooLong { length: 81 })]
    fn a_bad_slug_is_refused_with_its_place(#[case] text: &str, #[case] error: SlugError) {
        assert_eq!(text.parse::<Slug>(), Err(error));
    }
}
