//! Reads files of other site generators into the source that guides are kept in.
//!
//! The body keeps its bytes. The fields keep their order, and every value its JSON type; dates
//! stay texts, as they are written.

mod mapping;
mod places;
mod preset;
mod toml;
mod yaml;

use std::ops::Range;

use annai_domain::FileDialect;
use serde_json::{Map, Value};

use crate::source::{BYTE_ORDER_MARK, LocatedError, read_leading_object, text_from};
use crate::{GuideSource, Position, Schema, SourceError, SourceErrorKind};
pub use mapping::{Mapping, MappingError};
use places::Places;
pub use preset::MappingPreset;

/// A file of any dialect, read as a guide.
#[derive(Debug)]
pub struct ReadFile {
    /// The guide's source.
    pub source: GuideSource,
    /// The dialect of the file.
    pub dialect: FileDialect,
    /// Whether the file says that it is not to be published.
    pub is_draft: bool,
    /// The places of the file; `None` where the source has the bytes of the file.
    places: Option<Places>,
}

impl ReadFile {
    /// Gives the fields of the file `path` the names and values of a guide. Where no rule applies,
    /// the source keeps its bytes.
    ///
    /// # Errors
    ///
    /// [`SourceError`] when the guide would be too large.
    pub fn mapped(
        mut self,
        mapping: &Mapping,
        schema: &Schema,
        path: &str,
    ) -> Result<Self, SourceError> {
        let old = self.source;
        let mapped = mapping.apply(old.front_matter(), schema, path);
        self.is_draft = mapped.is_draft;
        if mapped.fields == *old.front_matter() {
            return Ok(Self {
                source: old,
                ..self
            });
        }
        self.source = GuideSource::compose(&mapped.fields, old.body())?;
        let start = old.front_matter_start();
        let places = self
            .places
            .unwrap_or_else(|| Places::of(old.as_str(), start..old.body_start(), &old));
        self.places = Some(places.renamed(&mapped.renamed, &self.source));
        Ok(self)
    }

    /// Returns the place in the file of a place in [`source`](Self::source).
    ///
    /// A place in the front matter becomes that of the top-level field that `pointer` leads to.
    #[must_use]
    pub fn place_in_file(
        &self,
        pointer: Option<&str>,
        place: Option<Position>,
    ) -> Option<Position> {
        match &self.places {
            None => place,
            Some(places) => places.find(pointer, place),
        }
    }
}

/// Reads a file in `dialect`, or in the dialect that it begins like.
///
/// # Errors
///
/// [`SourceError`] with line and column of the file.
pub fn read_file(bytes: Vec<u8>, dialect: Option<FileDialect>) -> Result<ReadFile, SourceError> {
    let text = text_from(bytes)?;
    let read = read(&text, dialect);
    match read {
        Ok((found, None)) => Ok(ReadFile {
            source: GuideSource::parse(text)?,
            dialect: found,
            is_draft: false,
            places: None,
        }),
        Ok((found, Some(matter))) => {
            let body = &text[matter.body_start..];
            let source = GuideSource::compose(&matter.fields, body)?;
            let places = Places::of(&text, matter.block, &source);
            Ok(ReadFile {
                source,
                dialect: found,
                is_draft: false,
                places: Some(places),
            })
        }
        Err((kind, offset)) => Err(SourceError {
            kind,
            position: Position::at(&text, offset),
        }),
    }
}

/// The front matter of a file that is not a source yet.
struct Matter {
    fields: Map<String, Value>,
    /// Its bytes in the file.
    block: Range<usize>,
    body_start: usize,
}

fn read(
    text: &str,
    wanted: Option<FileDialect>,
) -> Result<(FileDialect, Option<Matter>), LocatedError> {
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    if wanted == Some(FileDialect::None) {
        // A block of its own keeps the first line from being read as a fence.
        let has_fence =
            text[start..].starts_with("---") && beginning(&text[start..]).0 != FileDialect::None;
        let matter = has_fence.then(|| Matter {
            fields: Map::new(),
            block: start..start,
            body_start: start,
        });
        return Ok((FileDialect::None, matter));
    }
    let (found, fence) = beginning(&text[start..]);
    if let Some(wanted) = wanted
        && wanted != found
        && found != FileDialect::None
    {
        return Err((SourceErrorKind::OtherDialect { found }, start));
    }
    match found {
        FileDialect::None if follows_blanks(&text[start..]) => {
            Err((SourceErrorKind::FenceNotFirst, start))
        }
        FileDialect::Json | FileDialect::None => Ok((found, None)),
        FileDialect::HugoJson => Ok((found, Some(object_before_body(text, start)?))),
        FileDialect::Yaml | FileDialect::Toml => {
            let (block, body_start) = fenced(text, start, fence)?;
            let fields = if found == FileDialect::Yaml {
                yaml::read(text, block.clone())?
            } else {
                toml::read(text, block.clone())?
            };
            // Comments alone are headings between two rules.
            if fields.is_empty() && !text[block.clone()].trim().is_empty() {
                return read(text, Some(FileDialect::None));
            }
            let matter = Matter {
                fields,
                block,
                body_start,
            };
            Ok((found, Some(matter)))
        }
    }
}

/// Returns the dialect that a text begins like, and the line that closes its front matter.
fn beginning(text: &str) -> (FileDialect, &'static str) {
    let line = text.lines().next().unwrap_or_default().trim_end();
    if line == "+++" {
        return (FileDialect::Toml, "+++");
    }
    if let Some(rest) = text.strip_prefix('{')
        && rest.trim_start().starts_with(['"', '}'])
    {
        return (FileDialect::HugoJson, "");
    }
    let Some(language) = line.strip_prefix("---") else {
        return (FileDialect::None, "");
    };
    let dialect = match language.trim().to_ascii_lowercase().as_str() {
        "" | "yaml" | "yml" => FileDialect::Yaml,
        "toml" => FileDialect::Toml,
        language if language.starts_with('-') => FileDialect::None,
        // The source's own reader refuses every other language.
        _ => FileDialect::Json,
    };
    (dialect, "---")
}

/// Returns whether front matter stands behind blanks, where no reader finds it.
///
/// A bare `---` there is a thematic break.
fn follows_blanks(text: &str) -> bool {
    let rest = text.trim_start();
    rest.len() < text.len()
        && (rest
            .lines()
            .next()
            .is_some_and(|line| line.trim_end() == "+++")
            || ["---json", "---yaml", "---toml"]
                .iter()
                .any(|fence| rest.starts_with(fence)))
}

/// Returns the bytes between the fences, and the start of the body.
fn fenced(
    text: &str,
    start: usize,
    fence: &'static str,
) -> Result<(Range<usize>, usize), LocatedError> {
    let first = after_line(text, start);
    let mut at = first;
    for line in text[first..].split_inclusive('\n') {
        if line.trim_end() == fence {
            return Ok((first..at, at + line.len()));
        }
        at += line.len();
    }
    Err((SourceErrorKind::FenceMissing { fence }, start))
}

/// Returns the start of the line behind `offset`.
fn after_line(text: &str, offset: usize) -> usize {
    text[offset..]
        .find('\n')
        .map_or(text.len(), |end| offset + end + 1)
}

/// Reads the object at the start of a file; only blanks may follow it on its last line.
fn object_before_body(text: &str, start: usize) -> Result<Matter, LocatedError> {
    let (block, fields) = read_leading_object(text, start)?;
    let body_start = after_line(text, block.end);
    let rest = &text[block.end..body_start];
    if let Some(offset) = rest.find(|character: char| !character.is_whitespace()) {
        return Err((SourceErrorKind::TextAfterObject, block.end + offset));
    }
    Ok(Matter {
        fields,
        block,
        body_start,
    })
}
