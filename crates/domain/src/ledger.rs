use serde::{Deserialize, Serialize};

use crate::{ReviewId, closed_set};

/// A position in the ledger of publications: 1, 2, 3 … without gaps, in commit order.
///
/// It names the whole site as it stood right after that entry; 0 is the empty site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ref(i64);

impl Ref {
    /// The site before anything was published.
    pub const EMPTY: Self = Self(0);

    /// Makes the ref with that number; `None` if it is negative.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        (number >= 0).then_some(Self(number))
    }

    /// Returns the number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Ref {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A ref as consumers see it, such as `142-5b1f0c9a`.
///
/// The number is followed by the first four bytes of that ledger entry's hash, which tie the name
/// to this very database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RefName {
    /// The position.
    pub number: Ref,
    /// The first four bytes of the entry's hash.
    pub suffix: [u8; 4],
}

/// The error of a string that is not a [`RefName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ref looks like 142-5b1f0c9a")]
pub struct RefNameError;

impl RefName {
    /// Makes the name of ledger entry `number`, whose hash is `hash`.
    #[must_use]
    pub fn new(number: Ref, hash: &[u8; 32]) -> Self {
        Self {
            number,
            suffix: [hash[0], hash[1], hash[2], hash[3]],
        }
    }
}

impl std::str::FromStr for RefName {
    type Err = RefNameError;

    fn from_str(text: &str) -> Result<Self, RefNameError> {
        let (number, suffix) = text.split_once('-').ok_or(RefNameError)?;
        let plain = number.bytes().all(|b| b.is_ascii_digit())
            && (number == "0" || !number.starts_with('0'))
            && suffix
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !plain {
            return Err(RefNameError);
        }
        let number = number.parse().ok().and_then(Ref::new).ok_or(RefNameError)?;
        let mut bytes = [0; 4];
        hex::decode_to_slice(suffix, &mut bytes).map_err(|_| RefNameError)?;
        Ok(Self {
            number,
            suffix: bytes,
        })
    }
}

impl TryFrom<String> for RefName {
    type Error = RefNameError;

    fn try_from(text: String) -> Result<Self, RefNameError> {
        text.parse()
    }
}

impl From<RefName> for String {
    fn from(name: RefName) -> Self {
        name.to_string()
    }
}

impl std::fmt::Display for RefName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}-{}", self.number, hex::encode(self.suffix))
    }
}

closed_set! {
    /// The action of a ledger entry.
    pub enum PublicationAction: "a publication action" {
        /// Made a revision public.
        Publish = "publish",
        /// Made an earlier public revision public again.
        Rollback = "rollback",
        /// Took the guide down.
        Unpublish = "unpublish",
        /// Took the guide down because its time was over.
        Expire = "expire",
        /// Took the guide down because it was archived.
        Archive = "archive",
        /// Led a slug to the guide.
        Redirect = "redirect",
    }
}

impl PublicationAction {
    /// Returns whether the entry made a revision public.
    #[must_use]
    pub fn makes_public(self) -> bool {
        match self {
            Self::Publish | Self::Rollback => true,
            Self::Unpublish | Self::Expire | Self::Archive | Self::Redirect => false,
        }
    }
}

/// The right behind a ledger entry: exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// An approved review of exactly that content.
    Review(ReviewId),
    /// An administrator's override, with the reason given.
    BreakGlass {
        /// The reason why there was no time for a review; at least 10 characters.
        reason: String,
    },
    /// An operator's import of files.
    Import,
    /// The revision was public at that ref already.
    Rollback {
        /// The ledger entry whose revision comes back.
        restored: Ref,
    },
    /// A publisher's right to take a guide down or to redirect a slug.
    Role,
    /// The program itself, for an earlier arrangement. Tombstones only.
    System,
}

impl Authority {
    /// Returns the authority without its particulars.
    #[must_use]
    pub fn kind(&self) -> AuthorityKind {
        match self {
            Self::Review(_) => AuthorityKind::Review,
            Self::BreakGlass { .. } => AuthorityKind::BreakGlass,
            Self::Import => AuthorityKind::Import,
            Self::Rollback { .. } => AuthorityKind::Rollback,
            Self::Role => AuthorityKind::Role,
            Self::System => AuthorityKind::System,
        }
    }
}

closed_set! {
    /// The right behind a ledger entry, without the particulars.
    pub enum AuthorityKind: "an authority" {
        /// See [`Authority::Review`].
        Review = "review",
        /// See [`Authority::BreakGlass`].
        BreakGlass = "break_glass",
        /// See [`Authority::Import`].
        Import = "import",
        /// See [`Authority::Rollback`].
        Rollback = "rollback",
        /// See [`Authority::Role`].
        Role = "role",
        /// See [`Authority::System`].
        System = "system",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_ref_name_reads_back_as_it_was_written() {
        let name = RefName {
            number: Ref::new(142).unwrap(),
            suffix: [0x5b, 0x1f, 0x0c, 0x9a],
        };
        assert_eq!(name.to_string(), "142-5b1f0c9a");
        assert_eq!("142-5b1f0c9a".parse(), Ok(name));
    }

    #[rstest]
    #[case("")]
    #[case("142")]
    #[case("-1-5b1f0c9a")]
    #[case("+1-5b1f0c9a")]
    #[case("0142-5b1f0c9a")]
    #[case("142-5B1F0C9A")]
    #[case("142-5b1f0c")]
    #[case("99999999999999999999-5b1f0c9a")]
    fn another_spelling_of_a_ref_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<RefName>(), Err(RefNameError));
    }
}
