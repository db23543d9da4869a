use annai_domain::{Locale, Role};
use annai_web::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use annai_desk::DeskState;
use annai_identity::{Client, Session, SignedIn, UserSummary, reauthenticate, sign_in, sign_out};

/// The address and the password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    email: String,
    #[schema(value_type = String)]
    password: SecretString,
}

/// The password, once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordBody {
    #[schema(value_type = String)]
    password: SecretString,
}

/// The session and its person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    user: SignedInUserView,
    #[schema(value_type = Option<String>, format = DateTime)]
    signed_in_at: Option<Timestamp>,
    /// Whether the person proved who they are within the last 10 minutes. Administration needs it.
    is_fresh: bool,
}

/// The person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignedInUserView {
    user_id: uuid::Uuid,
    display_name: String,
    email: String,
    roles: Vec<Role>,
    locale: Locale,
}

impl From<UserSummary> for SignedInUserView {
    fn from(user: UserSummary) -> Self {
        Self {
            user_id: user.user_id.0,
            display_name: user.display_name,
            email: user.email.to_string(),
            roles: user.roles.iter().collect(),
            locale: user.locale,
        }
    }
}

/// Signs in. The response sets the session cookie. Every refusal looks the same.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "create_session", tag = "session",
    request_body = SignInBody, security(()),
    responses((status = 200, body = SessionView)))]
pub(super) async fn create_session(
    _: NoParameters,
    State(state): State<DeskState>,
    session: Session,
    client: Client,
    Json(body): Json<SignInBody>,
) -> Result<Response, ApiError> {
    let user = sign_in(
        &state.identity,
        &session,
        &client,
        &body.email,
        body.password,
    )
    .await?;
    answer(&SessionView {
        user: UserSummary::from(user).into(),
        signed_in_at: Some(state.database.clock().now()),
        is_fresh: true,
    })
}

/// Shows the session.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "get_session", tag = "session",
    responses((status = 200, body = SessionView)))]
pub(super) async fn get_session(
    signed_in: SignedIn,
    _: NoParameters,
) -> Result<Response, ApiError> {
    answer(&SessionView {
        signed_in_at: Some(signed_in.session.signed_in_at),
        is_fresh: signed_in.session.is_fresh,
        user: signed_in.user.into(),
    })
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "delete_session", tag = "session",
    responses((status = 204)))]
pub(super) async fn delete_session(
    _signed_in: SignedIn,
    _: NoParameters,
    session: Session,
) -> Result<Response, ApiError> {
    sign_out(&session).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Checks the password once more. Administration is open for 10 minutes.
#[utoipa::path(post, path = "/api/v1/session/reauthenticate",
    operation_id = "reauthenticate_session", tag = "session", request_body = PasswordBody,
    responses((status = 204)))]
pub(super) async fn reauthenticate_session(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Json(body): Json<PasswordBody>,
) -> Result<Response, ApiError> {
    reauthenticate(&state.identity, &signed_in, body.password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
