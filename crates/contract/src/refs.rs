use annai_domain::{PublicationAction, RefName};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::formats;

/// The current ref.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentRef {
    /// The ref.
    pub data: RefData,
    /// The addresses of this document and of the site at the ref.
    pub links: RefLinks,
}

/// A position in the ledger of publications.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefData {
    /// The ref.
    #[serde(rename = "ref")]
    #[schema(schema_with = formats::ref_name)]
    pub name: RefName,
    /// The time of the publication; null for the empty site.
    #[schema(schema_with = formats::instant_or_null)]
    pub published_at: Option<Timestamp>,
}

/// One ref.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefDocument {
    /// The publication at the ref.
    pub data: RefEntry,
    /// The addresses of this document and of the site at the ref.
    pub links: RefLinks,
}

/// A page of refs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefList {
    /// The publications, the newest first.
    pub data: Vec<RefEntry>,
    /// Metadata of the page.
    pub meta: RefListMeta,
    /// The address of the next page.
    pub links: RefListLinks,
}

/// An entry of the ledger of publications.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefEntry {
    /// The ref of the entry.
    #[serde(rename = "ref")]
    #[schema(schema_with = formats::ref_name)]
    pub name: RefName,
    /// The time of the publication; null for the empty site.
    #[schema(schema_with = formats::instant_or_null)]
    pub published_at: Option<Timestamp>,
    /// The action; null for the empty site.
    pub action: Option<PublicAction>,
    /// The guide's slug; null for the empty site.
    #[schema(schema_with = formats::slug_or_null)]
    pub slug: Option<String>,
}

/// The action of a publication, as consumers see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PublicAction {
    /// A revision became public.
    Publish,
    /// An earlier revision became public again.
    Rollback,
    /// The guide was unpublished.
    Unpublish,
    /// The publication expired.
    Expire,
    /// The slug leads to another guide from here on.
    Redirect,
}

/// Metadata of a page of refs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefListMeta {
    /// The number of refs on the page.
    pub count: usize,
    /// The most refs on a page.
    pub limit: u32,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}

/// The address of the next page of refs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefListLinks {
    /// The next page; null on the last page.
    pub next: Option<String>,
}

/// The addresses of a ref and of its site.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefLinks {
    /// This document.
    #[serde(rename = "self")]
    pub own: String,
    /// The guides at the ref.
    pub guides: String,
}

impl From<PublicationAction> for PublicAction {
    fn from(action: PublicationAction) -> Self {
        match action {
            PublicationAction::Publish => Self::Publish,
            PublicationAction::Rollback => Self::Rollback,
            // Consumers do not learn why a guide was unpublished.
            PublicationAction::Unpublish | PublicationAction::Archive => Self::Unpublish,
            PublicationAction::Expire => Self::Expire,
            PublicationAction::Redirect => Self::Redirect,
        }
    }
}
