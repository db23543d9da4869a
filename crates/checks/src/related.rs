use annai_content::PointerIndex;
use serde_json::Value;

use crate::finding::{Finding, Findings, Level};
use crate::front_matter::without_items;
use crate::neighbours::{Known, Surroundings};

/// More related guides than this are too many to show.
const MAX_RELATED: usize = 6;

/// What a guide says of others, and what others say alike.
pub(crate) fn check(
    places: &mut PointerIndex<'_>,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    slug(places, surroundings, findings);
    related(places, surroundings, findings);
    let fields = places.source().front_matter();
    let description = fields.get("meta_description").and_then(Value::as_str);
    let description = description.filter(|text| !text.is_empty());
    if let Some(other) = description.and_then(|text| surroundings.described(text)) {
        let finding = Finding::new(Level::Warn, "description_repeated").with("slug", other);
        findings.push(finding.at_pointer(places, "/meta_description".to_owned()));
    }
}

fn slug(places: &mut PointerIndex<'_>, surroundings: &Surroundings<'_>, findings: &mut Findings) {
    let fields = places.source().front_matter();
    let Some(slug) = fields.get("slug").and_then(Value::as_str) else {
        return;
    };
    if surroundings.is_taken(slug) {
        let finding = Finding::new(Level::Error, "slug_taken").with("slug", slug);
        findings.push(finding.at_pointer(places, "/slug".to_owned()));
    }
    if let Some(public) = surroundings.public_slug.as_deref()
        && public != slug
    {
        let finding = Finding::new(Level::Hint, "slug_moves").with("slug", public);
        findings.push(finding.at_pointer(places, "/slug".to_owned()));
    }
}

fn related(
    places: &mut PointerIndex<'_>,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    let source = places.source();
    let fields = source.front_matter();
    let Some(Value::Array(related)) = fields.get("related_jobs") else {
        return;
    };
    if related.len() > MAX_RELATED {
        let finding = Finding::new(Level::Warn, "related_too_many").with("max", MAX_RELATED);
        findings.push(finding.at_pointer(places, "/related_jobs".to_owned()));
    }
    let own = fields.get("slug").and_then(Value::as_str);
    let slugs = related.iter().map(Value::as_str).enumerate();
    for (index, slug) in slugs.filter_map(|(index, slug)| Some((index, slug?))) {
        let found = |level, code| Finding::new(level, code).with("slug", slug);
        let finding = if Some(slug) == own {
            let others = without_items(source, "related_jobs", |items, index| items[index] != slug);
            found(Level::Warn, "related_self").fixed_by(others)
        } else {
            match surroundings.find(slug) {
                Some(Known::Nothing) => found(Level::Warn, "related_unknown"),
                Some(Known::Unpublished) => found(Level::Warn, "related_not_public"),
                Some(Known::Guide(guide)) if !guide.names(own.unwrap_or_default()) => {
                    found(Level::Hint, "related_not_mutual")
                }
                Some(Known::Guide(_)) | None => continue,
            }
        };
        if !findings.is_full(finding.code) {
            findings.push(finding.at_pointer(places, format!("/related_jobs/{index}")));
        }
    }
}
