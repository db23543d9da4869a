use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::letters::segments;
use super::{Chip, FieldChange, FieldDiff, FrontMatterDiff, SegmentKind};

pub(super) fn diff(old: &Map<String, Value>, new: &Map<String, Value>) -> FrontMatterDiff {
    let mut fields = Vec::new();
    for (key, value) in new {
        let change = match old.get(key) {
            None => Some(FieldChange::Added {
                value: value.clone(),
            }),
            Some(before) if before == value => None,
            Some(before) => Some(changed(before, value)),
        };
        fields.extend(change.map(|change| FieldDiff {
            key: key.clone(),
            change,
        }));
    }
    for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        let change = FieldChange::Removed {
            value: value.clone(),
        };
        fields.push(FieldDiff {
            key: key.clone(),
            change,
        });
    }
    FrontMatterDiff { fields }
}

fn changed(old: &Value, new: &Value) -> FieldChange {
    match (old, new) {
        (Value::String(old), Value::String(new)) => FieldChange::Text {
            segments: segments(old, new),
        },
        (Value::Array(old), Value::Array(new)) => FieldChange::List {
            chips: chips(old, new),
        },
        (old, new) => FieldChange::Value {
            old: old.clone(),
            new: new.clone(),
        },
    }
}

fn chips(old: &[Value], new: &[Value]) -> Vec<Chip> {
    let old: Vec<String> = old.iter().map(chip_text).collect();
    let new: Vec<String> = new.iter().map(chip_text).collect();
    let mut chips = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let mut push = |kind, texts: &[String]| {
            chips.extend(texts.iter().map(|text| Chip {
                kind,
                text: text.clone(),
            }));
        };
        if let DiffOp::Equal { .. } = operation {
            push(SegmentKind::Kept, &new[operation.new_range()]);
        } else {
            push(SegmentKind::Removed, &old[operation.old_range()]);
            push(SegmentKind::Added, &new[operation.new_range()]);
        }
    }
    chips
}

fn chip_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
