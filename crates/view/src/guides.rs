//! The list of guides, and the form that begins one.

use annai_domain::{GuideId, GuideStatus};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::{Choice, FormField};

/// `/admin/guides`
#[derive(Debug, Serialize)]
pub(crate) struct GuidesView {
    /// The search as it was typed.
    pub(crate) query: String,
    /// How many guides have each status, under the other filters.
    pub(crate) statuses: Vec<StatusTab>,
    pub(crate) categories: Vec<Choice>,
    pub(crate) authors: Vec<Choice>,
    /// The tag that is asked for.
    pub(crate) tag: String,
    /// Whether anything is filtered.
    pub(crate) is_filtered: bool,
    /// How many guides match.
    pub(crate) total: i64,
    pub(crate) rows: Vec<GuideRow>,
    /// The address of the next page.
    pub(crate) next: Option<String>,
    /// The address of the first page, on a later one.
    pub(crate) first: Option<String>,
}

/// One status with its count and the address that shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StatusTab {
    /// `None`: whatever status.
    pub(crate) status: Option<GuideStatus>,
    pub(crate) count: i64,
    pub(crate) href: String,
    pub(crate) chosen: bool,
}

/// One guide in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct GuideRow {
    pub(crate) guide_id: GuideId,
    pub(crate) title: String,
    pub(crate) slug: String,
    /// What people call its category.
    pub(crate) category: String,
    pub(crate) status: GuideStatus,
    pub(crate) number: i32,
    pub(crate) author: String,
    pub(crate) updated_at: Timestamp,
    /// Whether the person has unsaved text in it.
    pub(crate) has_working_copy: bool,
}

/// `/admin/guides/new`
#[derive(Debug, Serialize)]
pub(crate) struct NewGuideView {
    pub(crate) title: FormField,
    pub(crate) slug: FormField,
    pub(crate) category: FormField,
    pub(crate) categories: Vec<Choice>,
    pub(crate) body: FormField,
}

impl View for GuidesView {
    const TEMPLATE: &'static str = "guides.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = |rows: Vec<GuideRow>, query: &str| Self {
            query: query.to_owned(),
            statuses: samples::status_tabs(),
            categories: samples::choices(),
            authors: samples::choices(),
            tag: String::new(),
            is_filtered: !query.is_empty(),
            total: i64::try_from(rows.len()).unwrap() * 2_500,
            next: (rows.len() > 1).then(|| "/admin/guides?after=x".to_owned()),
            first: (!query.is_empty()).then(|| "/admin/guides".to_owned()),
            rows,
        };
        vec![
            view(samples::rows(), ""),
            view(samples::rows(), "エンジニア"),
            view(Vec::new(), "見つからない"),
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
