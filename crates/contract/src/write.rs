//! The document that sites get of one guide, as ready bytes.

use annai_content::{FieldRole, GuideSource, Rendered, Schema, Widget};
use annai_domain::{ContentHash, GuideId, RefName, Slug, cache_tags};
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

#[cfg(test)]
mod tests;

/// Names that the document itself uses: a field of the front matter that is called so stands in
/// `extra`, whatever the schema says.
const OWN_NAMES: [&str; 10] = [
    "id",
    "slug",
    "extra",
    "heading",
    "body",
    "stats",
    "revision",
    "digest",
    "first_published_at",
    "published_at",
];

/// What the document says of one published revision.
#[derive(Debug)]
pub struct AnswerParts<'a> {
    /// The guide.
    pub guide_id: GuideId,
    /// The slug it is public under.
    pub slug: &'a Slug,
    /// The revision's text.
    pub source: &'a GuideSource,
    /// Its body, rendered.
    pub rendered: &'a Rendered,
    /// Which fields are known, and their order.
    pub schema: &'a Schema,
    /// The revision's number.
    pub revision_number: i32,
    /// SHA-256 of the source.
    pub content_hash: ContentHash,
    /// When the guide was first public.
    pub first_published_at: Timestamp,
    /// When this revision became public.
    pub published_at: Timestamp,
    /// The related guides that are public, in the order of the front matter.
    pub related: &'a [RelatedCard],
    /// The related slugs under which nothing is public.
    pub related_unresolved: &'a [String],
    /// The ledger entry from which on these bytes are served; of a preview, the newest one.
    pub name: RefName,
    /// Whether it is shown to somebody before it is public: no address of it is lasting, and no
    /// cache may hold it.
    pub is_preview: bool,
}

/// What one guide's answer shows of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedCard {
    /// Its slug.
    pub slug: Slug,
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: String,
    /// The URL of its small picture.
    pub thumbnail: Option<String>,
    /// Its description.
    pub meta_description: String,
}

/// A finished document, and what lists show of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedAnswer {
    /// The JSON of `GET /v1/guides/{slug}`.
    pub answer: Vec<u8>,
    /// Its `data` without the body.
    pub listing: Vec<u8>,
}

/// What stands around a published guide's data: all that can change without a new revision.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The slug it is public under.
    pub slug: &'a Slug,
    /// Its category.
    pub category: &'a str,
    /// The related guides that are public, in the order of the front matter.
    pub related: &'a [RelatedCard],
    /// The related slugs under which nothing is public.
    pub related_unresolved: &'a [String],
    /// The ledger entry from which on these bytes are served.
    pub name: RefName,
}

/// The document of a guide, or of its preview. The same parts always give the same bytes.
///
/// Fields stand flat under `data`, as named in the front matter and in the schema's order; one
/// that the guide does not have is `null`, or `[]` where the schema wants a list. What the
/// schema does not know stands under `extra`, in its own order.
#[must_use]
pub fn finish(parts: &AnswerParts<'_>) -> FinishedAnswer {
    let mut data = data(parts);
    let category = parts.schema.text_of(FieldRole::Category, parts.source);
    let surroundings = Surroundings {
        slug: parts.slug,
        category: category.unwrap_or_default(),
        related: parts.related,
        related_unresolved: parts.related_unresolved,
        name: parts.name,
    };
    let whole = Value::Object(data.clone()).to_string();
    let answer = if parts.is_preview {
        compose(
            &whole,
            &surroundings,
            &json!({ "ref": parts.name, "cache_tags": [], "preview": true }),
            &preview_links(parts),
        )
    } else {
        compose_published(&whole, &surroundings)
    };
    data.shift_remove("body");
    FinishedAnswer {
        answer,
        listing: Value::Object(data).to_string().into_bytes(),
    }
}

/// The JSON of `GET /v1/guides/{slug}`, or of its preview, alone.
#[must_use]
pub fn answer(parts: &AnswerParts<'_>) -> Vec<u8> {
    finish(parts).answer
}

/// The document `answer` with other surroundings: its data stays, byte for byte, as it was
/// rendered when the guide was published.
///
/// # Errors
///
/// A [`serde_json::Error`] when `answer` is not a document of [`finish`].
pub fn surround(
    answer: &[u8],
    surroundings: &Surroundings<'_>,
) -> Result<Vec<u8>, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Document<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let document: Document<'_> = serde_json::from_slice(answer)?;
    Ok(compose_published(document.data.get(), surroundings))
}

fn compose_published(data: &str, around: &Surroundings<'_>) -> Vec<u8> {
    let Surroundings { slug, name, .. } = around;
    let related = around.related.iter().map(|card| card.slug.as_str());
    let related = related.chain(around.related_unresolved.iter().map(String::as_str));
    let meta = json!({
        "ref": name,
        "cache_tags": cache_tags(slug.as_str(), around.category, related),
    });
    let links = json!({
        "self": format!("/v1/guides/{slug}"),
        "pinned": format!("/v1/@{name}/guides/{slug}"),
        "source": format!("/v1/guides/{slug}.md"),
    });
    compose(data, around, &meta, &links)
}

fn compose(data: &str, around: &Surroundings<'_>, meta: &Value, links: &Value) -> Vec<u8> {
    let included = json!({
        "related": around.related.iter().map(card).collect::<Vec<_>>(),
        "related_unresolved": around.related_unresolved,
    });
    format!(r#"{{"data":{data},"included":{included},"meta":{meta},"links":{links}}}"#).into_bytes()
}

fn preview_links(parts: &AnswerParts<'_>) -> Value {
    let (slug, revision) = (parts.slug, parts.revision_number);
    let own = format!("/v1/preview/guides/{slug}");
    json!({
        "self": own,
        "pinned": format!("{own}?revision={revision}"),
        "source": format!("{own}.md?revision={revision}"),
    })
}

fn data(parts: &AnswerParts<'_>) -> Map<String, Value> {
    let fields = parts.source.front_matter();
    let mut data = Map::new();
    data.insert("id".to_owned(), json!(parts.guide_id));
    data.insert("slug".to_owned(), json!(parts.slug));
    for field in parts.schema.fields() {
        if !OWN_NAMES.contains(&field.key.as_str()) {
            let value = fields.get(&field.key).cloned();
            data.insert(
                field.key.clone(),
                value.unwrap_or_else(|| absent(&field.widget)),
            );
        }
    }
    let slug_key = parts.schema.key_of(FieldRole::Slug);
    let extra: Map<String, Value> = fields
        .iter()
        .filter(|(key, _)| {
            let is_own = OWN_NAMES.contains(&key.as_str());
            slug_key != Some(key) && (is_own || !data.contains_key(*key))
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let stats = &parts.rendered.stats;
    let toc = parts.rendered.toc.iter();
    data.insert("extra".to_owned(), Value::Object(extra));
    data.insert("heading".to_owned(), json!(parts.rendered.heading));
    data.insert(
        "body".to_owned(),
        json!({
            "html": parts.rendered.html,
            "toc": toc
                .map(|entry| json!({"depth": entry.depth, "slug": entry.slug, "text": entry.text}))
                .collect::<Vec<_>>(),
        }),
    );
    data.insert(
        "stats".to_owned(),
        json!({
            "characters": stats.characters,
            "reading_minutes": stats.reading_minutes,
            "headings": stats.headings,
            "tables": stats.tables,
        }),
    );
    data.insert("revision".to_owned(), json!(parts.revision_number));
    data.insert("digest".to_owned(), json!(parts.content_hash.digest()));
    data.insert(
        "first_published_at".to_owned(),
        json!(parts.first_published_at),
    );
    data.insert("published_at".to_owned(), json!(parts.published_at));
    data
}

/// What stands for a field that the guide does not have: a template can loop over it or test it.
fn absent(widget: &Widget) -> Value {
    match widget {
        Widget::Tokens | Widget::Guides => json!([]),
        Widget::Text
        | Widget::TextArea
        | Widget::Slug
        | Widget::Select { .. }
        | Widget::Image
        | Widget::Number
        | Widget::Checkbox => Value::Null,
    }
}

fn card(card: &RelatedCard) -> Value {
    json!({
        "slug": card.slug,
        "title": card.title,
        "category": card.category,
        "thumbnail": card.thumbnail,
        "meta_description": card.meta_description,
    })
}
