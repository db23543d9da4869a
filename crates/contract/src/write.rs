//! The writer of a guide's document as ready bytes.

use annai_content::{FieldRole, GuideSource, Rendered, Schema};
use annai_domain::{ContentHash, GuideId, RefName, Slug, cache_tags, pinned_path};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::describe::{absent, delivered_fields};
use crate::guide::{Body, Card, Guide, GuideLinks, GuideMeta, Heading, Included, Stats};
use crate::object::{Member, Object};

#[cfg(test)]
mod tests;

/// The parts of one revision's document.
#[derive(Debug)]
pub struct AnswerParts<'a> {
    /// The guide that becomes public.
    pub guide_id: GuideId,
    /// The slug under which it is public.
    pub slug: &'a Slug,
    /// The revision's text.
    pub source: &'a GuideSource,
    /// The body of `source`, rendered.
    pub rendered: &'a Rendered,
    /// The known fields and their order.
    pub schema: &'a Schema,
    /// The revision's number.
    pub revision_number: i32,
    /// SHA-256 of the source.
    pub content_hash: ContentHash,
    /// The time at which the guide was first published.
    pub first_published_at: Timestamp,
    /// The time at which this revision was published.
    pub published_at: Timestamp,
    /// The public related guides, in the order of the front matter.
    pub related: &'a [Card],
    /// The related slugs under which nothing is public.
    pub related_unresolved: &'a [String],
    /// The first ref of these bytes; for a preview, the newest ref.
    pub name: RefName,
    /// Whether this is a preview: none of its addresses lasts, and no cache may hold it.
    pub is_preview: bool,
}

/// A finished document, and its entry in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedAnswer {
    /// The JSON of `GET /v1/guides/{slug}`.
    pub answer: Vec<u8>,
    /// Its `data` without the body.
    pub listing: Vec<u8>,
}

/// The surroundings of a published guide's data. They change without a new revision.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The slug under which it is public.
    pub slug: &'a Slug,
    /// Its category.
    pub category: &'a str,
    /// The public related guides, in the order of the front matter.
    pub related: &'a [Card],
    /// The related slugs under which nothing is public.
    pub related_unresolved: &'a [String],
    /// The first ref of these bytes.
    pub name: RefName,
    /// The time at which they appear.
    pub updated_at: Timestamp,
}

/// Writes the document of a guide, or of its preview. The same parts always give the same bytes.
///
/// The fields of the front matter stand flat under `data`, with their own names and in the schema's
/// order. A missing field is `null`, or `[]` where the schema wants a list. Fields that the schema
/// does not know stand under `extra`, in their own order.
#[must_use]
pub fn finish(parts: &AnswerParts<'_>) -> FinishedAnswer {
    let mut guide = guide(parts);
    let data = text(&guide);
    let category = parts.schema.text_of(FieldRole::Category, parts.source);
    let surroundings = Surroundings {
        slug: parts.slug,
        category: category.unwrap_or_default(),
        related: parts.related,
        related_unresolved: parts.related_unresolved,
        name: parts.name,
        updated_at: parts.published_at,
    };
    let answer = if parts.is_preview {
        let meta = GuideMeta {
            name: parts.name,
            cache_tags: Vec::new(),
            updated_at: Some(parts.published_at),
            preview: Some(true),
        };
        compose(&data, &surroundings, &meta, &preview_links(parts))
    } else {
        compose_published(&data, &surroundings)
    };
    guide.body = None;
    FinishedAnswer {
        answer,
        listing: text(&guide).into_bytes(),
    }
}

/// Writes the document of a guide, or of its preview, alone.
#[must_use]
pub fn answer(parts: &AnswerParts<'_>) -> Vec<u8> {
    finish(parts).answer
}

/// Puts other surroundings around the data of the document `answer`. The data keeps the bytes of
/// its publication, except for the body's HTML where `html` replaces it.
///
/// # Errors
///
/// A [`serde_json::Error`] when `answer` is not a document of [`finish`].
pub fn surround(
    answer: &[u8],
    surroundings: &Surroundings<'_>,
    html: Option<&str>,
) -> Result<Vec<u8>, serde_json::Error> {
    // Only the data counts: an older document may have other surroundings.
    #[derive(Deserialize)]
    struct Stored<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let stored: Stored<'_> = serde_json::from_slice(answer)?;
    let data = stored.data.get();
    Ok(match html {
        Some(html) => compose_published(&with_html(data, html)?, surroundings),
        None => compose_published(data, surroundings),
    })
}

/// Replaces the HTML in a document's data. Every other value keeps its bytes.
fn with_html(data: &str, html: &str) -> Result<String, serde_json::Error> {
    let mut data = Object::read(data)?;
    for (name, member) in &mut data.0 {
        if let (Member::Raw(body), "body") = (&*member, name.as_str()) {
            let mut body = Object::read(body.get())?;
            for (name, member) in &mut body.0 {
                if name == "html" {
                    *member = Member::New(Value::from(html));
                }
            }
            *member = Member::Object(body);
        }
    }
    serde_json::to_string(&data)
}

fn compose_published(data: &str, around: &Surroundings<'_>) -> Vec<u8> {
    let Surroundings { slug, name, .. } = around;
    let related = around.related.iter().map(|card| card.slug.as_str());
    let related = related.chain(around.related_unresolved.iter().map(String::as_str));
    let meta = GuideMeta {
        name: *name,
        cache_tags: cache_tags(slug.as_str(), around.category, related),
        updated_at: Some(around.updated_at),
        preview: None,
    };
    let links = GuideLinks {
        own: format!("/v1/guides/{slug}"),
        pinned: pinned_path(*name, slug),
        source: format!("/v1/guides/{slug}.md"),
    };
    compose(data, around, &meta, &links)
}

/// Writes a [`GuideDocument`](crate::GuideDocument) whose data is JSON already.
fn compose(data: &str, around: &Surroundings<'_>, meta: &GuideMeta, links: &GuideLinks) -> Vec<u8> {
    let included = text(&Included {
        related: around.related.to_vec(),
        related_unresolved: around.related_unresolved.to_vec(),
    });
    let (meta, links) = (text(meta), text(links));
    format!(r#"{{"data":{data},"included":{included},"meta":{meta},"links":{links}}}"#).into_bytes()
}

/// Writes a part of a document as JSON. The types of all parts have a JSON form.
fn text(part: &impl Serialize) -> String {
    json!(part).to_string()
}

fn preview_links(parts: &AnswerParts<'_>) -> GuideLinks {
    let (slug, revision) = (parts.slug, parts.revision_number);
    let own = format!("/v1/preview/guides/{slug}");
    GuideLinks {
        pinned: format!("{own}?revision={revision}"),
        source: format!("{own}.md?revision={revision}"),
        own,
    }
}

fn guide(parts: &AnswerParts<'_>) -> Guide {
    let fields = parts.source.front_matter();
    let front_matter: Map<String, Value> = delivered_fields(parts.schema)
        .map(|field| {
            let value = fields.get(&field.key).cloned();
            (field.key.clone(), value.unwrap_or_else(|| absent(field)))
        })
        .collect();
    let slug_key = parts.schema.key_of(FieldRole::Slug);
    let extra = fields
        .iter()
        .filter(|(key, _)| slug_key != Some(key.as_str()) && !front_matter.contains_key(*key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let rendered = parts.rendered;
    let toc = rendered.toc.iter().map(|entry| Heading {
        depth: entry.depth,
        slug: entry.slug.clone(),
        text: entry.text.clone(),
    });
    Guide {
        id: parts.guide_id,
        slug: parts.slug.clone(),
        extra,
        heading: rendered.heading.clone(),
        body: Some(Body {
            html: rendered.html.clone(),
            markdown: None,
            text: None,
            toc: toc.collect(),
        }),
        stats: Stats {
            characters: rendered.stats.characters,
            reading_minutes: rendered.stats.reading_minutes,
            headings: rendered.stats.headings,
            tables: rendered.stats.tables,
        },
        revision: parts.revision_number,
        digest: parts.content_hash.digest(),
        first_published_at: parts.first_published_at,
        published_at: parts.published_at,
        updated_at: None,
        front_matter,
    }
}
