use annai_content::{GuideSource, PointerIndex, Prose, fold};
use serde_json::Value;

use crate::finding::{Finding, Findings, Level};
use crate::front_matter::respelt;
use crate::neighbours::Surroundings;

/// Of each list so many words are looked at: the schema allows fewer.
const MOST_WORDS: usize = 200;

/// The texts of the front matter that people read, each with its pointer.
pub(crate) fn texts(source: &GuideSource) -> Vec<(String, String)> {
    let fields = source.front_matter();
    let mut texts: Vec<(String, String)> = ["title", "meta_description"]
        .iter()
        .filter_map(|key| Some((format!("/{key}"), fields.get(*key)?.as_str()?.to_owned())))
        .collect();
    texts.extend(items(source, "tags"));
    texts
}

fn items(source: &GuideSource, key: &str) -> Vec<(String, String)> {
    let items = source.front_matter().get(key).and_then(Value::as_array);
    let items = items.map_or(&[][..], Vec::as_slice).iter().enumerate();
    items
        .take(MOST_WORDS)
        .filter_map(|(index, item)| Some((format!("/{key}/{index}"), item.as_str()?.to_owned())))
        .collect()
}

/// Keywords and tags that the body never says, and tags that others spell otherwise.
pub(crate) fn check(
    places: &mut PointerIndex<'_>,
    prose: &Prose,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    let body = folded(prose.text());
    for (key, code) in [("keywords", "keyword_unused"), ("tags", "tag_unused")] {
        for (pointer, word) in items(places.source(), key) {
            if !body.contains(&folded(&word)) {
                let finding = Finding::new(Level::Hint, code).with("word", word);
                findings.push(finding.at_pointer(places, pointer));
            }
        }
    }
    for (pointer, tag) in items(places.source(), "tags") {
        if let Some(usual) = surroundings.usual_tag(&tag) {
            let finding = Finding::new(Level::Hint, "tag_near_miss");
            let finding = finding.with("tag", tag).with("usual", usual);
            let edit = respelt(places, &pointer, usual);
            findings.push(finding.at_pointer(places, pointer).fixed_by(edit));
        }
    }
}

fn folded(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|character| !character.is_whitespace());
    folded
}
