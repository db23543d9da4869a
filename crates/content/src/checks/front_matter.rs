use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::{Finding, Level, MOST_OF_A_KIND};
use crate::source::PointerIndex;
use crate::{Schema, width};

/// The least and most width of a description that a search result shows whole.
const DESCRIPTION_WIDTH: std::ops::RangeInclusive<f64> = 80.0..=125.0;
/// More related guides than this are too many to show.
const MAX_RELATED: usize = 6;

pub(super) fn check(places: &mut PointerIndex<'_>, schema: &Schema) -> Vec<Finding> {
    let front_matter = Value::Object(places.source().front_matter().clone());
    let mut findings: Vec<_> = schema
        .errors(&front_matter)
        .filter(|error| !is_beside_the_point(error))
        .take(MOST_OF_A_KIND)
        .map(|error| from_schema(places, &error))
        .collect();
    description(places, &mut findings);
    related(places, &mut findings);
    findings
}

/// One finding for one broken rule of the schema.
fn from_schema(places: &mut PointerIndex<'_>, error: &ValidationError<'_>) -> Finding {
    let pointer = error.instance_path().as_str().to_owned();
    let limit = |code, limit: u64| Finding::new(Level::Error, code).with("limit", limit);
    let finding = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
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
            let code = if pointer == "/slug" {
                "slug_malformed"
            } else {
                "field_malformed"
            };
            Finding::new(Level::Error, code).with("pattern", pattern.as_str())
        }
        // A required text that is empty is missing, as far as an editor is concerned.
        ValidationErrorKind::MinLength { limit: 1 } => Finding::new(Level::Error, "field_empty"),
        ValidationErrorKind::MinLength { limit: least } => limit("field_too_short", *least),
        ValidationErrorKind::MaxLength { limit: most } => limit("field_too_long", *most),
        ValidationErrorKind::MinItems { limit: least } => limit("list_too_short", *least),
        ValidationErrorKind::MaxItems { limit: most } => limit("list_too_long", *most),
        ValidationErrorKind::UniqueItems => Finding::new(Level::Error, "list_repeats"),
        other => Finding::new(Level::Error, "field_invalid").with("rule", other.keyword()),
    };
    finding
        .with("key", pointer.trim_start_matches('/'))
        .at_pointer(places, pointer)
}

/// An empty text is empty; that it does not match a pattern either need not be said.
fn is_beside_the_point(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Pattern { .. })
        && error.instance().as_str() == Some("")
}

/// The types a field may have, by their JSON names.
fn type_names(kind: &TypeKind) -> Vec<Value> {
    match kind {
        TypeKind::Single(name) => vec![Value::from(name.as_str())],
        TypeKind::Multiple(names) => names
            .iter()
            .map(|name| Value::from(name.as_str()))
            .collect(),
    }
}

fn description(places: &mut PointerIndex<'_>, findings: &mut Vec<Finding>) {
    let Some(Value::String(text)) = places.source().front_matter().get("meta_description") else {
        return;
    };
    let pointer = || "/meta_description".to_owned();
    let width = width(text);
    if !text.is_empty() && !DESCRIPTION_WIDTH.contains(&width) {
        let finding = Finding::new(Level::Warn, "description_width")
            .with("width", width)
            .with("min", *DESCRIPTION_WIDTH.start())
            .with("max", *DESCRIPTION_WIDTH.end());
        findings.push(finding.at_pointer(places, pointer()));
    }
    if text.contains(['\n', '\r']) {
        findings.push(
            Finding::new(Level::Warn, "description_line_break").at_pointer(places, pointer()),
        );
    }
}

/// What the page itself knows of its related guides: too many, and itself.
fn related(places: &mut PointerIndex<'_>, findings: &mut Vec<Finding>) {
    let fields = places.source().front_matter();
    let Some(Value::Array(related)) = fields.get("related_jobs") else {
        return;
    };
    if related.len() > MAX_RELATED {
        let finding = Finding::new(Level::Warn, "related_too_many").with("max", MAX_RELATED);
        findings.push(finding.at_pointer(places, "/related_jobs".to_owned()));
    }
    let own = fields.get("slug");
    for (index, _) in related
        .iter()
        .enumerate()
        .filter(|(_, slug)| Some(*slug) == own)
    {
        let finding = Finding::new(Level::Warn, "related_self");
        findings.push(finding.at_pointer(places, format!("/related_jobs/{index}")));
    }
}
