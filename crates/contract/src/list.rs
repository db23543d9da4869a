use annai_domain::RefName;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::formats;
use crate::guide::Included;
use crate::selected::SelectedGuide;

/// One page of guides.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuideList {
    /// The guides as JSON.
    #[schema(value_type = Vec<SelectedGuide>)]
    pub data: Vec<Box<RawValue>>,
    /// The related guides of all guides of the page, each once. Present with `include=related`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<Included>,
    /// Metadata of the page.
    pub meta: ListMeta,
    /// The addresses of this page and the next.
    pub links: ListLinks,
}

/// Metadata of a page of guides.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListMeta {
    /// The ref of the last change of this list.
    #[serde(rename = "ref")]
    #[schema(schema_with = formats::ref_name)]
    pub name: RefName,
    /// The number of guides on the page.
    pub count: usize,
    /// The most guides on a page.
    pub limit: u32,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}

/// The addresses of a page of guides and of the next page.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListLinks {
    /// The current page.
    #[serde(rename = "self")]
    pub own: String,
    /// The page at this ref, for ever.
    pub pinned: String,
    /// The next page of the same snapshot; null on the last page.
    pub next: Option<String>,
}
