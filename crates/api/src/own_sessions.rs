use annai_domain::decide::Refusal;
use annai_web::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use super::people::EndedSessionsView;
use annai_desk::DeskState;
use annai_identity::{
    OwnSession, SignedIn, end_other_sessions, end_own_session, list_own_sessions,
};

/// A person's own sessions, the last used first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionsView {
    sessions: Vec<OwnSessionView>,
}

/// One session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnSessionView {
    /// Its identifier. It opens nothing.
    session_id: String,
    /// The `User-Agent` of the browser.
    user_agent: String,
    #[schema(value_type = String, format = DateTime)]
    signed_in_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Whether the request belongs to it.
    is_current: bool,
}

impl From<OwnSession> for OwnSessionView {
    fn from(session: OwnSession) -> Self {
        Self {
            session_id: session.session_id,
            user_agent: session.user_agent,
            signed_in_at: session.signed_in_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            is_current: session.is_current,
        }
    }
}

/// Lists one's own sessions.
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "session",
    responses((status = 200, body = SessionsView)))]
pub(super) async fn list_sessions(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
) -> Result<Response, ApiError> {
    let sessions = list_own_sessions(&state.identity, &signed_in).await?;
    answer(&SessionsView {
        sessions: sessions.into_iter().map(OwnSessionView::from).collect(),
    })
}

/// Ends one's other sessions.
#[utoipa::path(delete, path = "/api/v1/sessions", operation_id = "delete_sessions",
    tag = "session",
    responses((status = 200, body = EndedSessionsView)))]
pub(super) async fn delete_sessions(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
) -> Result<Response, ApiError> {
    let ended = end_other_sessions(&state.identity, &signed_in).await?;
    answer(&EndedSessionsView { ended })
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/api/v1/sessions/{session_id}",
    operation_id = "delete_one_session", tag = "session",
    params(("session_id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn delete_one_session(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Path(session_id): Path<String>,
) -> Result<Response, ApiError> {
    if end_own_session(&state.identity, &signed_in, &session_id).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Refusal::NotFound.into())
    }
}
