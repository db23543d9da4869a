#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod address;
mod anchor;
mod compression;
mod dialect;
mod diff;
mod file_name;
mod foreign;
mod guide_link;
mod linked_body;
mod markdown;
mod measure;
mod merge;
mod reading;
mod references;
mod schema;
mod search;
mod slug_proposal;
mod source;

pub use anchor::{AnchoredText, Place};
pub use compression::{compress, decompress};
pub use dialect::{Dialect, in_dialect};
pub use diff::{
    BlamedBlock, BlockChange, BlockKind, ChangeSize, Chip, FieldChange, FieldDiff, FrontMatterDiff,
    GuideDiff, LINE_END_SIGN, Segment, SegmentKind, blame, diff, render_diff, table_cells,
};
pub use file_name::{composed_path, is_markdown};
pub use foreign::{Mapping, MappingError, MappingPreset, ReadFile, read_file};
pub use guide_link::{GuideAddresses, GuideLink, LinkSpelling, guide_reference, referenced_guides};
pub use linked_body::{Anchors, body_links, with_addresses};
pub use markdown::{
    Profile, RenderError, RenderErrorKind, Rendered, Stats, TocEntry, render, render_linked,
    render_preview,
};
pub(crate) use measure::graphemes;
pub use measure::{cut, width};
pub use merge::{Choice, Conflict, ConflictPlace, Merge, Piece, ResolveError, merge};
pub use reading::{Address, Cell, Heading, Passage, PassageKind, Prose, Reading, Row, Table};
pub use references::{Reference, has_too_many_references, references};
pub use schema::{
    Counter, Field, FieldRole, Localised, RuleSet, Schema, SchemaError, SelectOption, TopHeading,
    Widget,
};
pub use search::{
    Facets, SearchDocument, SearchFilter, SearchFrequency, SearchHit, SearchIndex, SearchPlace,
    SearchQuery, SearchQueryError, SearchRank, ShorterQuery, excerpt, fold, highlight,
};
pub use slug_proposal::propose_slug;
pub use source::{
    GuideSource, PointerIndex, Position, SourceError, SourceErrorKind, fm_parse_json,
};
