//! The editor.

use annai_domain::{RevisionId, UserId};
use jiff::Timestamp;
use serde::Serialize;

use super::fields::{FieldView, KnownGuide, OtherKeysView, SearchCardView};
use super::guide::{FindingsView, GuideHead};
use super::review::DecisionView;
use super::threads::ThreadsView;
use super::{Message, View};

/// `/admin/guides/{guide_id}`
#[derive(Debug, Serialize)]
pub struct EditorView {
    pub head: GuideHead,
    /// Whose form it is: nobody else may save it.
    pub person: UserId,
    /// The revision that the text in the form began with.
    pub base_revision_id: RevisionId,
    /// That revision's number.
    pub base_number: i32,
    /// The sequence number of the working copy; 0 without one.
    pub sequence: i64,
    /// When the working copy was written, if there is one.
    pub working_copy_at: Option<Timestamp>,
    /// Whether somebody saved a newer revision than the one the working copy began with.
    pub is_stale: bool,
    /// Why the last save was refused.
    pub refusal: Option<Message>,
    /// Why a reviewer sent the newest text back.
    pub sent_back: Option<DecisionView>,
    /// Form and text; `None` when the front matter is malformed.
    pub parts: Option<PartsView>,
    /// The whole file and what is wrong with it, when it is malformed.
    pub raw: Option<RawView>,
    pub findings: FindingsView,
    pub threads: ThreadsView,
}

/// A well-formed text: the front matter form and the body.
#[derive(Debug, Clone, Serialize)]
pub struct PartsView {
    pub fields: Vec<FieldView>,
    pub other_keys: OtherKeysView,
    pub card: SearchCardView,
    /// The address of a guide on the site, with `{slug}` in it.
    pub guide_url: String,
    /// Where the site's own pictures are, where the operator said so.
    pub site_assets: Option<String>,
    pub known_guides: Vec<KnownGuide>,
    /// Whether `known_guides` are all there are.
    pub known_is_complete: bool,
    pub body: String,
}

/// A malformed text: all of it, and where it goes wrong.
#[derive(Debug, Clone, Serialize)]
pub struct RawView {
    pub source: String,
    pub error: Message,
    pub line: u32,
    pub column: u32,
}

/// The findings alone, for the editor's panel.
#[derive(Debug, Serialize)]
pub struct ChecksView {
    pub findings: FindingsView,
}

impl View for ChecksView {
    const TEMPLATE: &'static str = "checks.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let findings = super::tests::samples::findings();
        vec![
            Self { findings },
            Self {
                findings: FindingsView::default(),
            },
        ]
    }
}

impl View for EditorView {
    const TEMPLATE: &'static str = "editor.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let plain = || Self {
            head: samples::head(),
            person: UserId(uuid::Uuid::nil()),
            base_revision_id: samples::revision_id(4),
            base_number: 4,
            sequence: 0,
            working_copy_at: None,
            is_stale: false,
            refusal: None,
            sent_back: None,
            parts: Some(samples::parts()),
            raw: None,
            findings: samples::findings(),
            threads: samples::threads("editor"),
        };
        let mut frozen = samples::parts();
        frozen.fields[1].is_frozen = true;
        frozen.other_keys.fault = Some(samples::other_keys_fault());
        let mut read_only = plain();
        read_only.head.may_write = false;
        read_only.head.actions.clear();
        read_only.threads = samples::no_threads();
        read_only.findings = FindingsView::default();
        vec![
            plain(),
            Self {
                working_copy_at: Some(samples::at(9)),
                sequence: 7,
                is_stale: true,
                ..plain()
            },
            Self {
                refusal: Some(Message::new("refused.slug_taken").with("slug", "sre_engineer")),
                parts: Some(frozen),
                ..plain()
            },
            Self {
                sent_back: Some(samples::decision("request_changes")),
                parts: None,
                raw: Some(samples::raw()),
                ..plain()
            },
            read_only,
        ]
    }
}
