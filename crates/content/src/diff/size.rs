//! Counts the letters of a change.

use serde_json::Value;

use super::{BlockChange, ChangeSize, FieldChange, GuideDiff, Segment, SegmentKind};
use crate::graphemes;

impl GuideDiff {
    /// Returns the letters that the change adds and removes. A moved section counts by the changes
    /// inside it.
    #[must_use]
    pub fn size(&self) -> ChangeSize {
        let mut size = ChangeSize::default();
        for field in &self.front_matter.fields {
            size.add_field(&field.change);
        }
        size.add_blocks(&self.body);
        size
    }
}

impl ChangeSize {
    fn add_field(&mut self, change: &FieldChange) {
        match change {
            FieldChange::Added { value } => self.add(SegmentKind::Added, &shown(value)),
            FieldChange::Removed { value } => self.add(SegmentKind::Removed, &shown(value)),
            FieldChange::Text { segments } => self.add_segments(segments),
            FieldChange::List { chips } => {
                for chip in chips {
                    self.add(chip.kind, &chip.text);
                }
            }
            FieldChange::Value { old, new } => {
                self.add(SegmentKind::Removed, &shown(old));
                self.add(SegmentKind::Added, &shown(new));
            }
        }
    }

    fn add_blocks(&mut self, blocks: &[BlockChange]) {
        for block in blocks {
            match block {
                BlockChange::Unchanged { .. } | BlockChange::MovedAway { .. } => {}
                BlockChange::Added { text, .. } => self.add(SegmentKind::Added, text),
                BlockChange::Removed { text, .. } => self.add(SegmentKind::Removed, text),
                BlockChange::Changed { segments, .. } => self.add_segments(segments),
                BlockChange::Moved { blocks, .. } => self.add_blocks(blocks),
            }
        }
    }

    fn add_segments(&mut self, segments: &[Segment]) {
        for segment in segments {
            self.add(segment.kind, &segment.text);
        }
    }

    fn add(&mut self, kind: SegmentKind, text: &str) {
        match kind {
            SegmentKind::Kept => {}
            SegmentKind::Added => self.added += graphemes(text),
            SegmentKind::Removed => self.removed += graphemes(text),
        }
    }
}

/// Returns a value as people read it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect(),
        other => other.to_string(),
    }
}
