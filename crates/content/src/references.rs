//! The places outside its own text that a guide names: related guides, links, images.

use std::collections::HashSet;

use annai_domain::ReferenceKind;
use serde_json::Value;

use crate::markdown::mark_guide;
use crate::{FieldRole, GuideSource, Reading, Schema};

/// The most references of one text. No person writes so many; hostile text cannot fill the table.
/// The checks let no text with more become public, so each link of a public text is known.
const MOST: usize = annai_domain::limits::REFERENCES;
/// The most bytes of a target; browsers and servers refuse longer addresses.
const LONGEST: usize = annai_domain::limits::REFERENCE;

/// One place that a guide names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Whether it is a link, an image or a field of the front matter.
    pub kind: ReferenceKind,
    /// A slug for a relation; else an address as the text spells it, without its anchor.
    pub target: String,
    /// The front matter key; `None` for the body.
    pub field: Option<String>,
}

/// Lists what a guide refers to, each target once a kind and field, in the order of the text.
///
/// Targets over 2,000 bytes are left out, and so is everything after the first 5,000 references.
#[must_use]
pub fn references(source: &GuideSource, schema: &Schema) -> Vec<Reference> {
    // A body that is nested too deep to be shown has none.
    let reading = mark_guide(source.body()).map(|_| Reading::of(source));
    let all = different(source, schema, reading.as_ref().ok());
    all.take(MOST).collect()
}

/// Returns whether a text that was read as `reading` has more references than are kept.
#[must_use]
pub fn has_too_many_references(source: &GuideSource, schema: &Schema, reading: &Reading) -> bool {
    different(source, schema, Some(reading)).nth(MOST).is_some()
}

/// Returns each reference once a kind and field, in the order of the text.
fn different<'a>(
    source: &'a GuideSource,
    schema: &'a Schema,
    reading: Option<&'a Reading>,
) -> impl Iterator<Item = Reference> + 'a {
    let mut seen = HashSet::new();
    let body = reading.into_iter().flat_map(of_body);
    let all = of_fields(source, schema).into_iter().chain(body);
    all.filter(|one| (1..=LONGEST).contains(&one.target.len()))
        .filter(move |one| seen.insert(one.clone()))
}

fn of_fields(source: &GuideSource, schema: &Schema) -> Vec<Reference> {
    let mut found = Vec::new();
    for field in schema.fields() {
        let reference = |kind, target: &str| Reference {
            kind,
            target: target.to_owned(),
            field: Some(field.key.clone()),
        };
        let value = source.front_matter().get(&field.key);
        if field.role == Some(FieldRole::Relations) {
            let slugs = schema.list_of(FieldRole::Relations, source);
            found.extend(slugs.map(|slug| reference(ReferenceKind::Relation, slug)));
        } else if field.holds_images() {
            let address = value.and_then(Value::as_str);
            found.extend(address.map(|address| reference(ReferenceKind::Image, address)));
        }
    }
    found
}

fn of_body(reading: &Reading) -> impl Iterator<Item = Reference> + '_ {
    reading.addresses.iter().map(|address| Reference {
        kind: match address.alternative {
            Some(_) => ReferenceKind::Image,
            None => ReferenceKind::Link,
        },
        target: match address.target.split_once('#') {
            Some((page, _)) => page.to_owned(),
            None => address.target.clone(),
        },
        field: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(schema: &str, text: &str) -> Vec<String> {
        let schema = Schema::parse(schema).unwrap();
        let source = GuideSource::parse(text).unwrap();
        let all = references(&source, &schema);
        let shown = all.iter().map(|one| {
            let field = one.field.as_deref().unwrap_or("body");
            format!("{} {} {field}", one.kind.as_str(), one.target)
        });
        shown.collect()
    }

    const OURS: &str = include_str!("../../../content/schema.json");
    const BARE: &str = include_str!("../../../tests/fixtures/schema_bare.json");

    #[test]
    fn relations_links_and_images_are_found_each_once_a_place() {
        let text = "---json\n{\"title\": \"題\", \"related_jobs\": [\"b\", \"c\", \"b\"], \"thumbnail\": \"/a.png\", \
                    \"hero_image\": \"/a.png\", \"tags\": [\"d\"]}\n---\n# 題\n\n[一](/x) [二](/x) ![図](/a.png)\n\n<https://e.jp/>\n";
        assert_eq!(
            found(OURS, text),
            [
                "relation b related_jobs",
                "relation c related_jobs",
                "image /a.png thumbnail",
                "image /a.png hero_image",
                "link /x body",
                "image /a.png body",
                "link https://e.jp/ body",
            ]
        );
        // An anchor is a place within the target.
        let anchors = "[一](guide:b#x) [二](guide:b) [三](#x)";
        assert_eq!(found(BARE, anchors), ["link guide:b body"]);
        // The alternative text of an image has no links.
        let nested = "![図 [一](guide:b) 図](/i.png)";
        assert_eq!(found(BARE, nested), ["image /i.png body"]);
        // Another schema has no field for relations or images.
        assert_eq!(
            found(BARE, text),
            [
                "link /x body",
                "image /a.png body",
                "link https://e.jp/ body"
            ]
        );
    }

    #[test]
    fn hostile_texts_have_few_and_short_references() {
        let long = format!("[a](/{}) [b](/{})", "x".repeat(1_999), "x".repeat(2_000));
        assert_eq!(found(BARE, &long).len(), 1);
        let many: Vec<String> = (0..6_000).map(|number| format!("[a](/{number})")).collect();
        let many = many.join("\n");
        assert_eq!(found(BARE, &many).len(), MOST);
        let deep = format!("{}[a](/x)", "> ".repeat(5_000));
        assert_eq!(found(BARE, &deep), [""; 0]);
    }
}
