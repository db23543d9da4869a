use super::fold;
use super::grams::Grams;
use crate::{FieldRole, GuideSource, Profile, Schema, render};

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
    pub(super) anywhere: Grams,
}

impl SearchDocument {
    /// Extracts the searchable text of a guide: title, tags, keywords, slug, headings, body.
    #[must_use]
    pub fn of(source: &GuideSource, schema: &Schema) -> Self {
        let parts = Parts::of(source, schema);
        let title = schema.text_of(FieldRole::Title, source);
        let category = schema.text_of(FieldRole::Category, source);
        let tags = schema.list_of(FieldRole::Tags, source);
        let labels = fold(&parts.labels);
        let prominent = format!("{labels}\n{}", fold(&parts.headings));
        let anywhere = format!("{labels}\n{}", fold(&parts.body));
        Self {
            title: fold(title.unwrap_or_default()),
            label_grams: Grams::of(&labels).all,
            prominent: Grams::of(&prominent).all,
            anywhere: Grams::of(&anywhere),
            category: category.unwrap_or_default().to_owned(),
            tags: tags.map(str::to_owned).collect(),
            labels,
        }
    }

    /// Returns the folded text in which a query must occur.
    #[must_use]
    pub fn text_of(source: &GuideSource, schema: &Schema) -> String {
        let parts = Parts::of(source, schema);
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
    fn of(source: &GuideSource, schema: &Schema) -> Self {
        let own = [FieldRole::Title, FieldRole::Slug].into_iter();
        let own = own.map(|role| schema.text_of(role, source).unwrap_or_default());
        let words = [FieldRole::Tags, FieldRole::Keywords].into_iter();
        let words = words.flat_map(|role| schema.list_of(role, source));
        let labels = joined(own.chain(words));
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
