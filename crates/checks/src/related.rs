use annai_content::{FieldRole, PointerIndex, Schema};
use serde_json::Value;

use crate::finding::{Finding, Findings, Level};
use crate::front_matter::{with_item, without_items};
use crate::neighbours::{Known, Surroundings};
use crate::pointer_of;

/// Checks the references to other guides, and the texts that other guides repeat.
pub(crate) fn check(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    slug(places, schema, surroundings, findings);
    related(places, schema, surroundings, findings);
    let summary = schema.text_of(FieldRole::Summary, places.source());
    let summary = summary.filter(|text| !text.is_empty());
    if let Some(other) = summary.and_then(|text| surroundings.described(text))
        && let Some(pointer) = pointer_of(schema, FieldRole::Summary)
    {
        let finding = Finding::new(Level::Warn, "description_repeated").with("slug", other);
        findings.push(finding.at_pointer(places, pointer));
    }
}

fn slug(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    let Some(slug) = schema.text_of(FieldRole::Slug, places.source()) else {
        return;
    };
    let Some(pointer) = pointer_of(schema, FieldRole::Slug) else {
        return;
    };
    if surroundings.is_taken(slug) {
        let finding = Finding::new(Level::Error, "slug_taken").with("slug", slug);
        findings.push(finding.at_pointer(places, pointer.clone()));
    }
    if let Some(public) = surroundings.public_slug.as_deref()
        && public != slug
    {
        let finding = Finding::new(Level::Hint, "slug_moves").with("slug", public);
        findings.push(finding.at_pointer(places, pointer));
    }
}

fn related(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    let source = places.source();
    let Some(key) = schema.key_of(FieldRole::Relations) else {
        return;
    };
    let Some(Value::Array(related)) = source.front_matter().get(key) else {
        return;
    };
    let pointer = pointer_of(schema, FieldRole::Relations).unwrap_or_default();
    let own = schema.text_of(FieldRole::Slug, source);
    let slugs = related.iter().map(Value::as_str).enumerate();
    for (index, slug) in slugs.filter_map(|(index, slug)| Some((index, slug?))) {
        let found = |level, code| Finding::new(level, code).with("slug", slug);
        let finding = if Some(slug) == own {
            let others = without_items(source, key, |items, index| items[index] != slug);
            found(Level::Warn, "related_self").fixed_by(others)
        } else {
            match surroundings.find(slug) {
                Some(Known::Nothing) => found(Level::Warn, "related_unknown"),
                Some(Known::Moved(to)) => {
                    let fix = with_item(source, key, index, to);
                    found(Level::Warn, "related_moved")
                        .with("to", to)
                        .fixed_by(fix)
                }
                Some(Known::Unpublished) => found(Level::Warn, "related_not_public"),
                Some(Known::Guide(guide)) if !guide.names(own.unwrap_or_default()) => {
                    found(Level::Hint, "related_not_mutual")
                }
                Some(Known::Guide(_)) | None => continue,
            }
        };
        if !findings.is_full(finding.code) {
            findings.push(finding.at_pointer(places, format!("{pointer}/{index}")));
        }
    }
}
