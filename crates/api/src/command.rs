//! One state change over HTTP: begin, look for an earlier response, run, store the response,
//! commit.

use annai_domain::{Actor, ContentHash, Permission, Ref};
use annai_editorial::{NewText, NotSaved, Saved, SavedRevision, save};
use annai_storage::WriteTx;
use annai_storage::idempotency::{self, IdempotentAnswer};
use annai_web::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::nothing::NoParameters;
use super::readable::require;
use annai_desk::{DeskState, TakenDown};
use annai_identity::SignedIn;

/// The header that makes a request repeatable.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Marks a repeated response.
const REPLAYED: &str = "idempotent-replayed";
/// The longest key, in bytes.
const KEY_LENGTH: usize = annai_domain::limits::IDEMPOTENCY_KEY;

/// A request that changes something, by somebody who is signed in. It takes no query parameters.
/// Extract it before the body, so that everybody else gets 401 whatever they send.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) state: DeskState,
    pub(crate) signed_in: SignedIn,
    key: Option<String>,
    operation: String,
    precondition: String,
}

/// A state change under way. Dropping it undoes everything.
#[derive(Debug)]
pub(crate) struct Command {
    tx: WriteTx,
    keep: Option<Keep>,
}

/// The data that is stored with the response for a repeat.
#[derive(Debug)]
struct Keep {
    key: String,
    operation: String,
    request_hash: [u8; 32],
}

/// A response as it is stored: enough for a repeat, and never a secret.
#[derive(Debug, Serialize, Deserialize)]
struct KeptAnswer {
    location: Option<String>,
    entity_tag: Option<String>,
    /// The ref of a take-down; a repeat confirms it too.
    #[serde(default)]
    taken_down: Option<Ref>,
    body: String,
}

/// The response of a state change.
#[derive(Debug)]
pub(crate) struct CommandAnswer {
    status: StatusCode,
    location: Option<String>,
    entity_tag: Option<String>,
    taken_down: Option<Ref>,
    body: String,
    secret_body: Option<String>,
}

impl FromRequestParts<DeskState> for Request {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &DeskState) -> Result<Self, ApiError> {
        let signed_in = <SignedIn as FromRequestParts<DeskState>>::from_request_parts(parts, state)
            .await
            .map_err(ApiError::from)?;
        NoParameters::of(parts)?;
        let precondition = parts.headers.get(header::IF_MATCH);
        Ok(Self {
            state: state.clone(),
            signed_in,
            key: idempotency_key(parts)?,
            operation: format!("{} {}", parts.method, parts.uri),
            precondition: precondition
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .unwrap_or_default(),
        })
    }
}

impl Request {
    pub(crate) fn actor(&self) -> &Actor {
        &self.signed_in.actor
    }

    /// Refuses everybody but administrators who proved who they are within the last 10 minutes.
    ///
    /// # Errors
    ///
    /// 403, of two kinds.
    pub(super) fn administer(&self) -> Result<(), ApiError> {
        require(self.actor(), Permission::Administer)?;
        if self.signed_in.session.is_fresh {
            Ok(())
        } else {
            Err(ApiError::reauthenticate())
        }
    }

    /// Begins the transaction. `body` is the body of the request. Its hash recognises a repeat, so
    /// that fields which are not serialised (passwords) leave no trace.
    ///
    /// # Errors
    ///
    /// [`ApiError::Replay`] with the earlier response when this request was answered before; 422
    /// when the key belongs to another request.
    pub(crate) async fn begin(&self, body: &impl Serialize) -> Result<Command, ApiError> {
        let mut tx = self
            .state
            .database
            .begin(self.signed_in.actor.clone())
            .await?;
        let Some(key) = &self.key else {
            return Ok(Command { tx, keep: None });
        };
        let request_hash = self.request_hash(body)?;
        if let Some(earlier) = idempotency::lock_answer(&mut tx, key).await? {
            if earlier.operation != self.operation || earlier.request_hash != request_hash {
                return Err(ApiError::key_reused());
            }
            return Err(ApiError::Replay(Box::new(replay(&earlier)?)));
        }
        let keep = Keep {
            key: key.clone(),
            operation: self.operation.clone(),
            request_hash,
        };
        Ok(Command {
            tx,
            keep: Some(keep),
        })
    }

    fn request_hash(&self, body: &impl Serialize) -> Result<[u8; 32], ApiError> {
        let request = serde_json::to_vec(&(&self.precondition, body))
            .map_err(|error| Problem::internal(&error))?;
        Ok(*ContentHash::of(&request).as_bytes())
    }
}

impl Command {
    /// Returns the transaction of the command.
    pub(crate) fn tx(&mut self) -> &mut WriteTx {
        &mut self.tx
    }

    /// Saves a text in the transaction; where it is refused, the transaction is undone.
    ///
    /// # Errors
    ///
    /// See [`save`].
    pub(crate) async fn save(
        self,
        state: &DeskState,
        text: NewText<'_>,
    ) -> Result<(Self, SavedRevision), NotSaved> {
        let Self { tx, keep } = self;
        let Saved { revision, tx } = save(&state.database, &state.schema, tx, text).await?;
        Ok((Self { tx, keep }, revision))
    }

    /// Stores the response, commits, and responds.
    ///
    /// # Errors
    ///
    /// 503 when the database went away. Nobody knows then whether the change was made; repeating
    /// the request with its key finds out.
    pub(crate) async fn finish(mut self, answer: CommandAnswer) -> Result<Response, ApiError> {
        if let Some(keep) = self.keep {
            let kept = KeptAnswer {
                location: answer.location.clone(),
                entity_tag: answer.entity_tag.clone(),
                taken_down: answer.taken_down,
                body: answer.body.clone(),
            };
            let row = IdempotentAnswer {
                operation: keep.operation,
                request_hash: keep.request_hash,
                status: answer.status.as_u16(),
                answer: serde_json::to_vec(&kept).map_err(|error| Problem::internal(&error))?,
            };
            idempotency::keep(&mut self.tx, &keep.key, &row).await?;
        }
        self.tx.commit().await?;
        let body = answer.secret_body.unwrap_or(answer.body);
        let response = respond(
            answer.status,
            answer.location.as_deref(),
            answer.entity_tag.as_deref(),
            body,
        )?;
        Ok(mark(response, answer.taken_down))
    }
}

impl CommandAnswer {
    /// Builds a response with a JSON body.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_string(body).map_err(|error| Problem::internal(&error))?;
        Ok(Self {
            status,
            location: None,
            entity_tag: None,
            taken_down: None,
            body,
            secret_body: None,
        })
    }

    /// Builds a 204.
    pub(crate) fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            location: None,
            entity_tag: None,
            taken_down: None,
            body: String::new(),
            secret_body: None,
        }
    }

    /// Sets `Location`.
    pub(crate) fn at(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }

    /// Sets the tag of the text, for the next `If-Match`.
    pub(crate) fn tagged(mut self, tag: impl std::fmt::Display) -> Self {
        self.entity_tag = Some(format!("\"{tag}\""));
        self
    }

    /// Notes that the command took a guide down at `taken_down`.
    pub(crate) fn taking_down(mut self, taken_down: Option<Ref>) -> Self {
        self.taken_down = taken_down;
        self
    }

    /// Sets the body of the first response. A repeat gets the other one.
    pub(crate) fn with_secret(mut self, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_string(body).map_err(|error| Problem::internal(&error))?;
        self.secret_body = Some(body);
        Ok(self)
    }
}

/// Returns the request's idempotency key: visible ASCII characters.
fn idempotency_key(parts: &Parts) -> Result<Option<String>, ApiError> {
    let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = value.to_str().ok().map(str::trim);
    match key.filter(|key| !key.is_empty() && key.len() <= KEY_LENGTH) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(ApiError::bad_key()),
    }
}

/// Builds the earlier response again, marked as a repeat.
fn replay(earlier: &IdempotentAnswer) -> Result<Response, ApiError> {
    let kept: KeptAnswer =
        serde_json::from_slice(&earlier.answer).map_err(|error| Problem::internal(&error))?;
    let status = StatusCode::from_u16(earlier.status).unwrap_or(StatusCode::OK);
    let mut response = respond(
        status,
        kept.location.as_deref(),
        kept.entity_tag.as_deref(),
        kept.body,
    )?;
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(mark(response, kept.taken_down))
}

/// Marks the response to a take-down; see [`TakenDown`].
fn mark(response: Response, taken_down: Option<Ref>) -> Response {
    match taken_down {
        Some(taken_down) => TakenDown(taken_down).mark(response),
        None => response,
    }
}

fn respond(
    status: StatusCode,
    location: Option<&str>,
    entity_tag: Option<&str>,
    body: String,
) -> Result<Response, ApiError> {
    let mut response = (status, Bytes::from(body)).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if status != StatusCode::NO_CONTENT {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    for (name, value) in [(header::LOCATION, location), (header::ETAG, entity_tag)] {
        if let Some(value) = value {
            let value = HeaderValue::from_str(value).map_err(|error| Problem::internal(&error))?;
            headers.insert(name, value);
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(answer: &str) -> Response {
        let earlier = IdempotentAnswer {
            operation: "POST /api/v1/guides/x/unpublish".to_owned(),
            request_hash: [0; 32],
            status: 200,
            answer: answer.as_bytes().to_vec(),
        };
        replay(&earlier).unwrap()
    }

    #[test]
    fn a_repeat_confirms_a_take_down_as_the_first_response_did() {
        let kept = r#"{"location":null,"entity_tag":null,"taken_down":9,"body":"{}"}"#;
        let marked = repeated(kept).extensions().get::<TakenDown>().copied();
        assert_eq!(marked, Ref::new(9).map(TakenDown));
        let older = r#"{"location":null,"entity_tag":null,"body":"{}"}"#;
        assert_eq!(repeated(older).extensions().get::<TakenDown>(), None);
    }
}
