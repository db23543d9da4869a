//! Merges lists as sets that keep their order.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// Combines the additions and removals of both sides, in the order of the side that reordered.
///
/// Returns `None` when both sides reordered differently, or when a list is not a set of scalars.
pub(super) fn merge(base: &[Value], ours: &[Value], theirs: &[Value]) -> Option<Vec<Value>> {
    let (base, ours, theirs) = (List::of(base)?, List::of(ours)?, List::of(theirs)?);
    let stays = |key: &&String| {
        [&base, &ours, &theirs]
            .iter()
            .all(|list| list.values.contains_key(*key))
    };
    let kept = |list: &List<'_>| list.keys.iter().filter(stays).cloned().collect::<Vec<_>>();
    let (was, our_order, their_order) = (kept(&base), kept(&ours), kept(&theirs));
    let frame = if our_order == was {
        their_order
    } else if their_order == was || our_order == their_order {
        our_order
    } else {
        return None;
    };
    let mut ours_added = ours.added(&base, &frame);
    let mut theirs_added = theirs.added(&base, &frame);
    let mut merged = Vec::new();
    let mut seen = HashSet::new();
    for place in std::iter::once(None).chain(frame.into_iter().map(Some)) {
        let mut runs = [
            ours_added.remove(&place).unwrap_or_default(),
            theirs_added.remove(&place).unwrap_or_default(),
        ];
        runs.sort(); // the result must not depend on the side
        for key in place.into_iter().chain(runs.into_iter().flatten()) {
            if seen.insert(key.clone()) {
                let value = ours.values.get(&key).or_else(|| theirs.values.get(&key))?;
                merged.push((*value).clone());
            }
        }
    }
    Some(merged)
}

/// A list of scalars without duplicates; the keys are the values as JSON.
struct List<'a> {
    keys: Vec<String>,
    values: HashMap<String, &'a Value>,
}

impl<'a> List<'a> {
    fn of(items: &'a [Value]) -> Option<Self> {
        let mut list = Self {
            keys: Vec::with_capacity(items.len()),
            values: HashMap::with_capacity(items.len()),
        };
        for item in items {
            let key = item.to_string();
            if item.is_array() || item.is_object() || list.values.contains_key(&key) {
                return None;
            }
            list.values.insert(key.clone(), item);
            list.keys.push(key);
        }
        Some(list)
    }

    /// Returns the items absent from `base`, by the item of `frame` that precedes them.
    fn added(&self, base: &List<'_>, frame: &[String]) -> HashMap<Option<String>, Vec<String>> {
        let frame: HashSet<&String> = frame.iter().collect();
        let mut added: HashMap<Option<String>, Vec<String>> = HashMap::new();
        let mut place = None;
        for key in &self.keys {
            if frame.contains(key) {
                place = Some(key.clone());
            } else if !base.values.contains_key(key) {
                added.entry(place.clone()).or_default().push(key.clone());
            }
        }
        added
    }
}
