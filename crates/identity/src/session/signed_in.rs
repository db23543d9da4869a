use annai_domain::token::TokenKind;
use annai_domain::{Actor, EmailAddress, Locale, RoleSet, UserId};
use annai_storage::sessions::{self, SessionRecord};
use annai_storage::{StorageError, users};
use annai_web::{Problem, ProblemKind, bearer_text};
use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use tower_sessions::Session;

use super::{store, times};
use crate::{Identity, storage_problem};

/// Proof that a request comes from somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person as commands know them, with their present roles.
    pub actor: Actor,
    /// The person as screens show them.
    pub user: UserSummary,
    /// The session of the request.
    pub session: SessionInfo,
}

/// A person as screens and responses show them.
#[derive(Debug, Clone, Serialize)]
pub struct UserSummary {
    /// The person.
    pub user_id: UserId,
    /// The name that others see.
    pub display_name: String,
    /// The address for sign-in.
    pub email: EmailAddress,
    /// Their present roles.
    pub roles: RoleSet,
    /// `ja` or `en`.
    pub locale: Locale,
}

/// The session of a request.
#[derive(Debug, Clone)]
pub struct SessionInfo {
    /// The SHA-256 of the session's secret, its key in the database.
    pub session_hash: [u8; 32],
    /// The time of sign-in.
    pub signed_in_at: Timestamp,
    /// Whether the person proved who they are within the last 10 minutes, by any method.
    pub is_fresh: bool,
}

/// The reason why a request has no signed-in person.
#[derive(Debug)]
pub enum NotSignedIn {
    /// The request has no session, or the session is over.
    NoSession,
    /// The request carries the key of a consumer, which opens delivery only.
    ConsumerKey,
    /// The database does not answer.
    Storage(StorageError),
}

impl From<StorageError> for NotSignedIn {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<NotSignedIn> for Problem {
    fn from(error: NotSignedIn) -> Self {
        match error {
            NotSignedIn::NoSession => {
                Self::new(ProblemKind::Unauthenticated).with_detail("sign in first")
            }
            NotSignedIn::ConsumerKey => Self::new(ProblemKind::ForbiddenScope)
                .with_detail("a consumer's key reads /v1 only; people sign in here"),
            NotSignedIn::Storage(error) => storage_problem(&error),
        }
    }
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl From<users::User> for UserSummary {
    fn from(user: users::User) -> Self {
        Self {
            user_id: user.user_id,
            display_name: user.display_name,
            email: user.email,
            roles: user.roles,
            locale: user.locale,
        }
    }
}

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Identity: FromRef<S>,
{
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NotSignedIn> {
        let identity = Identity::from_ref(state);
        let session_hash = session_of(parts)?;
        let (signed_in, session) = find(&identity, &session_hash)
            .await?
            .ok_or(NotSignedIn::NoSession)?;
        touch(&identity, session).await;
        Ok(signed_in)
    }
}

/// A signed-in person whose page sends this request by itself. The request does not count as use of
/// the session.
#[derive(Debug, Clone)]
pub struct Onlooker(pub SignedIn);

impl<S> FromRequestParts<S> for Onlooker
where
    S: Send + Sync,
    Identity: FromRef<S>,
{
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NotSignedIn> {
        let identity = Identity::from_ref(state);
        let session_hash = session_of(parts)?;
        let found = find(&identity, &session_hash).await?;
        found
            .map(|(signed_in, _)| Self(signed_in))
            .ok_or(NotSignedIn::NoSession)
    }
}

impl Onlooker {
    /// Returns the same person in their present state; `None` once their session is over.
    pub async fn again(&self, identity: &Identity) -> Result<Option<Self>, StorageError> {
        let found = find(identity, &self.0.session.session_hash).await?;
        Ok(found.map(|(signed_in, _)| Self(signed_in)))
    }
}

/// Returns the key of the session that the request names.
fn session_of(parts: &Parts) -> Result<[u8; 32], NotSignedIn> {
    if has_consumer_key(parts) {
        return Err(NotSignedIn::ConsumerKey);
    }
    let id = parts.extensions.get::<Session>().and_then(Session::id);
    Ok(store::session_hash(id.ok_or(NotSignedIn::NoSession)?))
}

impl<S> OptionalFromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Identity: FromRef<S>,
{
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, NotSignedIn> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(signed_in) => Ok(Some(signed_in)),
            Err(NotSignedIn::NoSession | NotSignedIn::ConsumerKey) => Ok(None),
            Err(error @ NotSignedIn::Storage(_)) => Err(error),
        }
    }
}

/// Finds the person behind a session; `None` when it is over for any reason.
async fn find(
    identity: &Identity,
    session_hash: &[u8; 32],
) -> Result<Option<(SignedIn, SessionRecord)>, StorageError> {
    let (db, now) = (identity.database.reader(), identity.database.clock().now());
    let Some(session) = sessions::find(&db, session_hash, now).await? else {
        return Ok(None);
    };
    let Some(user) = users::find(&db, session.user_id).await? else {
        return Ok(None);
    };
    if user.disabled_at.is_some() || user.session_epoch != session.session_epoch {
        return Ok(None);
    }
    let info = SessionInfo {
        session_hash: *session_hash,
        signed_in_at: session.created_at,
        is_fresh: times::is_fresh(session.reauthenticated_at, now),
    };
    let signed_in = SignedIn {
        actor: Actor::new(user.user_id, user.roles.clone()),
        user: user.into(),
        session: info,
    };
    Ok(Some((signed_in, session)))
}

/// Records that the session is in use. A failure costs the person some idle time, not the request.
async fn touch(identity: &Identity, session: SessionRecord) {
    let now = identity.database.clock().now();
    if !times::is_touch_due(session.last_seen_at, now) {
        return;
    }
    let touched = SessionRecord {
        last_seen_at: now,
        expires_at: times::expires_at(session.created_at, now),
        ..session
    };
    if let Err(error) = sessions::renew(&identity.database, &touched).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the use of a session was not recorded"
        );
    }
}

/// Returns whether the request carries a consumer's key or a preview token, such as `Bearer
/// annai_r_…`.
fn has_consumer_key(parts: &Parts) -> bool {
    let authorization = parts.headers.get(header::AUTHORIZATION);
    let text = authorization.and_then(bearer_text);
    text.and_then(TokenKind::of_text)
        .is_some_and(TokenKind::opens_delivery)
}
