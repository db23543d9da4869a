//! Texts that name a guide by a slug that it had before.

use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasher;

use annai_content::{FieldRole, GuideLink, GuideSource, Reading, Schema, SourceError};
use annai_domain::GuideUrls;
use serde_json::Value;

use crate::finding::{Edit, Fix};
use crate::links::{links, slug_in};

/// A text with the new slug of a guide in place of its old ones.
#[derive(Debug, Clone)]
pub struct Renamed {
    /// The text.
    pub source: GuideSource,
    /// The old slugs that it named.
    pub named: BTreeSet<String>,
}

/// Returns `source` with `to` in place of the slugs `old`, in its relations and in the links of its
/// body; `None` if it names none of them in a way that can be replaced. Every other byte stays.
///
/// # Errors
///
/// [`SourceError`] when the result would be no guide, such as one that is too large.
pub fn renamed<S: BuildHasher>(
    source: &GuideSource,
    schema: &Schema,
    urls: &GuideUrls,
    old: &HashSet<String, S>,
    to: &str,
) -> Result<Option<Renamed>, SourceError> {
    let mut named = BTreeSet::new();
    let mut edits: Vec<Edit> = Vec::new();
    for address in links(&Reading::of(source)) {
        let link = GuideLink::of(address.target.trim(), urls);
        let Some(link) = link.filter(|link| old.contains(link.slug)) else {
            continue;
        };
        // The definition of a reference link stands elsewhere and stays: it leads to the guide anyway.
        let range = slug_in(source, address, link.slug);
        if let Some(range) = range {
            named.insert(link.slug.to_owned());
            edits.push(Edit::new(range, to));
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    let relations = schema.key_of(FieldRole::Relations);
    let relations = relations.and_then(|key| Some((key, of_relations(source, key, old, to)?)));
    if let Some((_, (_, found))) = &relations {
        named.extend(found.iter().cloned());
    }
    if named.is_empty() {
        return Ok(None);
    }
    // The front matter stands before the body, whose offsets it would move.
    let mut source = Fix { edits }.apply(source)?;
    if let Some((key, (list, _))) = relations {
        source = source.with_field(key, &list)?;
    }
    Ok(Some(Renamed { source, named }))
}

/// Returns the relations with the new slug, each once, and the old ones that they named; `None` if
/// they name none.
fn of_relations<S: BuildHasher>(
    source: &GuideSource,
    key: &str,
    old: &HashSet<String, S>,
    to: &str,
) -> Option<(Value, Vec<String>)> {
    let items = source.front_matter().get(key)?.as_array()?;
    let mut found = Vec::new();
    let mut list: Vec<Value> = Vec::with_capacity(items.len());
    let has_new = items.iter().any(|item| item == to);
    let mut is_listed = has_new;
    for item in items {
        match item.as_str().filter(|slug| old.contains(*slug)) {
            Some(slug) => {
                found.push(slug.to_owned());
                if !is_listed {
                    list.push(Value::from(to));
                    is_listed = true;
                }
            }
            None => list.push(item.clone()),
        }
    }
    (!found.is_empty()).then_some((Value::Array(list), found))
}
