//! The page of a conflict: both sides, nothing lost.

use jiff::Timestamp;
use serde::Serialize;

use super::diff::{BlockView, DiffView, SideView};
use super::guide::GuideHead;
use super::{Message, View};

/// Shown with 412 when a save was based on an older revision.
#[derive(Debug, Serialize)]
pub struct ConflictView {
    pub head: GuideHead,
    /// The common base.
    pub base_number: i32,
    /// The revision of the other person.
    pub theirs: SideView,
    /// The changes of the other person.
    pub their_changes: DiffView,
    /// The name of the person.
    pub my_name: String,
    /// The changes of the person; `None` when their text is malformed.
    pub my_changes: Option<DiffView>,
    /// The time at which the person's text was stored.
    pub mine_at: Option<Timestamp>,
    /// The whole text of the person.
    pub mine: String,
    /// The sequence number of the working copy with it.
    pub sequence: i64,
    /// The person's message about their text.
    pub message: String,
    /// The conflicts in the order of the text.
    pub conflicts: Vec<ConflictItemView>,
    /// The changes of the merge against the newest revision, where nobody has to choose.
    pub merged_changes: Option<DiffView>,
    /// Whether the form was sent before everything was chosen.
    pub is_undecided: bool,
    /// The reason why the merge cannot be saved as it is.
    pub refusal: Option<Message>,
}

/// One place with changes of both.
#[derive(Debug, Clone, Serialize)]
pub struct ConflictItemView {
    /// The headings above it, or the field and the keys inside it.
    pub place: Vec<String>,
    /// Its line in the person's body; `None` in the front matter.
    pub line: Option<u32>,
    /// The text before it.
    pub before: String,
    /// The text after it.
    pub after: String,
    pub base: String,
    /// The person's text with its changes; nothing where they removed it.
    pub mine: Vec<BlockView>,
    /// The other person's text, likewise.
    pub theirs: Vec<BlockView>,
    /// Both changes in one text, where they do not touch the same letters.
    pub combined: Option<String>,
    /// `mine`, `theirs`, `both`, `own`, `combined`, or empty while nobody chose.
    pub choice: String,
    /// The content of the field for a third text.
    pub own: String,
    /// The reason why that text is refused.
    pub error: Option<Message>,
}

impl View for ConflictView {
    const TEMPLATE: &'static str = "conflict.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = |conflicts: Vec<ConflictItemView>| Self {
            head: samples::head(),
            base_number: 3,
            theirs: samples::side(4),
            their_changes: samples::diff(),
            my_name: "佐藤健".to_owned(),
            my_changes: Some(samples::diff()),
            mine_at: Some(samples::at(5)),
            mine: "---json\n{}\n---\n# 本文\n".to_owned(),
            sequence: 8,
            message: "年収の節を更新".to_owned(),
            merged_changes: conflicts.is_empty().then(samples::diff),
            conflicts,
            is_undecided: false,
            refusal: None,
        };
        let item = |line: Option<u32>, choice: &str| ConflictItemView {
            place: vec!["概要".to_owned(), "年収".to_owned()],
            line,
            before: "前の文。".to_owned(),
            after: "次の文。".to_owned(),
            base: "元の文。".to_owned(),
            mine: samples::diff().stretches.remove(0).blocks,
            theirs: Vec::new(),
            combined: line.map(|_| "多様さで発展しています。".to_owned()),
            choice: choice.to_owned(),
            own: "自分の文。".to_owned(),
            error: choice.is_empty().then(|| Message::new("conflict.not_json")),
        };
        let malformed = Self {
            my_changes: None,
            mine_at: None,
            merged_changes: None,
            ..view(Vec::new())
        };
        let undecided = Self {
            is_undecided: true,
            ..view(vec![item(None, ""), item(Some(3), "both")])
        };
        let too_large = Self {
            refusal: Some(Message::new("check.source_too_large")),
            ..view(vec![item(Some(3), "both")])
        };
        vec![
            too_large,
            view(Vec::new()),
            view(vec![item(Some(3), "")]),
            malformed,
            undecided,
        ]
    }
}
