use std::sync::{Arc, OnceLock};

use annai_domain::{Encoding, Slug, cache_tags};
use annai_storage::delivery::{DeliveredVersion, Part};
use annai_web::ReadyTag;
use bytes::Bytes;
use http::HeaderValue;

use super::budget::Resident;
use crate::answer::{http_date, joined};

/// What readers get of one guide, with everything about its answers that does not depend on the
/// request made once.
#[derive(Debug)]
pub(crate) struct Guide {
    pub(crate) version: DeliveredVersion,
    pub(crate) surrogate_key: Option<HeaderValue>,
    pub(crate) cache_tag: Option<HeaderValue>,
    pub(crate) last_modified: Option<HeaderValue>,
    /// The values of `Link` of the usual answer.
    pub(crate) link: Option<HeaderValue>,
    /// The tag of the usual answer in each encoding, in the order of [`Encoding::ALL`].
    tags: [ReadyTag; Encoding::ALL.len()],
    /// The parts that are kept ready, in the order of [`Part::ALL`].
    resident: [OnceLock<Resident>; Part::ALL.len()],
}

/// What a slug leads to.
#[derive(Debug)]
pub(crate) enum Lead {
    /// A guide.
    Here(Arc<Guide>),
    /// A guide that is public under another slug.
    Moved(Slug),
    /// A guide that is not public any more.
    Gone,
    /// Nothing that a reader may know of.
    Unknown,
}

impl Guide {
    pub(crate) fn new(version: DeliveredVersion) -> Self {
        let related = version.related_jobs.iter().map(String::as_str);
        let cache_tags = cache_tags(&version.slug, &version.category, related);
        let opaque = hex::encode(&version.answer_hash[..16]);
        Self {
            surrogate_key: joined(&cache_tags, " "),
            cache_tag: joined(&cache_tags, ","),
            last_modified: http_date(version.updated_at),
            link: joined(&links("/v1", &version.slug), ", "),
            tags: ReadyTag::of_encodings(&opaque),
            resident: Default::default(),
            version,
        }
    }

    /// The strong tag of the usual answer in `encoding`.
    pub(crate) fn tag(&self, encoding: Encoding) -> &ReadyTag {
        &self.tags[encoding as usize]
    }

    /// The bytes of a part, where they are kept ready.
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

/// The other forms of a guide, and what its document means.
pub(crate) fn links(prefix: &str, slug: &str) -> Vec<String> {
    vec![
        format!("<{prefix}/guides/{slug}.md>; rel=\"alternate\"; type=\"text/markdown\""),
        "</v1/schemas/guide.json>; rel=\"describedby\"".to_owned(),
    ]
}
