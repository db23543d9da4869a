use serde_json::Value;

use super::fold;
use super::grams::grams_of;
use crate::{GuideSource, Profile, render};

/// A guide prepared for the index; preparing it is the expensive part and needs no index.
#[derive(Debug, Clone)]
pub struct SearchDocument {
    /// The title, folded.
    pub(super) title: String,
    /// Title, tags, keywords and slug, folded, one per line.
    pub(super) labels: String,
    pub(super) category: String,
    pub(super) tags: Vec<String>,
    pub(super) label_grams: Vec<u64>,
    /// The grams of the labels and the headings.
    pub(super) prominent: Vec<u64>,
    /// The grams of the whole guide.
    pub(super) anywhere: Vec<u64>,
}

impl SearchDocument {
    /// Extracts the searchable text of a guide: title, tags, keywords, slug, headings, body.
    #[must_use]
    pub fn of(source: &GuideSource) -> Self {
        let parts = Parts::of(source);
        let labels = fold(&parts.labels);
        let prominent = format!("{labels}\n{}", fold(&parts.headings));
        let anywhere = format!("{labels}\n{}", fold(&parts.body));
        Self {
            title: fold(&text(source, "title")),
            label_grams: grams_of(&labels),
            prominent: grams_of(&prominent),
            anywhere: grams_of(&anywhere),
            category: text(source, "category"),
            tags: list(source, "tags"),
            labels,
        }
    }

    /// Returns the folded text in which a query must occur.
    #[must_use]
    pub fn text_of(source: &GuideSource) -> String {
        let parts = Parts::of(source);
        Self::folded_text([parts.labels.as_str()], &parts.body)
    }

    /// Returns the folded text of the delivered parts: title, slug, tags, keywords, and body.
    #[must_use]
    pub fn folded_text<'a>(labels: impl IntoIterator<Item = &'a str>, plain_text: &str) -> String {
        format!("{}\n{}", fold(&joined(labels)), fold(plain_text))
    }
}

/// The searchable text of a guide before folding.
struct Parts {
    /// Title, slug, tags and keywords, one per line.
    labels: String,
    headings: String,
    body: String,
}

impl Parts {
    fn of(source: &GuideSource) -> Self {
        let own = [text(source, "title"), text(source, "slug")];
        let words = [list(source, "tags"), list(source, "keywords")].concat();
        let labels = joined(own.iter().chain(&words).map(String::as_str));
        match render(source.body(), Profile::Guide) {
            Ok(rendered) => {
                let headings = rendered.toc.iter().map(|entry| entry.text.as_str());
                Self {
                    labels,
                    headings: joined(headings.chain(rendered.heading.as_deref())),
                    body: rendered.plain_text,
                }
            }
            // A draft may be nested too deep to render, but it can still be found.
            Err(_) => Self {
                labels,
                headings: String::new(),
                body: source.body().to_owned(),
            },
        }
    }
}

fn joined<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

fn text(source: &GuideSource, key: &str) -> String {
    let value = source.front_matter().get(key).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

fn list(source: &GuideSource, key: &str) -> Vec<String> {
    let values = source.front_matter().get(key).and_then(Value::as_array);
    let values = values.into_iter().flatten().filter_map(Value::as_str);
    values.map(str::to_owned).collect()
}
