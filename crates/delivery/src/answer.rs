use std::net::IpAddr;
use std::sync::Arc;

use annai_domain::Encoding;
use annai_storage::delivery::Part;
use annai_web::{AcceptEncoding, EntityTag, IfMatch, IfNoneMatch, Problem, ReadyTag, outage};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::error::no_body;
use crate::settings::DeliverySettings;
use crate::site::{Bodies, Composed, Guide};
use crate::writing::{WriterPermit, WriterPermits};

const CONTENT_REF: HeaderName = HeaderName::from_static("content-ref");
const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");
const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("cdn-cache-control");

/// Room for the headers of a response, including those that layers add.
const HEADERS: usize = 24;

/// The client's wishes for a representation: the encodings it accepts, the tags it holds, and the
/// only ones it wants.
#[derive(Debug)]
pub(crate) struct Negotiation {
    encoding: AcceptEncoding,
    held: IfNoneMatch,
    wanted: Option<IfMatch>,
}

impl<S: Sync> FromRequestParts<S> for Negotiation {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self::from_headers(&parts.headers))
    }
}

impl Negotiation {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        Self {
            encoding: AcceptEncoding::from_headers(headers),
            held: IfNoneMatch::from_headers(headers),
            wanted: IfMatch::of_reader(headers),
        }
    }
}

/// One resource: the place of its bytes and the values of its headers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) entity: Entity,
    pub(crate) media_type: &'static str,
    pub(crate) caching: Caching,
    /// The snapshot that answered.
    pub(crate) content_ref: Option<HeaderValue>,
    pub(crate) surrogate_key: Option<HeaderValue>,
    pub(crate) cache_tag: Option<HeaderValue>,
    pub(crate) link: Option<HeaderValue>,
    /// Whether a browser must not run anything in it.
    pub(crate) sandboxed: bool,
}

/// The place of an answer's bytes.
#[derive(Debug)]
pub(crate) enum Entity {
    /// The default document of a guide, ready in every encoding since its publication.
    Published(Arc<Guide>),
    /// Composed for a request.
    Composed(Arc<Composed>),
    /// Written while it is sent.
    Written(Written),
}

/// A body too large to hold in memory: its entity tag, and the function that writes it.
pub(crate) struct Written {
    tag: ReadyTag,
    write: Box<dyn Fn(WriterPermit) -> Body + Send + Sync>,
    permits: WriterPermits,
    network: Option<IpAddr>,
}

impl Written {
    /// Creates a body whose bytes `name` identifies for ever. It is written for `network` once there
    /// is a permit.
    pub(crate) fn new(
        name: &str,
        permits: WriterPermits,
        network: Option<IpAddr>,
        write: impl Fn(WriterPermit) -> Body + Send + Sync + 'static,
    ) -> Self {
        Self {
            tag: EntityTag::of(name.as_bytes()).into(),
            write: Box::new(write),
            permits,
            network,
        }
    }
}

impl std::fmt::Debug for Written {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Written").field(&self.tag).finish()
    }
}

/// The time that others may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// It may change with the next publication.
    Current,
    /// It never changes.
    Frozen,
    /// It is revalidated every time; a 304 is cheap.
    Revalidated,
}

impl Caching {
    /// Returns the value of `Cache-Control`. With keys, only the consumer itself may keep it.
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

    /// Returns the value of `CDN-Cache-Control` (RFC 9213) for an answer that a purge can reach. A
    /// purged cache may keep changing answers too.
    fn cdn_header_value(self, settings: &DeliverySettings) -> Option<HeaderValue> {
        let is_kept = self == Self::Current && settings.anonymous && settings.cdn_is_purged;
        is_kept.then(|| HeaderValue::from_static("public, max-age=31536000"))
    }
}

impl Entity {
    /// Returns the composed body, if it is one.
    pub(crate) fn composed(&self) -> Option<&Composed> {
        match self {
            Self::Composed(composed) => Some(composed),
            Self::Published(_) | Self::Written(_) => None,
        }
    }

    fn encoding(&self, accepted: Encoding) -> Encoding {
        match self {
            Self::Published(_) => accepted,
            Self::Composed(composed) => composed.encoding(accepted),
            Self::Written(_) => Encoding::Identity,
        }
    }

    fn tag(&self, encoding: Encoding) -> &ReadyTag {
        match self {
            Self::Published(guide) => guide.tag(encoding),
            Self::Composed(composed) => composed.tag(encoding),
            Self::Written(written) => &written.tag,
        }
    }

    async fn body(&self, encoding: Encoding, bodies: &Bodies) -> Result<Body, Problem> {
        match self {
            Self::Published(guide) => {
                let bytes = bodies.get(guide, Part::Answer(encoding)).await;
                bytes.map(Body::from).map_err(|error| no_body(&error))
            }
            Self::Composed(composed) => {
                let bytes = composed.bytes(encoding).await;
                bytes
                    .map(Body::from)
                    .map_err(|error| Problem::internal(&error))
            }
            Self::Written(written) => {
                let permit = written.permits.take(written.network).await;
                Ok((written.write)(permit.ok_or_else(outage::busy)?))
            }
        }
    }
}

impl Answer {
    /// Creates the answer for a document outside every snapshot.
    pub(crate) fn document(
        bytes: impl Into<Bytes>,
        media_type: &'static str,
        caching: Caching,
    ) -> Self {
        Self::plain(
            Entity::Composed(Arc::new(Composed::new(bytes))),
            media_type,
            caching,
        )
    }

    /// Creates an answer without snapshot, keys or links.
    pub(crate) fn plain(entity: Entity, media_type: &'static str, caching: Caching) -> Self {
        Self {
            entity,
            media_type,
            caching,
            content_ref: None,
            surrogate_key: None,
            cache_tag: None,
            link: None,
            sandboxed: false,
        }
    }

    /// Sets `tag` as the only surrogate key.
    pub(crate) fn tagged(self, tag: &'static str) -> Self {
        Self {
            surrogate_key: Some(HeaderValue::from_static(tag)),
            cache_tag: Some(HeaderValue::from_static(tag)),
            ..self
        }
    }

    /// Builds the response in the encoding that the client prefers. A client that wants other bytes
    /// gets a 412, and one that holds these a 304. Reads the bytes of guides from `bodies`.
    pub(crate) async fn respond(
        &self,
        negotiation: &Negotiation,
        settings: &DeliverySettings,
        bodies: &Bodies,
    ) -> Result<Response, Problem> {
        let is_anonymous = settings.anonymous;
        let encoding = self.entity.encoding(negotiation.encoding.0);
        let tag = self.entity.tag(encoding);
        IfMatch::check(negotiation.wanted.as_ref(), tag)?;
        let has_key = self.surrogate_key.is_some();
        let cdn = has_key.then(|| self.caching.cdn_header_value(settings));
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
        if negotiation.held.matches(tag) {
            // Caches need these; the client holds the rest already (RFC 9110, 15.4.5).
            return Ok(response(StatusCode::NOT_MODIFIED, headers, Body::empty()));
        }
        put(
            &mut headers,
            [
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
        let body = self.entity.body(encoding, bodies).await?;
        Ok(response(StatusCode::OK, headers, body))
    }
}

/// Builds a response from its parts. A tuple would copy every field into a second map.
fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Inserts the fields that have a value.
fn put<const N: usize>(headers: &mut HeaderMap, fields: [(HeaderName, &Option<HeaderValue>); N]) {
    for (name, value) in fields {
        if let Some(value) = value {
            headers.insert(name, value.clone());
        }
    }
}
