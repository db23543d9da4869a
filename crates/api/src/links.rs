use annai_domain::decide::Refusal;
use annai_domain::token::Token;
use annai_domain::{EmailAddress, Locale, UserId};
use annai_identity::{AcceptToken, FirstAdmin, accept_token};
use annai_web::Json;
use axum::extract::State;
use axum::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use annai_desk::DeskState;

/// The form behind a one-time link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptLinkBody {
    /// The last part of the link.
    #[schema(value_type = String)]
    token: SecretString,
    /// 12 to 256 characters that are hard to guess.
    #[schema(value_type = String)]
    password: SecretString,
    /// The first administrator; only for the set-up link.
    first_admin: Option<FirstAdminBody>,
}

/// The first administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstAdminBody {
    #[schema(value_type = String)]
    email: EmailAddress,
    display_name: String,
    /// The language of the person's pages; `ja` without it.
    #[serde(default = "default_locale")]
    locale: Locale,
}

fn default_locale() -> Locale {
    Locale::Ja
}

/// The person whose password was set.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcceptedLinkView {
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
}

/// Uses a one-time link: sets a password, or creates the first administrator.
#[utoipa::path(post, path = "/api/v1/links/accept", operation_id = "accept_link", tag = "account",
    request_body = AcceptLinkBody, security(()),
    responses((status = 200, body = AcceptedLinkView)))]
pub(super) async fn accept_link(
    _: NoParameters,
    State(state): State<DeskState>,
    Json(body): Json<AcceptLinkBody>,
) -> Result<Response, ApiError> {
    let token = Token::parse(body.token.expose_secret()).map_err(|_| Refusal::NotFound)?;
    let accepted = AcceptToken {
        password: body.password,
        first_admin: body.first_admin.map(|admin| FirstAdmin {
            email: admin.email,
            display_name: admin.display_name,
            locale: admin.locale,
        }),
    };
    let user_id =
        accept_token(&state.database, &state.identity.passwords, &token, accepted).await?;
    answer(&AcceptedLinkView { user_id })
}
