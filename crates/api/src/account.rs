use annai_domain::Locale;
use annai_identity::set_profile;
use annai_web::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::ApiError;
use annai_identity::{Client, Session, change_own_password};

/// The old password and a new one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePasswordBody {
    #[schema(value_type = String)]
    old_password: SecretString,
    /// 12 to 256 characters that are hard to guess.
    #[schema(value_type = String)]
    new_password: SecretString,
}

/// The public profile of a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileBody {
    /// At most 100 characters.
    display_name: String,
    /// `ja` or `en`.
    #[schema(value_type = Locale)]
    locale: String,
}

/// Changes one's own password. Every session of the person ends; this browser gets a new one.
#[utoipa::path(put, path = "/api/v1/account/password", operation_id = "change_password",
    tag = "account", request_body = ChangePasswordBody,
    responses((status = 204)))]
pub(super) async fn change_password(
    request: Request,
    session: Session,
    client: Client,
    Json(body): Json<ChangePasswordBody>,
) -> Result<Response, ApiError> {
    let passwords = (body.old_password, body.new_password);
    change_own_password(
        &request.state.identity,
        &request.signed_in,
        &client,
        &session,
        passwords,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Changes one's own name and language.
#[utoipa::path(put, path = "/api/v1/account/profile", operation_id = "update_profile",
    tag = "account", request_body = ProfileBody,
    responses((status = 200, body = ProfileBody)))]
pub(super) async fn update_profile(
    request: Request,
    Json(body): Json<ProfileBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    set_profile(command.tx(), &body.display_name, &body.locale).await?;
    command
        .finish(CommandAnswer::json(StatusCode::OK, &body)?)
        .await
}
