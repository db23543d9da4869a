#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod api_index;
mod changes;
mod describe;
mod draft;
mod export;
mod formats;
mod guide;
mod list;
mod object;
mod redirects;
mod refs;
mod related;
mod search;
mod selected;
mod taxonomy;
mod write;

pub use api_index::{ApiIndex, ApiIndexData, ApiIndexLinks};
pub use changes::{Change, ChangeList, ChangeListLinks, ChangeListMeta, DeleteReason};
pub use describe::{describe_fields, guide_schema};
pub use draft::DraftGuideDocument;
pub use export::{ExportEnd, ExportLine};
pub use guide::{
    Body, Card, Guide, GuideDocument, GuideLinks, GuideMeta, Heading, Included, OWN_MEMBERS, Stats,
};
pub use list::{GuideList, ListLinks, ListMeta};
pub use object::{Member, Object};
pub use redirects::{Redirect, RedirectList};
pub use refs::{
    CurrentRef, PublicAction, RefData, RefDocument, RefEntry, RefLinks, RefList, RefListLinks,
    RefListMeta,
};
pub use related::{Related, RelatedDocument, RelatedLinks};
pub use search::{
    FacetCount, Facets, FoundGuide, FoundGuides, Highlights, MatchedIn, SearchLinks, SearchMeta,
    ShorterSearch,
};
pub use selected::{SelectedGuide, SelectedGuideDocument};
pub use taxonomy::{Taxonomy, TaxonomyDocument, WordCount};
pub use write::{AnswerParts, FinishedAnswer, Surroundings, answer, finish, surround};
