//! The list of guides, and the form of a new one.

use annai_domain::decide::ListedAct;
use annai_domain::{GuideId, GuideStatus};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::{Choice, FormField};

/// `/admin/guides`
#[derive(Debug, Serialize)]
pub struct GuidesView {
    /// The typed search.
    pub query: String,
    /// The number of guides of each status, under the other filters.
    pub statuses: Vec<StatusTab>,
    /// The columns by which the list can be sorted, from the left.
    pub columns: SortColumns,
    /// The order in the address; empty for the usual one.
    pub sort: String,
    pub categories: Vec<Choice>,
    pub authors: Vec<Choice>,
    /// The tag of the filter.
    pub tag: String,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// The number of matching guides, where it is exact.
    pub total: Option<i64>,
    /// The searches with one word fewer that find guides, where this one finds none.
    pub shorter: Vec<ShorterView>,
    pub rows: Vec<GuideRow>,
    /// The address of the next page.
    pub next: Option<String>,
    /// The address of the first page, on a later one.
    pub first: Option<String>,
}

/// One status with its count and its address.
#[derive(Debug, Clone, Serialize)]
pub struct StatusTab {
    /// `None`: every status.
    pub status: Option<GuideStatus>,
    /// The number of its guides, where it is exact.
    pub count: Option<i64>,
    pub href: String,
    pub chosen: bool,
}

/// A search with one word fewer.
#[derive(Debug, Clone, Serialize)]
pub struct ShorterView {
    /// The word left out.
    pub without: String,
    pub href: String,
    /// The number of guides found, where it is exact.
    pub total: Option<i64>,
}

/// The columns by which the list can be sorted.
#[derive(Debug, Clone, Serialize)]
pub struct SortColumns {
    pub title: SortColumn,
    pub updated: SortColumn,
    pub published: SortColumn,
}

/// One column by which the list can be sorted.
#[derive(Debug, Clone, Serialize)]
pub struct SortColumn {
    /// The list in the order of this column, or in the other direction if it is sorted by it.
    pub href: String,
    /// The direction of `aria-sort`, if the list is sorted by it.
    pub sorted: Option<&'static str>,
}

/// One guide in a list.
#[derive(Debug, Clone, Serialize)]
pub struct GuideRow {
    pub guide_id: GuideId,
    pub title: String,
    pub slug: String,
    /// The label of its category.
    pub category: String,
    pub status: GuideStatus,
    pub number: i32,
    pub author: String,
    pub updated_at: Timestamp,
    /// The time when the public text became public.
    pub published_at: Option<Timestamp>,
    /// The summary of the newest text.
    pub summary: String,
    /// The acts that the list offers.
    pub acts: Vec<ListedAct>,
    /// Whether the person has unsaved text in it.
    pub has_working_copy: bool,
}

/// `/admin/guides/new`
#[derive(Debug, Serialize)]
pub struct NewGuideView {
    pub title: FormField,
    pub title_limit: Option<u64>,
    pub slug: FormField,
    pub category: FormField,
    pub categories: Vec<Choice>,
    pub body: FormField,
}

impl View for GuidesView {
    const TEMPLATE: &'static str = "guides.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = |rows: Vec<GuideRow>, query: &str| Self {
            query: query.to_owned(),
            statuses: samples::status_tabs(),
            columns: samples::sort_columns(),
            sort: String::new(),
            categories: samples::choices(),
            authors: samples::choices(),
            tag: String::new(),
            is_filtered: !query.is_empty(),
            total: (query != "ク").then(|| i64::try_from(rows.len()).unwrap() * 2_500),
            shorter: samples::shorter(query),
            next: (rows.len() > 1).then(|| "/admin/guides?after=x".to_owned()),
            first: (!query.is_empty()).then(|| "/admin/guides".to_owned()),
            rows,
        };
        vec![
            view(samples::rows(), ""),
            view(samples::rows(), "エンジニア"),
            view(samples::rows(), "ク"),
            view(Vec::new(), "見つからない"),
            view(Vec::new(), "クラウド 見つからない"),
            view(Vec::new(), ""),
        ]
    }
}

impl View for NewGuideView {
    const TEMPLATE: &'static str = "guide_new.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let empty = || Self {
            title: FormField::default(),
            title_limit: Some(200),
            slug: FormField::default(),
            category: FormField::default(),
            categories: samples::choices(),
            body: FormField::default(),
        };
        let taken = Self {
            title: FormField::default().refused("field.required"),
            slug: FormField::holding("sre_engineer").refused("refused.slug_taken_here"),
            ..empty()
        };
        vec![empty(), taken]
    }
}
