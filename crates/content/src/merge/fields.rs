//! Merges the front matter: objects by key, lists of scalars as sets that keep their order.

use serde_json::{Map, Value};

use super::lists;
use crate::source::same;

/// One value that both sides changed differently; `None` means that the key is absent.
pub(super) struct Sides<'a> {
    pub(super) path: &'a [String],
    pub(super) base: Option<&'a Value>,
    pub(super) ours: Option<&'a Value>,
    pub(super) theirs: Option<&'a Value>,
}

/// Merges every field of both sides.
///
/// `settle` decides on each value that cannot be merged. It is called in a fixed order.
pub(super) fn merge(
    base: &Map<String, Value>,
    ours: &Map<String, Value>,
    theirs: &Map<String, Value>,
    settle: &mut dyn FnMut(Sides<'_>) -> Option<Value>,
) -> Map<String, Value> {
    objects(&mut Vec::new(), base, ours, theirs, settle)
}

fn objects(
    path: &mut Vec<String>,
    base: &Map<String, Value>,
    ours: &Map<String, Value>,
    theirs: &Map<String, Value>,
    settle: &mut dyn FnMut(Sides<'_>) -> Option<Value>,
) -> Map<String, Value> {
    let new = theirs.keys().filter(|key| !ours.contains_key(*key));
    let mut merged = Map::new();
    for key in ours.keys().chain(new) {
        path.push(key.clone());
        let values = (base.get(key), ours.get(key), theirs.get(key));
        if let Some(value) = values_of(path, values, settle) {
            merged.insert(key.clone(), value);
        }
        path.pop();
    }
    merged
}

type Values<'a> = (Option<&'a Value>, Option<&'a Value>, Option<&'a Value>);

fn values_of(
    path: &mut Vec<String>,
    (base, ours, theirs): Values<'_>,
    settle: &mut dyn FnMut(Sides<'_>) -> Option<Value>,
) -> Option<Value> {
    if are_same(ours, theirs) || are_same(base, theirs) {
        return ours.cloned();
    }
    if are_same(base, ours) {
        return theirs.cloned();
    }
    match (base, ours, theirs) {
        (None, Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
            return Some(objects(path, &Map::new(), ours, theirs, settle).into());
        }
        (Some(Value::Object(base)), Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
            return Some(objects(path, base, ours, theirs, settle).into());
        }
        (None, Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
            if let Some(list) = lists::merge(&[], ours, theirs) {
                return Some(list.into());
            }
        }
        (Some(Value::Array(base)), Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
            if let Some(list) = lists::merge(base, ours, theirs) {
                return Some(list.into());
            }
        }
        _ => {}
    }
    settle(Sides {
        path,
        base,
        ours,
        theirs,
    })
}

fn are_same(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same(left, right),
        (None, None) => true,
        _ => false,
    }
}
