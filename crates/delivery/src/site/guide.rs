use std::sync::{Arc, OnceLock};

use annai_domain::{Encoding, Slug, cache_tags};
use annai_storage::delivery::{DeliveredVersion, Part};
use annai_web::ReadyTag;
use bytes::Bytes;
use http::HeaderValue;

use super::budget::Resident;
use crate::header_values::joined;

/// One published guide, with the parts of its responses that do not depend on the request.
#[derive(Debug)]
pub(crate) struct Guide {
    pub(crate) version: DeliveredVersion,
    pub(crate) surrogate_key: Option<HeaderValue>,
    pub(crate) cache_tag: Option<HeaderValue>,
    /// The value of `Link` on the default document.
    pub(crate) link: Option<HeaderValue>,
    /// The tags of the default document, in the order of [`Encoding::ALL`].
    tags: [ReadyTag; Encoding::ALL.len()],
    /// The ready parts, in the order of [`Part::ALL`].
    resident: [OnceLock<Resident>; Part::ALL.len()],
}

/// The result of looking a slug up.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// The slug's guide is public under it.
    Here(Arc<Guide>),
    /// The slug's guide is public under another slug.
    Moved(Slug),
    /// The slug's guide is no longer public.
    Gone,
    /// The slug was never public.
    Unknown,
}

impl Guide {
    pub(crate) fn new(version: DeliveredVersion) -> Self {
        let related = version.relations.iter().map(String::as_str);
        let cache_tags = cache_tags(&version.slug, &version.category, related);
        let opaque = hex::encode(&version.answer_hash[..16]);
        Self {
            surrogate_key: joined(&cache_tags, " "),
            cache_tag: joined(&cache_tags, ","),
            link: joined(&links("/v1", &version.slug), ", "),
            tags: ReadyTag::of_encodings(&opaque),
            resident: Default::default(),
            version,
        }
    }

    /// Returns the strong tag of the default document in `encoding`.
    pub(crate) fn tag(&self, encoding: Encoding) -> &ReadyTag {
        &self.tags[encoding as usize]
    }

    /// Returns the bytes of a ready part.
    pub(crate) fn resident(&self, part: Part) -> Option<&Bytes> {
        self.slot(part).get().map(Resident::bytes)
    }

    pub(super) fn slot(&self, part: Part) -> &OnceLock<Resident> {
        let place = match part {
            Part::Answer(encoding) => encoding as usize,
            Part::Source => Encoding::ALL.len(),
            Part::PlainText => Encoding::ALL.len() + 1,
        };
        &self.resident[place]
    }
}

/// Returns the links to the source of a guide and to its schema.
pub(crate) fn links(prefix: &str, slug: &str) -> Vec<String> {
    vec![
        format!("<{prefix}/guides/{slug}.md>; rel=\"alternate\"; type=\"text/markdown\""),
        "</v1/schemas/guide.json>; rel=\"describedby\"".to_owned(),
    ]
}
