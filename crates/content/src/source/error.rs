use serde::{Serialize, Serializer};

use super::Position;

/// Why bytes are not a guide's source, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("line {}, column {}: {kind}", position.line, position.column)]
pub struct SourceError {
    /// What is wrong.
    pub kind: SourceErrorKind,
    /// Where it was found, in the whole file.
    pub position: Position,
}

impl SourceError {
    /// A stable name of the kind of fault, such as `front_matter_unclosed`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

/// What is wrong with a guide's source. Each text says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceErrorKind {
    /// More than [`GuideSource::MAX_BYTES`](super::GuideSource::MAX_BYTES).
    #[error(
        "the file has {bytes} bytes; a guide has at most {}: split it into several guides",
        super::GuideSource::MAX_BYTES
    )]
    TooLarge {
        /// How many bytes there were.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("these bytes are not UTF-8: save the file as UTF-8")]
    NotUtf8,
    /// A NUL byte.
    #[error("there is a NUL byte, which no text may hold: remove it")]
    NulByte,
    /// Lines that end with a lone carriage return throughout.
    #[error("the lines end with CR alone (old Mac OS): save the file with LF or CRLF line ends")]
    CarriageReturnOnly,
    /// A front matter block in a language other than JSON.
    #[error("front matter in {} is not accepted: write `---json` and a JSON object; for a thematic break in the first line put an empty line before it", engine_name(.language))]
    UnsupportedEngine {
        /// The language as written; empty for a bare `---`, which means YAML.
        language: String,
    },
    /// No closing `---` line.
    #[error("the front matter is not closed: put `---` on a line of its own after the JSON object")]
    Unclosed,
    /// Something stands behind `---` on the closing line.
    #[error("only blanks may follow `---` on the line that closes the front matter")]
    TextAfterFence,
    /// The front matter is not one JSON object.
    #[error("the front matter must be one JSON object: begin it with `{{` and end it with `}}`")]
    NotAnObject,
    /// Something stands between the object and the closing fence.
    #[error("only blanks and line ends may stand between the JSON object and the closing `---`")]
    TextAfterObject,
    /// Another character was expected.
    #[error("expected {expected}, found {}", found_text(*.found))]
    Unexpected {
        /// What the grammar wants here.
        expected: &'static str,
        /// What is there; `None` at the end of the block.
        found: Option<char>,
    },
    /// A comma before a closing bracket.
    #[error("JSON has no trailing commas: remove the comma before this bracket")]
    TrailingComma,
    /// A comment.
    #[error("JSON has no comments: remove it")]
    Comment,
    /// A key that stands twice in one object.
    #[error("the key {key:?} stands twice in this object: keep one of them")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A string without an end.
    #[error("this string is not closed: end it with `\"` on the same line")]
    UnclosedString,
    /// A control character in a string.
    #[error(
        "control character U+{code_point:04X} in a string: write it as an escape such as \\n or \\t"
    )]
    ControlCharacter {
        /// Its code point.
        code_point: u32,
    },
    /// An escape that JSON does not have.
    #[error(
        "this is no JSON escape: use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits"
    )]
    BadEscape,
    /// `\u0000`.
    #[error("\\u0000 cannot be stored: remove it")]
    EscapedNul,
    /// Half a surrogate pair.
    #[error("this is half of a surrogate pair: write both halves, or the character itself")]
    LoneSurrogate,
    /// Digits that are no JSON number.
    #[error(
        "this is no JSON number: no leading zeros or plus sign, and digits on both sides of the point"
    )]
    BadNumber,
    /// A number that does not fit.
    #[error("this number is too large: numbers are 64-bit floating point, up to about 1.8e308")]
    NumberOutOfRange,
    /// Objects and lists inside each other too deep.
    #[error(
        "objects and lists are nested more than {} deep: flatten them",
        super::GuideSource::MAX_DEPTH
    )]
    TooDeep,
}

impl SourceErrorKind {
    /// A stable name of this kind of fault, such as `front_matter_unclosed`.
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
