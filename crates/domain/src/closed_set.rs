/// Declares an enum with one word for each value: a closed set.
///
/// The word is the value's one spelling: in the database, in JSON, in URLs and in message keys.
/// The noun follows "is not" in the error of a text that is none of the words.
///
/// ```
/// annai_domain::closed_set! {
///     /// How a cup is filled.
///     pub enum Filling: "a filling" {
///         /// To the brim.
///         Full = "full",
///         /// Not at all.
///         Empty = "empty",
///     }
/// }
///
/// assert_eq!(Filling::ALL.map(Filling::as_str), ["full", "empty"]);
/// assert_eq!("full".parse(), Ok(Filling::Full));
/// let error = "half".parse::<Filling>().unwrap_err();
/// assert_eq!(error.to_string(), "`half` is not a filling: use full or empty");
/// ```
///
/// It gives the enum `ALL`, `WORDS`, `as_str`, `Display`, `FromStr`, serde's two traits and the
/// schema of an API document: a string with an `enum`. The crate that declares a set needs serde.
#[macro_export]
macro_rules! closed_set {
    (
        $(#[doc = $doc:literal])*
        $visibility:vis enum $name:ident: $noun:literal {
            $($(#[doc = $value_doc:literal])* $value:ident = $word:literal,)+
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Serialize, ::serde::Deserialize,
        )]
        $visibility enum $name {
            $($(#[doc = $value_doc])* #[serde(rename = $word)] $value,)+
        }

        impl $name {
            /// Every value, in the order that lists show.
            $visibility const ALL: [Self; [$(Self::$value),+].len()] = [$(Self::$value),+];
            /// The words of [`Self::ALL`].
            $visibility const WORDS: [&'static str; Self::ALL.len()] = [$($word),+];

            /// Returns the word in the database, in JSON and in URLs.
            #[must_use]
            $visibility const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::UnknownWord> {
                let mut values = Self::ALL.into_iter();
                let found = values.find(|value| value.as_str() == text);
                found.ok_or_else(|| $crate::UnknownWord::new(text, $noun, &Self::WORDS))
            }
        }

        impl $crate::api_schema::PartialSchema for $name {
            fn schema() -> $crate::api_schema::RefOr<$crate::api_schema::Schema> {
                $crate::api_schema::of_words(concat!($($doc, "\n"),*), &Self::WORDS)
            }
        }

        impl $crate::api_schema::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}

/// The error of a text that is not in a closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {noun}: use {}", alternatives(words))]
pub struct UnknownWord {
    text: String,
    noun: &'static str,
    words: &'static [&'static str],
}

impl UnknownWord {
    /// Returns the error of `text`, which is none of `words`.
    #[doc(hidden)]
    #[must_use]
    pub fn new(text: &str, noun: &'static str, words: &'static [&'static str]) -> Self {
        Self {
            text: text.to_owned(),
            noun,
            words,
        }
    }
}

fn alternatives(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The part of utoipa that describes a closed set in an API document.
#[doc(hidden)]
pub mod api_schema {
    use utoipa::openapi::ObjectBuilder;
    use utoipa::openapi::schema::Type;

    pub use utoipa::openapi::{RefOr, Schema};
    pub use utoipa::{PartialSchema, ToSchema};

    /// Returns the schema of a string that is one of `words`.
    #[must_use]
    pub fn of_words(description: &str, words: &'static [&'static str]) -> RefOr<Schema> {
        let lines: Vec<&str> = description.lines().map(str::trim).collect();
        let description = lines.join("\n").trim().to_owned();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
            .enum_values(Some(words.iter().copied()))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use crate::Role;
    use utoipa::PartialSchema as _;

    #[test]
    fn a_set_is_described_by_its_words() {
        let schema = serde_json::to_value(Role::schema()).unwrap();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["enum"], serde_json::json!(Role::WORDS));
    }

    #[test]
    fn json_has_the_same_words_as_the_database() {
        for role in Role::ALL {
            let json = serde_json::to_value(role).unwrap();
            assert_eq!(json, role.as_str());
            assert_eq!(serde_json::from_value::<Role>(json).unwrap(), role);
            assert_eq!(role.to_string().parse(), Ok(role));
        }
    }
}
