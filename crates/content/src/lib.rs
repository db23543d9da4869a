//! One guide as text: the `---json` front matter dialect (parse, patch in place, write back
//! byte for byte), Markdown to safe HTML, table of contents, plain text, diff and checks.
//!
//! Pure: no input or output, no clock, no database. Whoever holds a [`GuideSource`] holds the
//! exact bytes that came in, and every edit is a small change to those bytes.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod checks;
mod diff;
mod form_text;
mod markdown;
mod measure;
mod schema;
mod search;
mod source;

pub use checks::{Finding, Level, check, check_bytes};
pub use diff::{
    BlockChange, BlockKind, Chip, FieldChange, FieldDiff, FrontMatterDiff, GuideDiff, Segment,
    SegmentKind, diff,
};
pub use form_text::propose_slug;
pub use markdown::{
    Profile, RenderError, RenderErrorKind, Rendered, Stats, TocEntry, UnknownProfile, render,
};
pub use measure::{graphemes, width};
pub use schema::{Counter, Field, Localised, Schema, SchemaError, SelectOption, Widget};
pub use search::fold;
pub use source::{GuideSource, Position, SourceError, SourceErrorKind, fm_parse_json};
