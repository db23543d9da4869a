//! The `---json` dialect of gray-matter, parsed into a typed view and kept byte for byte.

mod browser;
mod error;
mod json;
mod layout;
mod patch;
mod pointer;
mod position;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde_json::{Map, Value};

pub use error::{SourceError, SourceErrorKind};
pub use pointer::PointerIndex;
pub use position::Position;

pub(crate) use json::LocatedError;
pub(crate) use layout::same;

use json::{Member, Scanner};

pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The exact text of one guide: an optional `---json` front matter block and a Markdown body.
///
/// Holding one is proof that the bytes are well-formed. [`as_bytes`](Self::as_bytes) returns the
/// parsed bytes, with their line ends, indentation and spelling of numbers.
#[derive(Debug, Clone)]
pub struct GuideSource {
    text: String,
    block: Option<Block>,
    front_matter: Map<String, Value>,
    body_start: usize,
}

/// The ranges of the front matter block.
#[derive(Debug, Clone)]
struct Block {
    object: Range<usize>,
    members: Vec<Place>,
}

/// The ranges of one top-level field.
#[derive(Debug, Clone)]
struct Place {
    key: String,
    key_span: Range<usize>,
    value_span: Range<usize>,
}

impl PartialEq for GuideSource {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for GuideSource {}

impl GuideSource {
    /// The maximum size of a guide in bytes: 512 KiB.
    pub const MAX_BYTES: usize = annai_domain::limits::SOURCE;
    /// The maximum nesting of objects and lists.
    pub(crate) const MAX_DEPTH: usize = 64;

    /// Parses a guide; a file without front matter is a guide without fields.
    ///
    /// # Errors
    ///
    /// Returns [`SourceError`] with line and column for anything the dialect does not accept.
    pub fn parse(bytes: impl Into<Vec<u8>>) -> Result<Self, SourceError> {
        let text = text_from(bytes.into())?;
        match read(&text) {
            Ok((block, body_start)) => {
                let (block, front_matter) = block.map_or_else(
                    || (None, Map::new()),
                    |(object, members)| {
                        let (places, map) = split(members);
                        (
                            Some(Block {
                                object,
                                members: places,
                            }),
                            map,
                        )
                    },
                );
                Ok(Self {
                    text,
                    block,
                    front_matter,
                    body_start,
                })
            }
            Err((kind, offset)) => Err(SourceError {
                kind,
                position: Position::at(&text, offset),
            }),
        }
    }

    /// Returns the exact bytes that were parsed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Returns the source as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the exact bytes without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    /// Returns the language of the front matter: `json`, or empty without front matter.
    #[must_use]
    pub fn language(&self) -> &str {
        if self.block.is_some() { "json" } else { "" }
    }

    /// Returns the fields, in the order of the source.
    #[must_use]
    pub fn front_matter(&self) -> &Map<String, Value> {
        &self.front_matter
    }

    /// Returns the value of `key` exactly as it is spelt in the source.
    #[must_use]
    pub fn raw_field(&self, key: &str) -> Option<&str> {
        self.place(key)
            .map(|place| &self.text[place.value_span.clone()])
    }

    /// Returns the JSON object as it is spelt, with its braces; empty without front matter.
    #[must_use]
    pub fn front_matter_text(&self) -> &str {
        self.block
            .as_ref()
            .map_or("", |block| &self.text[block.object.clone()])
    }

    /// Returns the Markdown after the closing fence, with its own line ends.
    ///
    /// A byte order mark at the start of the file is not part of it. Blanks after the closing `---`
    /// are its first line, as in gray-matter.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.text[self.body_start..]
    }

    /// Returns the byte offset at which the body begins.
    #[must_use]
    pub fn body_start(&self) -> usize {
        self.body_start
    }

    /// Returns the position of the value of `key`.
    #[must_use]
    pub fn field_position(&self, key: &str) -> Option<Position> {
        self.place(key)
            .map(|place| Position::at(&self.text, place.value_span.start))
    }

    /// Returns the bytes of the value of `key`.
    ///
    /// A missing field gives the bytes of the whole object, or an empty range without front matter.
    pub(crate) fn field_span(&self, key: &str) -> Range<usize> {
        let block = self.block.as_ref();
        let value = self.place(key).map(|place| &place.value_span);
        let span = value.or(block.map(|block| &block.object));
        span.cloned().unwrap_or_default()
    }

    /// Returns the position of the value at a JSON pointer such as `/tags/3`.
    ///
    /// A pointer to nothing gives the nearest value above it, so a missing key points at its
    /// object.
    #[cfg(test)]
    pub(crate) fn pointer_position(&self, pointer: &str) -> Option<Position> {
        let range = PointerIndex::new(self).range(pointer)?;
        Some(Position::at(&self.text, range.start))
    }

    /// Returns the byte offset of the front matter's object; that of the body without one.
    pub(crate) fn front_matter_start(&self) -> usize {
        let object = self.block.as_ref().map(|block| block.object.start);
        object.unwrap_or(self.body_start)
    }

    /// Returns the line of the file, from 1, on which the body begins.
    #[must_use]
    pub fn body_line(&self) -> u32 {
        Position::at(&self.text, self.body_start).line
    }

    fn place(&self, key: &str) -> Option<&Place> {
        self.block
            .as_ref()?
            .members
            .iter()
            .find(|place| place.key == key)
    }
}

/// Returns the output of `annai fm parse --json`: `{"language", "data", "content"}`.
///
/// gray-matter names the three parts so.
///
/// # Errors
///
/// Returns [`SourceError`] as [`GuideSource::parse`].
pub fn fm_parse_json(bytes: impl Into<Vec<u8>>) -> Result<Value, SourceError> {
    let source = GuideSource::parse(bytes)?;
    let mut answer = Map::new();
    answer.insert("language".into(), source.language().into());
    answer.insert("data".into(), Value::Object(source.front_matter().clone()));
    answer.insert("content".into(), source.body().into());
    Ok(Value::Object(answer))
}

pub(crate) fn text_from(bytes: Vec<u8>) -> Result<String, SourceError> {
    let fault = |kind, position| Err(SourceError { kind, position });
    if bytes.len() > GuideSource::MAX_BYTES {
        return fault(
            SourceErrorKind::TooLarge { bytes: bytes.len() },
            Position::START,
        );
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
            return fault(SourceErrorKind::NotUtf8, Position::at(&before, valid));
        }
    };
    if let Some(offset) = text.find('\0') {
        return fault(SourceErrorKind::NulByte, Position::at(&text, offset));
    }
    if let Some(offset) = text.find('\r')
        && !text.contains('\n')
    {
        return fault(
            SourceErrorKind::CarriageReturnOnly,
            Position::at(&text, offset),
        );
    }
    Ok(text)
}

type ReadBlock = Option<(Range<usize>, Vec<Member>)>;

/// Finds the block and the start of the body.
fn read(text: &str) -> Result<(ReadBlock, usize), LocatedError> {
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let Some(after_dashes) = text[start..].strip_prefix("---") else {
        return Ok((None, start));
    };
    if after_dashes.starts_with('-') {
        return Ok((None, start)); // a longer line is a thematic break
    }
    let first_line = after_dashes.split('\n').next().unwrap_or_default();
    let language_start = start + 3;
    let language = first_line.trim_matches(is_javascript_blank);
    if !language.eq_ignore_ascii_case("json") {
        return Err((
            SourceErrorKind::UnsupportedEngine {
                language: language.to_owned(),
            },
            language_start,
        ));
    }
    let first_line_end = language_start + first_line.len();
    let Some(close) = text[first_line_end..]
        .find("\n---")
        .map(|index| first_line_end + index)
    else {
        return Err((SourceErrorKind::Unclosed, start));
    };
    let block_start = (first_line_end + 1).min(close);
    let (object, members) = read_object(&text[..close], block_start)?;
    let after_fence = close + "\n---".len();
    let rest = &text[after_fence..];
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    if let Some(offset) = line.find(|character| !is_javascript_blank(character)) {
        return Err((SourceErrorKind::TextAfterFence, after_fence + offset));
    }
    let rest = rest.strip_prefix('\r').unwrap_or(rest);
    let rest = rest.strip_prefix('\n').unwrap_or(rest);
    Ok((Some((object, members)), text.len() - rest.len()))
}

fn read_object(text: &str, start: usize) -> Result<(Range<usize>, Vec<Member>), LocatedError> {
    let mut scanner = Scanner::new(text, start);
    scanner.skip_blank();
    let object_start = scanner.offset();
    match scanner.peek() {
        Some(b'{') => {}
        Some(b'/' | b'#') => return Err((SourceErrorKind::Comment, object_start)),
        _ => return Err((SourceErrorKind::NotAnObject, object_start)),
    }
    let members = scanner.object()?;
    let object_end = scanner.offset();
    scanner.skip_blank();
    match &text.as_bytes()[scanner.offset()..] {
        [] => Ok((object_start..object_end, members)),
        [b'/', b'/' | b'*', ..] | [b'#', ..] => Err((SourceErrorKind::Comment, scanner.offset())),
        _ => Err((SourceErrorKind::TextAfterObject, scanner.offset())),
    }
}

/// Reads the object at `start`, whatever follows it, and returns its bytes and fields.
pub(crate) fn read_leading_object(
    text: &str,
    start: usize,
) -> Result<(Range<usize>, Map<String, Value>), LocatedError> {
    let mut scanner = Scanner::new(text, start);
    let members = scanner.object()?;
    Ok((start..scanner.offset(), split(members).1))
}

fn split(members: Vec<Member>) -> (Vec<Place>, Map<String, Value>) {
    let mut places = Vec::with_capacity(members.len());
    let mut map = Map::new();
    for Member {
        key,
        key_span,
        value,
        value_span,
    } in members
    {
        map.insert(key.clone(), value);
        places.push(Place {
            key,
            key_span,
            value_span,
        });
    }
    (places, map)
}

/// Returns whether JavaScript's `trim` removes `character`; gray-matter trims the fence line.
fn is_javascript_blank(character: char) -> bool {
    character == BYTE_ORDER_MARK || (character.is_whitespace() && character != '\u{85}')
}
