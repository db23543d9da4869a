//! The editor.

use annai_domain::decide::NextAct;
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
    /// The person of the form: nobody else may save it.
    pub person: UserId,
    /// The revision that the text of the form is based on.
    pub base_revision_id: RevisionId,
    /// The number of that revision.
    pub base_number: i32,
    /// The sequence number of the working copy; 0 without one.
    pub sequence: i64,
    /// The time at which the working copy was stored, if it exists.
    pub working_copy_at: Option<Timestamp>,
    /// The act that leads the guide on while the text stays as it is.
    pub next: NextAct,
    /// Whether the text differs from the newest revision.
    pub is_changed: bool,
    /// Whether a newer revision exists than the base of the working copy.
    pub is_stale: bool,
    /// The reason why the last save was refused.
    pub refusal: Option<Message>,
    /// The number of the revision that was saved before the submission was refused.
    pub saved: Option<i32>,
    /// The decision that requested changes of the newest text.
    pub sent_back: Option<DecisionView>,
    /// The texts that disabled people left unsaved, for those who may take them over.
    pub left: Vec<LeftCopyView>,
    /// Form and text; `None` when the front matter is malformed.
    pub parts: Option<PartsView>,
    /// The whole file and its fault, when it is malformed.
    pub raw: Option<RawView>,
    pub findings: FindingsView,
    pub threads: ThreadsView,
}

/// The text that a disabled person left unsaved.
#[derive(Debug, Clone, Serialize)]
pub struct LeftCopyView {
    pub user_id: UserId,
    pub name: String,
    pub at: Timestamp,
}

/// A well-formed text: the front matter form and the body.
#[derive(Debug, Clone, Serialize)]
pub struct PartsView {
    pub fields: Vec<FieldView>,
    pub other_keys: OtherKeysView,
    pub card: SearchCardView,
    /// The URL of the site's own pictures, where the operator set it.
    pub site_assets: Option<String>,
    /// The chapters that the editor inserts into an empty body, where the schema's rule set has them.
    pub skeleton: Option<String>,
    pub known_guides: Vec<KnownGuide>,
    /// Whether `known_guides` holds all guides.
    pub known_is_complete: bool,
    pub body: String,
}

/// A malformed text and the place of its fault.
#[derive(Debug, Clone, Serialize)]
pub struct RawView {
    pub source: String,
    pub error: Message,
    pub line: u32,
    pub column: u32,
}

/// The parts around the text, after a save that stays on the page.
#[derive(Debug, Serialize)]
pub struct AroundTextView {
    pub editor: EditorView,
    /// Whether the text was the newest revision already.
    pub is_unchanged: bool,
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

impl View for AroundTextView {
    const TEMPLATE: &'static str = "around_text.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let after = |editor| Self {
            editor,
            is_unchanged: false,
        };
        EditorView::samples().into_iter().map(after).collect()
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
            next: NextAct::Submit,
            is_changed: false,
            is_stale: false,
            refusal: None,
            saved: None,
            sent_back: None,
            left: Vec::new(),
            parts: Some(samples::parts()),
            raw: None,
            findings: samples::findings(),
            threads: samples::threads("editor"),
        };
        let following = |next| Self { next, ..plain() };
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
                left: vec![LeftCopyView {
                    user_id: UserId(uuid::Uuid::nil()),
                    name: "鈴木健太".to_owned(),
                    at: samples::at(8),
                }],
                sequence: 7,
                next: NextAct::Publish,
                is_changed: true,
                is_stale: true,
                ..plain()
            },
            following(NextAct::SeeReview),
            following(NextAct::Change),
            Self {
                refusal: Some(Message::new("refused.slug_taken").with("slug", "sre_engineer")),
                saved: Some(2),
                parts: Some(frozen),
                ..plain()
            },
            Self {
                sent_back: Some(samples::decision(annai_domain::Verdict::RequestChanges)),
                parts: None,
                raw: Some(samples::raw()),
                ..plain()
            },
            read_only,
        ]
    }
}
