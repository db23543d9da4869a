use std::sync::Arc;

use annai_domain::Encoding;
use annai_storage::delivery::Part;
use annai_web::{AcceptEncoding, EntityTag, IfNoneMatch, Problem, ReadyTag};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use crate::site::{Guide, Made};
use crate::state::{DeliverySettings, DeliveryState};
use crate::trouble::no_body;

const CONTENT_REF: HeaderName = HeaderName::from_static("content-ref");
const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");
const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("cdn-cache-control");

/// Room for the headers of an answer, those that others add included.
const HEADERS: usize = 24;

/// What the asker says of the representation: which encoding it likes, which ones it holds.
#[derive(Debug)]
pub(crate) struct Asked {
    encoding: AcceptEncoding,
    held: IfNoneMatch,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self::from_headers(&parts.headers))
    }
}

impl Asked {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        Self {
            encoding: AcceptEncoding::from_headers(headers),
            held: IfNoneMatch::from_headers(headers),
        }
    }
}

/// One resource: where its bytes are and what the headers say of them.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) entity: Entity,
    pub(crate) media_type: &'static str,
    pub(crate) caching: Caching,
    /// The snapshot that answered.
    pub(crate) content_ref: Option<HeaderValue>,
    pub(crate) last_modified: Option<HeaderValue>,
    pub(crate) surrogate_key: Option<HeaderValue>,
    pub(crate) cache_tag: Option<HeaderValue>,
    pub(crate) link: Option<HeaderValue>,
    /// Whether a browser that opens it must not run anything of it.
    pub(crate) sandboxed: bool,
}

/// Where the bytes are.
#[derive(Debug)]
pub(crate) enum Entity {
    /// The usual answer of a guide, ready in every encoding since it was published.
    Published(Arc<Guide>),
    /// Put together for somebody who asked.
    Made(Arc<Made>),
    /// Written while it is sent.
    Written(Written),
}

/// An answer that is too large to be held: the tag of its bytes, and who writes them.
pub(crate) struct Written {
    tag: ReadyTag,
    write: Box<dyn Fn() -> Body + Send + Sync>,
}

impl Written {
    /// `name` names the bytes that `write` writes, for ever.
    pub(crate) fn new(name: &str, write: impl Fn() -> Body + Send + Sync + 'static) -> Self {
        Self {
            tag: EntityTag::of(name.as_bytes()).into(),
            write: Box::new(write),
        }
    }
}

impl std::fmt::Debug for Written {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Written").field(&self.tag).finish()
    }
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
    pub(crate) fn header_value(self, is_anonymous: bool) -> HeaderValue {
        HeaderValue::from_static(match (self, is_anonymous) {
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

    /// The value of `CDN-Cache-Control` (RFC 9213) for an answer that a purge can reach: what may
    /// change can be kept by a cache that is told when it does.
    fn cdn_header_value(self, settings: &DeliverySettings) -> Option<HeaderValue> {
        let is_kept = self == Self::Current && settings.anonymous && settings.cdn_is_purged;
        is_kept.then(|| HeaderValue::from_static("public, max-age=31536000"))
    }
}

impl Entity {
    /// What was put together, where it was.
    pub(crate) fn made(&self) -> Option<&Made> {
        match self {
            Self::Made(made) => Some(made),
            Self::Published(_) | Self::Written(_) => None,
        }
    }

    fn encoding(&self, asked: Encoding) -> Encoding {
        match self {
            Self::Published(_) => asked,
            Self::Made(made) => made.encoding(asked),
            Self::Written(_) => Encoding::Identity,
        }
    }

    fn tag(&self, encoding: Encoding) -> &ReadyTag {
        match self {
            Self::Published(guide) => guide.tag(encoding),
            Self::Made(made) => made.tag(encoding),
            Self::Written(written) => &written.tag,
        }
    }

    async fn body(&self, encoding: Encoding, state: &DeliveryState) -> Result<Body, Problem> {
        match self {
            Self::Published(guide) => {
                let bodies = state.site.bodies();
                let bytes = bodies.get(guide, Part::Answer(encoding)).await;
                bytes.map(Body::from).map_err(|error| no_body(&error))
            }
            Self::Made(made) => {
                let bytes = made.bytes(encoding).await;
                bytes
                    .map(Body::from)
                    .map_err(|error| Problem::internal(&error))
            }
            Self::Written(written) => Ok((written.write)()),
        }
    }
}

impl Answer {
    /// A document that belongs to no snapshot.
    pub(crate) fn document(
        bytes: impl Into<Bytes>,
        media_type: &'static str,
        caching: Caching,
    ) -> Self {
        Self::plain(
            Entity::Made(Arc::new(Made::new(bytes))),
            media_type,
            caching,
        )
    }

    /// The same of bytes that are elsewhere.
    pub(crate) fn plain(entity: Entity, media_type: &'static str, caching: Caching) -> Self {
        Self {
            entity,
            media_type,
            caching,
            content_ref: None,
            last_modified: None,
            surrogate_key: None,
            cache_tag: None,
            link: None,
            sandboxed: false,
        }
    }

    /// The same, dropped from caches with everything that carries `tag`.
    pub(crate) fn tagged(self, tag: &'static str) -> Self {
        Self {
            surrogate_key: Some(HeaderValue::from_static(tag)),
            cache_tag: Some(HeaderValue::from_static(tag)),
            ..self
        }
    }

    /// The answer in the encoding that is liked, or 304 where the asker holds these very bytes.
    pub(crate) async fn respond(
        &self,
        asked: &Asked,
        state: &DeliveryState,
    ) -> Result<Response, Problem> {
        let is_anonymous = state.settings.anonymous;
        let encoding = self.entity.encoding(asked.encoding.0);
        let tag = self.entity.tag(encoding);
        let has_key = self.surrogate_key.is_some();
        let cdn = has_key.then(|| self.caching.cdn_header_value(&state.settings));
        let mut headers = HeaderMap::with_capacity(HEADERS);
        headers.insert(header::ETAG, tag.header_value());
        headers.insert(
            header::CACHE_CONTROL,
            self.caching.header_value(is_anonymous),
        );
        headers.insert(
            header::VARY,
            HeaderValue::from_static(if is_anonymous {
                "Accept-Encoding"
            } else {
                "Accept-Encoding, Authorization"
            }),
        );
        put(
            &mut headers,
            [
                (CDN_CACHE_CONTROL, &cdn.flatten()),
                (CONTENT_REF, &self.content_ref),
            ],
        );
        if asked.held.matches(tag) {
            // What guides caches, and nothing that the asker holds already (RFC 9110, 15.4.5).
            return Ok(response(StatusCode::NOT_MODIFIED, headers, Body::empty()));
        }
        put(
            &mut headers,
            [
                (header::LAST_MODIFIED, &self.last_modified),
                (SURROGATE_KEY, &self.surrogate_key),
                (CACHE_TAG, &self.cache_tag),
                (header::LINK, &self.link),
            ],
        );
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.media_type),
        );
        if encoding != Encoding::Identity {
            let name = HeaderValue::from_static(encoding.as_str());
            headers.insert(header::CONTENT_ENCODING, name);
        }
        if self.sandboxed {
            let policy = HeaderValue::from_static("sandbox");
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        let body = self.entity.body(encoding, state).await?;
        Ok(response(StatusCode::OK, headers, body))
    }
}

/// The answer of these parts: as a tuple every field would be put into a second map.
fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Adds the fields that have a value.
fn put<const N: usize>(headers: &mut HeaderMap, fields: [(HeaderName, &Option<HeaderValue>); N]) {
    for (name, value) in fields {
        if let Some(value) = value {
            headers.insert(name, value.clone());
        }
    }
}

/// The values of a header that lists them; `None` for none of them.
pub(crate) fn joined(values: &[String], separator: &str) -> Option<HeaderValue> {
    let values = (!values.is_empty()).then(|| values.join(separator))?;
    HeaderValue::try_from(values).ok()
}

/// The value of `Last-Modified`.
pub(crate) fn http_date(at: Timestamp) -> Option<HeaderValue> {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    let date = printer.timestamp_to_rfc9110_string(&at).ok()?;
    HeaderValue::try_from(date).ok()
}
