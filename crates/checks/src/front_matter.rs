use std::collections::HashSet;

use annai_content::{Counter, FieldRole, GuideSource, PointerIndex, Schema, width};
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::finding::{Edit, Finding, Findings, Level, MOST_OF_A_KIND};
use crate::{pointer_of, pointer_step};

/// The longest list that is fixed: nobody writes a longer one by hand.
const LONGEST_MENDED: usize = 200;

/// Checks the front matter against the schema.
pub(crate) fn check(places: &mut PointerIndex<'_>, schema: &Schema, findings: &mut Findings) {
    let front_matter = Value::Object(places.source().front_matter().clone());
    let errors = schema
        .errors(&front_matter)
        .filter(|error| !is_beside_the_point(error))
        .take(MOST_OF_A_KIND);
    let mut faulty = HashSet::new();
    for error in errors {
        faulty.insert(error.instance_path().as_str().to_owned());
        findings.push(from_schema(places, schema, &error));
    }
    for (steps, address) in schema.unsafe_images(places.source().front_matter()) {
        let steps = steps.iter().map(|step| pointer_step(step));
        let pointer: String = steps.flat_map(|step| ["/".to_owned(), step]).collect();
        if faulty.contains(&pointer) {
            continue; // one finding says enough about one place
        }
        let finding = Finding::new(Level::Error, "address_unsafe")
            .with("address", address)
            .with("key", pointer.trim_start_matches('/'));
        findings.push(finding.at_pointer(places, pointer));
    }
}

/// Makes the finding for one broken rule of the schema.
fn from_schema(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    error: &ValidationError<'_>,
) -> Finding {
    let pointer = error.instance_path().as_str().to_owned();
    let limit = |code, limit: u64| Finding::new(Level::Error, code).with("limit", limit);
    let finding = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let pointer = format!("{pointer}/{}", pointer_step(key));
            return Finding::new(Level::Error, "field_missing")
                .with("key", key)
                .at_pointer(places, pointer);
        }
        ValidationErrorKind::Type { kind } => {
            Finding::new(Level::Error, "field_wrong_type").with("expected", type_names(kind))
        }
        ValidationErrorKind::Enum { options } => {
            Finding::new(Level::Error, "field_not_an_option").with("options", options.clone())
        }
        ValidationErrorKind::Pattern { pattern } => {
            let code = if Some(&pointer) == pointer_of(schema, FieldRole::Slug).as_ref() {
                "slug_malformed"
            } else {
                "field_malformed"
            };
            Finding::new(Level::Error, code).with("pattern", pattern.as_str())
        }
        // For an editor, an empty required text is a missing one.
        ValidationErrorKind::MinLength { limit: 1 } => Finding::new(Level::Error, "field_empty"),
        ValidationErrorKind::MinLength { limit: least } => limit("field_too_short", *least),
        ValidationErrorKind::MaxLength { limit: most } => limit("field_too_long", *most),
        ValidationErrorKind::MinItems { limit: least } => limit("list_too_short", *least),
        ValidationErrorKind::MaxItems { limit: most } => limit("list_too_long", *most),
        ValidationErrorKind::UniqueItems => Finding::new(Level::Error, "list_repeats").fixed_by(
            without_items(places.source(), &pointer[1..], |items, index| {
                !items[..index].contains(&items[index])
            }),
        ),
        other => Finding::new(Level::Error, "field_invalid").with("rule", other.keyword()),
    };
    finding
        .with("key", pointer.trim_start_matches('/'))
        .at_pointer(places, pointer)
}

/// Returns whether the error adds nothing: an empty text misses every pattern.
fn is_beside_the_point(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Pattern { .. })
        && error.instance().as_str() == Some("")
}

/// Lists the types that a field may have, by their JSON names.
fn type_names(kind: &TypeKind) -> Vec<Value> {
    match kind {
        TypeKind::Single(name) => vec![Value::from(name.as_str())],
        TypeKind::Multiple(names) => names
            .iter()
            .map(|name| Value::from(name.as_str()))
            .collect(),
    }
}

/// Checks how the summary fits into a search result: by its counter, and in one line.
pub(crate) fn summary(places: &mut PointerIndex<'_>, schema: &Schema, findings: &mut Findings) {
    let source = places.source();
    let Some(text) = schema.text_of(FieldRole::Summary, source) else {
        return;
    };
    let field = schema.field_of(FieldRole::Summary);
    let counter = field.and_then(|field| field.counter);
    let pointer = || pointer_of(schema, FieldRole::Summary).unwrap_or_default();
    if let Some(finding) = counter.and_then(|counter| of_another_width(text, counter)) {
        findings.push(finding.at_pointer(places, pointer()));
    }
    if text.contains(['\n', '\r']) {
        let finding = Finding::new(Level::Warn, "description_line_break");
        let joined = joined(text);
        let edit = respelt(places, &pointer(), &joined);
        findings.push(finding.at_pointer(places, pointer()).fixed_by(edit));
    }
}

/// Joins the lines of a text; a blank stands between two lines unless Japanese letters meet there.
fn joined(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(str::trim);
    let mut joined = String::with_capacity(text.len());
    for line in lines.filter(|line| !line.is_empty()) {
        let (before, behind) = (joined.chars().next_back(), line.chars().next());
        let meet = before.zip(behind);
        if meet.is_some_and(|(before, behind)| before.is_ascii() || behind.is_ascii()) {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

/// Returns the finding that a text is not as wide as its counter advises. A counter without a most
/// advises nothing.
fn of_another_width(text: &str, counter: Counter) -> Option<Finding> {
    let (min, max) = (counter.min.unwrap_or_default(), counter.max?);
    let width = width(text);
    let is_other = !text.is_empty() && !(min..=max).contains(&width);
    is_other.then(|| {
        Finding::new(Level::Warn, "description_width")
            .with("width", width)
            .with("min", min)
            .with("max", max)
    })
}

/// Replaces the string at `pointer`; every other byte of the file stays.
pub(crate) fn respelt(places: &mut PointerIndex<'_>, pointer: &str, text: &str) -> Option<Edit> {
    let range = places.range(pointer)?;
    Some(Edit::new(range, Value::from(text).to_string()))
}

/// Removes items from the list `key`. `is_kept` gets the list and the item's index.
pub(crate) fn without_items(
    source: &GuideSource,
    key: &str,
    is_kept: impl Fn(&[Value], usize) -> bool,
) -> Option<Edit> {
    let items = source.front_matter().get(key)?.as_array()?;
    if items.len() > LONGEST_MENDED {
        return None;
    }
    let kept = (0..items.len()).filter(|index| is_kept(items, *index));
    let kept: Vec<Value> = kept.map(|index| items[index].clone()).collect();
    let edited = source.with_field(key, &Value::Array(kept)).ok()?;
    Some(difference(source.as_str(), edited.as_str()))
}

/// Returns the edit that puts `item` into a list in place of another; `None` if the list has it
/// already.
pub(crate) fn with_item(source: &GuideSource, key: &str, index: usize, item: &str) -> Option<Edit> {
    let items = source.front_matter().get(key)?.as_array()?;
    if items.len() > LONGEST_MENDED || items.iter().any(|one| one == item) {
        return None;
    }
    let mut items = items.clone();
    *items.get_mut(index)? = Value::from(item);
    let edited = source.with_field(key, &Value::Array(items)).ok()?;
    Some(difference(source.as_str(), edited.as_str()))
}

/// Returns the edit from one text to the other, without their common beginning and end.
fn difference(old: &str, new: &str) -> Edit {
    let alike = |pair: &(char, char)| pair.0 == pair.1;
    let before: usize = old
        .chars()
        .zip(new.chars())
        .take_while(alike)
        .map(|(character, _)| character.len_utf8())
        .sum();
    let (old_rest, new_rest) = (&old[before..], &new[before..]);
    let behind: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(alike)
        .map(|(character, _)| character.len_utf8())
        .sum();
    let text = &new_rest[..new_rest.len() - behind];
    Edit::new(before..old.len() - behind, text)
}
