#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod checks;
mod compression;
mod dialect;
mod diff;
mod form_text;
mod markdown;
mod measure;
mod schema;
mod search;
mod source;

pub use checks::{FINDING_CODES, Finding, Level, check, check_bytes};
pub use compression::{compress, decompress};
pub use dialect::{Dialect, in_dialect};
pub use diff::{
    BlockChange, BlockKind, Chip, FieldChange, FieldDiff, FrontMatterDiff, GuideDiff, Segment,
    SegmentKind, diff,
};
pub use form_text::propose_slug;
pub use markdown::{
    Profile, RenderError, RenderErrorKind, Rendered, Stats, TocEntry, UnknownProfile, render,
};
pub use measure::{cut, graphemes, width};
pub use schema::{Counter, Field, Localised, Schema, SchemaError, SelectOption, Widget};
pub use search::{
    Facets, SearchDocument, SearchFilter, SearchHit, SearchIndex, SearchPlace, SearchQuery,
    SearchQueryError, excerpt, fold, highlight,
};
pub use source::{GuideSource, Position, SourceError, SourceErrorKind, fm_parse_json};
