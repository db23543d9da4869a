//! Who did what, when.

use annai_domain::GuideId;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::Choice;

/// `/admin/audit`
#[derive(Debug, Serialize)]
pub(crate) struct AuditView {
    pub(crate) entries: Vec<AuditEntryView>,
    pub(crate) actions: Vec<Choice>,
    pub(crate) actors: Vec<Choice>,
    /// The guide that is asked for.
    pub(crate) guide: Option<GuideId>,
    pub(crate) is_filtered: bool,
    /// The address of the older entries.
    pub(crate) older: Option<String>,
    /// The address of the same entries as CSV.
    pub(crate) csv: String,
}

/// One entry.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AuditEntryView {
    pub(crate) number: i64,
    /// The action as it stands in the log.
    pub(crate) action: String,
    /// The action in words.
    pub(crate) words: String,
    pub(crate) actor: String,
    pub(crate) guide_id: Option<GuideId>,
    pub(crate) guide_title: String,
    /// Each detail as name and value.
    pub(crate) details: Vec<(String, String)>,
    pub(crate) at: Timestamp,
}

impl View for AuditView {
    const TEMPLATE: &'static str = "audit.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = |entries, is_filtered| Self {
            entries,
            actions: samples::choices(),
            actors: samples::choices(),
            guide: None,
            is_filtered,
            older: (!is_filtered).then(|| "/admin/audit?before=1".to_owned()),
            csv: "/admin/audit.csv".to_owned(),
        };
        vec![view(samples::audit(), false), view(Vec::new(), true)]
    }
}
