use annai_domain::FileDialect;
use serde::{Serialize, Serializer};

use super::Position;

/// An error in the source of a guide, with its position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("line {}, column {}: {kind}", position.line, position.column)]
pub struct SourceError {
    /// The kind of error.
    pub kind: SourceErrorKind,
    /// The position of the error in the whole file.
    pub position: Position,
}

impl SourceError {
    /// Returns the stable name of the kind of error, such as `front_matter_unclosed`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

/// The kind of a [`SourceError`]; each text says how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceErrorKind {
    /// The source has more than [`GuideSource::MAX_BYTES`](super::GuideSource::MAX_BYTES).
    #[error(
        "the file has {bytes} bytes; a guide has at most {}: split it into several guides",
        super::GuideSource::MAX_BYTES
    )]
    TooLarge {
        /// The size in bytes.
        bytes: usize,
    },
    /// The bytes are not UTF-8.
    #[error("these bytes are not UTF-8: save the file as UTF-8")]
    NotUtf8,
    /// The text contains a NUL byte.
    #[error("the text contains a NUL byte: remove it")]
    NulByte,
    /// All lines end with a lone carriage return.
    #[error("the lines end with CR alone (old Mac OS): save the file with LF or CRLF line ends")]
    CarriageReturnOnly,
    /// The front matter is in a language other than JSON.
    #[error("front matter in {} is not accepted: write `---json` and a JSON object; for a thematic break in the first line put an empty line before it", engine_name(.language))]
    UnsupportedEngine {
        /// The language as written; empty for a bare `---`, which means YAML.
        language: String,
    },
    /// The closing `---` line is missing.
    #[error("the front matter is not closed: put `---` on a line of its own after the JSON object")]
    Unclosed,
    /// The closing line contains text after `---`.
    #[error("only blanks may follow `---` on the line that closes the front matter")]
    TextAfterFence,
    /// The front matter is not one JSON object.
    #[error("the front matter must be one JSON object: begin it with `{{` and end it with `}}`")]
    NotAnObject,
    /// There is text between the object and the closing fence.
    #[error("only blanks and line ends may come between the JSON object and the closing `---`")]
    TextAfterObject,
    /// A character differs from the expected one.
    #[error("expected {expected}, found {}", found_text(*.found))]
    Unexpected {
        /// The description of the expected character.
        expected: &'static str,
        /// The character found; `None` at the end of the block.
        found: Option<char>,
    },
    /// A comma precedes a closing bracket.
    #[error("JSON has no trailing commas: remove the comma before this bracket")]
    TrailingComma,
    /// The JSON contains a comment.
    #[error("JSON has no comments: remove it")]
    Comment,
    /// A key occurs twice in one object.
    #[error("the key {key:?} occurs twice in this object: keep one of them")]
    DuplicateKey {
        /// The repeated key, unescaped.
        key: String,
    },
    /// A string has no end.
    #[error("this string is not closed: end it with `\"` on the same line")]
    UnclosedString,
    /// A string contains a control character.
    #[error(
        "control character U+{code_point:04X} in a string: write it as an escape such as \\n or \\t"
    )]
    ControlCharacter {
        /// The code point of the refused character.
        code_point: u32,
    },
    /// An escape does not exist in JSON.
    #[error(
        "this is not a JSON escape: use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits"
    )]
    BadEscape,
    /// A string contains `\u0000`.
    #[error("\\u0000 cannot be stored: remove it")]
    EscapedNul,
    /// A string contains half of a surrogate pair.
    #[error("this is half of a surrogate pair: write both halves, or the character itself")]
    LoneSurrogate,
    /// The digits are not a JSON number.
    #[error(
        "this is not a JSON number: no leading zeros or plus sign, and digits on both sides of the point"
    )]
    BadNumber,
    /// A number is too large for a 64-bit float.
    #[error("this number is too large: numbers are 64-bit floating point, up to about 1.8e308")]
    NumberOutOfRange,
    /// The front matter of an imported file has no closing line.
    #[error("the front matter is not closed: put `{fence}` on a line of its own after it")]
    FenceMissing {
        /// The closing line.
        fence: &'static str,
    },
    /// Something precedes the front matter.
    #[error("front matter begins at the start of the first line: remove the blanks before it")]
    FenceNotFirst,
    /// The front matter is in another dialect than the file was said to have.
    #[error("this looks like {found} front matter: import the file as `{found}` or `auto`")]
    OtherDialect {
        /// The dialect that the file begins like.
        found: FileDialect,
    },
    /// The front matter is not YAML.
    #[error("this is not valid YAML: {reason}")]
    NotYaml {
        /// The fault, as the reader says it.
        reason: String,
    },
    /// The front matter is not TOML.
    #[error("this is not valid TOML: {reason}")]
    NotToml {
        /// The fault, as the reader says it.
        reason: String,
    },
    /// The front matter has no fields.
    #[error("the front matter must be fields: write `key: value`, one a line")]
    NotFields,
    /// A YAML key is not a text.
    #[error("a key must be a text: put it in quotes")]
    KeyNotText,
    /// YAML's merge key, which every reader understands in its own way.
    #[error("the merge key `<<` is not read: write the fields out")]
    MergeKey,
    /// Aliases repeat so much that the file would grow beyond the size of a guide.
    #[error("the aliases repeat more than a guide can hold: write the values out")]
    TooMuchRepeated,
    /// An integer beyond 64 bits.
    #[error("this integer has more than 64 bits and would lose digits: put it in quotes")]
    IntegerTooLarge,
    /// An infinite number, or one that is not a number.
    #[error("JSON has neither infinite numbers nor `nan`: put the value in quotes")]
    NotFinite,
    /// Objects and lists are nested too deep.
    #[error(
        "objects and lists are nested more than {} deep: flatten them",
        super::GuideSource::MAX_DEPTH
    )]
    TooDeep,
}

impl SourceErrorKind {
    /// Returns the stable name of this kind of error, such as `front_matter_unclosed`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "source_too_large",
            Self::NotUtf8 => "source_not_utf8",
            Self::NulByte => "source_nul_byte",
            Self::CarriageReturnOnly => "source_carriage_return_only",
            Self::UnsupportedEngine { .. } => "front_matter_unsupported_engine",
            Self::Unclosed => "front_matter_unclosed",
            Self::TextAfterFence => "front_matter_text_after_fence",
            Self::NotAnObject => "front_matter_not_an_object",
            Self::TextAfterObject => "front_matter_text_after_object",
            Self::Unexpected { .. } => "json_unexpected",
            Self::TrailingComma => "json_trailing_comma",
            Self::Comment => "json_comment",
            Self::DuplicateKey { .. } => "json_duplicate_key",
            Self::UnclosedString => "json_unclosed_string",
            Self::ControlCharacter { .. } => "json_control_character",
            Self::BadEscape => "json_bad_escape",
            Self::EscapedNul => "json_escaped_nul",
            Self::LoneSurrogate => "json_lone_surrogate",
            Self::BadNumber => "json_bad_number",
            Self::NumberOutOfRange => "json_number_out_of_range",
            Self::FenceMissing { .. } => "front_matter_fence_missing",
            Self::FenceNotFirst => "front_matter_not_first",
            Self::OtherDialect { .. } => "front_matter_other_dialect",
            Self::NotYaml { .. } => "front_matter_not_yaml",
            Self::NotToml { .. } => "front_matter_not_toml",
            Self::NotFields => "front_matter_not_fields",
            Self::KeyNotText => "front_matter_key_not_text",
            Self::MergeKey => "front_matter_merge_key",
            Self::TooMuchRepeated => "front_matter_too_much_repeated",
            Self::IntegerTooLarge => "front_matter_integer_too_large",
            Self::NotFinite => "front_matter_not_finite",
            Self::TooDeep => "json_too_deep",
        }
    }
}

impl Serialize for SourceErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

fn engine_name(language: &str) -> String {
    if language.is_empty() {
        "YAML (a bare `---`)".to_owned()
    } else {
        format!("`{language}`")
    }
}

fn found_text(found: Option<char>) -> String {
    found.map_or_else(
        || "the end of the block".to_owned(),
        |found| format!("{found:?}"),
    )
}
