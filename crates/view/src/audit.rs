//! The audit log.

use annai_domain::GuideId;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::Choice;

/// `/admin/audit`
#[derive(Debug, Serialize)]
pub struct AuditView {
    pub entries: Vec<AuditEntryView>,
    pub actions: Vec<Choice>,
    pub actors: Vec<Choice>,
    /// The guide of the filter.
    pub guide: Option<GuideId>,
    pub is_filtered: bool,
    /// The address of the older entries.
    pub older: Option<String>,
    /// The address of the same entries as CSV.
    pub csv: String,
}

/// One entry.
#[derive(Debug, Clone, Serialize)]
pub struct AuditEntryView {
    pub number: i64,
    /// The action in the log.
    pub action: String,
    /// The action in words.
    pub words: String,
    pub actor: String,
    pub guide_id: Option<GuideId>,
    pub guide_title: String,
    /// The details that have words, such as `リビジョン 3`.
    pub facts: Vec<String>,
    /// The other details, as names and values.
    pub details: Vec<(String, String)>,
    pub at: Timestamp,
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
