use annai_content::{FieldRole, GuideSource, PointerIndex, Prose, Schema, fold};
use serde_json::Value;

use crate::finding::{Finding, Findings, Level};
use crate::front_matter::respelt;
use crate::neighbours::Surroundings;
use crate::pointer_of;

/// The most words of each list that are checked: the schema allows fewer.
const MOST_WORDS: usize = 200;

/// Returns the texts of the front matter that people read, each with its pointer.
pub(crate) fn texts(source: &GuideSource, schema: &Schema) -> Vec<(String, String)> {
    let text = |role| {
        let text = schema.text_of(role, source)?;
        Some((pointer_of(schema, role)?, text.to_owned()))
    };
    let texts = [FieldRole::Title, FieldRole::Summary];
    let mut texts: Vec<_> = texts.into_iter().filter_map(text).collect();
    texts.extend(items(source, schema, FieldRole::Tags));
    texts
}

fn items(source: &GuideSource, schema: &Schema, role: FieldRole) -> Vec<(String, String)> {
    let Some((key, pointer)) = schema.key_of(role).zip(pointer_of(schema, role)) else {
        return Vec::new();
    };
    let items = source.front_matter().get(key).and_then(Value::as_array);
    let items = items.map_or(&[][..], Vec::as_slice).iter().enumerate();
    items
        .take(MOST_WORDS)
        .filter_map(|(index, item)| Some((format!("{pointer}/{index}"), item.as_str()?.to_owned())))
        .collect()
}

/// Checks for keywords and tags missing from the body, and for tags that others spell differently.
pub(crate) fn check(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    prose: &Prose,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    let body = folded(prose.text());
    let lists = [
        (FieldRole::Keywords, "keyword_unused"),
        (FieldRole::Tags, "tag_unused"),
    ];
    for (role, code) in lists {
        for (pointer, word) in items(places.source(), schema, role) {
            if !body.contains(&folded(&word)) {
                let finding = Finding::new(Level::Hint, code).with("word", word);
                findings.push(finding.at_pointer(places, pointer));
            }
        }
    }
    for (pointer, tag) in items(places.source(), schema, FieldRole::Tags) {
        if let Some(usual) = surroundings.usual_tag(&tag) {
            let finding = Finding::new(Level::Hint, "tag_near_miss");
            let finding = finding.with("tag", tag).with("usual", usual);
            let edit = respelt(places, &pointer, usual);
            findings.push(finding.at_pointer(places, pointer).fixed_by(edit));
        }
    }
}

/// Folds a text for comparison, without its white space.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|character| !character.is_whitespace());
    folded
}
