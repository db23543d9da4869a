use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};

use crate::{EntityTag, EntityTagError, Problem, ProblemError, ProblemKind};

#[cfg(test)]
mod tests;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Any,
    Tags(Vec<EntityTag>),
}

/// `If-None-Match`: the representations that the client holds already.
///
/// As an extractor it never refuses: a missing or malformed header matches nothing, so the client
/// gets the whole response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfNoneMatch(Condition);

/// `If-Match`: the version that a change is based on, or the only one that a reader wants.
///
/// As an extractor it responds 428 when the header is missing and 400 when it is malformed. As
/// `Option<IfMatch>` it may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Condition);

impl IfNoneMatch {
    /// Returns whether the client holds the representation named `tag`: the response is then 304.
    #[must_use]
    pub fn matches(&self, tag: &EntityTag) -> bool {
        match &self.0 {
            Condition::Any => true,
            Condition::Tags(tags) => tags.iter().any(|held| held.weakly_matches(tag)),
        }
    }

    /// Reads all `If-None-Match` headers as one list.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        match read(headers, &header::IF_NONE_MATCH) {
            Ok(Some(condition)) => Self(condition),
            Ok(None) | Err(EntityTagError) => Self(Condition::Tags(Vec::new())),
        }
    }
}

impl IfMatch {
    /// Reads the header of a request that only reads; returns `None` when it is missing. A malformed
    /// header matches nothing.
    #[must_use]
    pub fn of_reader(headers: &HeaderMap) -> Option<Self> {
        match read(headers, &header::IF_MATCH) {
            Ok(condition) => condition.map(Self),
            Err(EntityTagError) => Some(Self(Condition::Tags(Vec::new()))),
        }
    }

    /// Refuses a reader who wants another version than the one named `tag` (RFC 9110, 13.1.1).
    ///
    /// # Errors
    ///
    /// Returns a 412 problem with the tag.
    pub fn check(wanted: Option<&Self>, tag: &EntityTag) -> Result<(), Problem> {
        if wanted.is_none_or(|wanted| wanted.matches(tag)) {
            return Ok(());
        }
        Err(Problem::new(ProblemKind::PreconditionFailed)
            .with_detail("`If-Match` names other versions than this one, which `ETag` names")
            .with_header(header::ETAG, tag.header_value()))
    }

    /// Returns whether the change may be made to the version named `tag`.
    #[must_use]
    pub fn matches(&self, tag: &EntityTag) -> bool {
        match &self.0 {
            Condition::Any => true,
            Condition::Tags(tags) => tags.iter().any(|wanted| wanted.strongly_matches(tag)),
        }
    }

    /// Returns the tag if the header names exactly one strong tag.
    ///
    /// Returns `None` for `*`, lists and weak tags: none of them names the version that a text is
    /// based on.
    #[must_use]
    pub fn single(&self) -> Option<&EntityTag> {
        match &self.0 {
            Condition::Tags(tags) => match tags.as_slice() {
                [tag] if !tag.is_weak() => Some(tag),
                _ => None,
            },
            Condition::Any => None,
        }
    }

    /// Reads the header; returns `None` when it is missing.
    ///
    /// # Errors
    ///
    /// Returns a 400 problem when the header is not a list of entity tags.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        match read(headers, &header::IF_MATCH) {
            Ok(condition) => Ok(condition.map(Self)),
            Err(error) => Err(Problem::invalid_parameter(
                "If-Match",
                "malformed",
                error.to_string(),
            )),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::from_headers(&parts.headers)?.ok_or_else(|| {
            Problem::new(ProblemKind::PreconditionRequired)
                .with_detail("send `If-Match` with the version that this change is based on")
                .with_error(ProblemError::parameter("If-Match", "required"))
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        Self::from_headers(&parts.headers)
    }
}

/// Reads all headers called `name` as one list (RFC 9110, 5.3); returns `None` when there are none.
fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Condition>, EntityTagError> {
    let mut values = headers.get_all(name).iter().peekable();
    if values.peek().is_none() {
        return Ok(None);
    }
    let mut tags = Vec::new();
    let mut any = false;
    for value in values {
        let text = std::str::from_utf8(value.as_bytes())
            .map_err(|_| EntityTagError)?
            .trim();
        if text == "*" {
            any = true;
        } else {
            read_list(text, &mut tags)?;
        }
    }
    match (any, tags.is_empty()) {
        (true, true) => Ok(Some(Condition::Any)),
        (false, false) => Ok(Some(Condition::Tags(tags))),
        (true, false) | (false, true) => Err(EntityTagError),
    }
}

/// Reads `1#entity-tag`; skips empty elements, as RFC 9110 asks of recipients.
fn read_list(mut text: &str, tags: &mut Vec<EntityTag>) -> Result<(), EntityTagError> {
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return Ok(());
        }
        let (tag, rest) = EntityTag::read(text)?;
        tags.push(tag);
        text = rest.trim_start_matches([' ', '\t']);
        if !text.is_empty() && !text.starts_with(',') {
            return Err(EntityTagError);
        }
    }
}
