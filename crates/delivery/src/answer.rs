use annai_domain::RefName;
use annai_web::{EntityTag, IfNoneMatch};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use crate::state::DeliverySettings;

const CONTENT_REF: HeaderName = HeaderName::from_static("content-ref");
const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");

/// One representation, whole: its bytes and what the headers say of them.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) bytes: Bytes,
    pub(crate) media_type: &'static str,
    pub(crate) caching: Caching,
    /// The snapshot that answered.
    pub(crate) content_ref: Option<RefName>,
    pub(crate) last_modified: Option<Timestamp>,
    pub(crate) cache_tags: Vec<String>,
    /// The values of `Link`.
    pub(crate) links: Vec<String>,
    /// Whether a browser that opens it must not run anything of it.
    pub(crate) sandboxed: bool,
}

/// How long others may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// It may change with the next publication.
    Current,
    /// It never changes.
    Frozen,
    /// It has to be asked for every time; a 304 is cheap.
    Revalidated,
}

impl Caching {
    /// The value of `Cache-Control`. Where a key is needed, only the consumer itself may keep it.
    pub(crate) fn header_value(self, settings: DeliverySettings) -> HeaderValue {
        HeaderValue::from_static(match (self, settings.anonymous) {
            (Self::Current, true) => {
                "public, max-age=30, stale-while-revalidate=300, stale-if-error=86400"
            }
            (Self::Current, false) => {
                "private, max-age=30, stale-while-revalidate=300, stale-if-error=86400"
            }
            (Self::Frozen, true) => "public, max-age=31536000, immutable",
            (Self::Frozen, false) => "private, max-age=31536000, immutable",
            (Self::Revalidated, true) => "public, no-cache",
            (Self::Revalidated, false) => "private, no-cache",
        })
    }
}

impl Answer {
    /// A document that belongs to no snapshot.
    pub(crate) fn document(bytes: Vec<u8>, media_type: &'static str, caching: Caching) -> Self {
        Self {
            bytes: bytes.into(),
            media_type,
            caching,
            content_ref: None,
            last_modified: None,
            cache_tags: Vec::new(),
            links: Vec::new(),
            sandboxed: false,
        }
    }

    /// The answer, or 304 where the asker holds these very bytes.
    pub(crate) fn respond(self, held: &IfNoneMatch, settings: DeliverySettings) -> Response {
        let tag = EntityTag::of(&self.bytes);
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, tag.header_value());
        headers.insert(header::CACHE_CONTROL, self.caching.header_value(settings));
        headers.insert(
            header::VARY,
            HeaderValue::from_static(if settings.anonymous {
                "Accept-Encoding"
            } else {
                "Accept-Encoding, Authorization"
            }),
        );
        put(
            &mut headers,
            CONTENT_REF,
            self.content_ref.map(|name| name.to_string()),
        );
        put(
            &mut headers,
            header::LAST_MODIFIED,
            self.last_modified.and_then(http_date),
        );
        put(&mut headers, SURROGATE_KEY, joined(&self.cache_tags, " "));
        put(&mut headers, CACHE_TAG, joined(&self.cache_tags, ","));
        put(&mut headers, header::LINK, joined(&self.links, ", "));
        if held.matches(&tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.media_type),
        );
        if self.sandboxed {
            let policy = HeaderValue::from_static("sandbox");
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        (headers, self.bytes).into_response()
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<String>) {
    if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
        headers.insert(name, value);
    }
}

fn joined(values: &[String], separator: &str) -> Option<String> {
    (!values.is_empty()).then(|| values.join(separator))
}

fn http_date(at: Timestamp) -> Option<String> {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    printer.timestamp_to_rfc9110_string(&at).ok()
}
