//! The document that sites get of one guide, as ready bytes.

use annai_content::{GuideSource, Rendered, Schema, Widget};
use annai_domain::{ContentHash, GuideId, RefName, Slug, cache_tags};
use jiff::Timestamp;
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

/// The JSON of `GET /v1/guides/{slug}`, and of its preview. The same parts always give the same bytes.
///
/// Fields stand flat under `data`, as named in the front matter and in the schema's order; one
/// that the guide does not have is `null`, or `[]` where the schema wants a list. What the
/// schema does not know stands under `extra`, in its own order.
#[must_use]
pub fn answer(parts: &AnswerParts<'_>) -> Vec<u8> {
    let slug = parts.slug;
    let category = parts.source.front_matter().get("category");
    let related = parts.related.iter().map(|card| card.slug.as_str());
    let related = related.chain(parts.related_unresolved.iter().map(String::as_str));
    let category = category.and_then(Value::as_str).unwrap_or_default();
    let document = json!({
        "data": data(parts),
        "included": {
            "related": parts.related.iter().map(card).collect::<Vec<_>>(),
            "related_unresolved": parts.related_unresolved,
        },
        "meta": if parts.is_preview {
            json!({ "ref": parts.name, "cache_tags": [], "preview": true })
        } else {
            json!({
                "ref": parts.name,
                "cache_tags": cache_tags(slug.as_str(), category, related),
            })
        },
        "links": links(parts),
    });
    document.to_string().into_bytes()
}

fn links(parts: &AnswerParts<'_>) -> Value {
    let (slug, revision) = (parts.slug, parts.revision_number);
    if parts.is_preview {
        let own = format!("/v1/preview/guides/{slug}");
        return json!({
            "self": own,
            "pinned": format!("{own}?revision={revision}"),
            "source": format!("{own}.md?revision={revision}"),
        });
    }
    json!({
        "self": format!("/v1/guides/{slug}"),
        "pinned": format!("/v1/@{}/guides/{slug}", parts.name),
        "source": format!("/v1/guides/{slug}.md"),
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
    let extra: Map<String, Value> = fields
        .iter()
        .filter(|(key, _)| *key != "slug" && !data.contains_key(*key) || *key == "id")
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
