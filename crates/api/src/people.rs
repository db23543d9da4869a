use annai_domain::{EmailAddress, Locale, Permission, Role, RoleSet, UserId};
use annai_identity::{
    Invitation, NewUser, create_user as create, disable_user as disable, enable_user as enable,
    issue_reset, set_roles,
};
use annai_storage::users::{self, User};
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::{NoParameters, Nothing};
use super::readable::require;
use annai_desk::DeskState;
use annai_identity::{SignedIn, end_all_sessions};

/// Everybody with an account, disabled people included.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsersView {
    users: Vec<UserView>,
}

/// One person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserView {
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    #[schema(value_type = String)]
    email: EmailAddress,
    display_name: String,
    #[schema(value_type = Vec<Role>)]
    roles: RoleSet,
    locale: Locale,
    /// Whether they accepted their invitation.
    has_password: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When they were disabled.
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Timestamp>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            email: user.email,
            display_name: user.display_name,
            roles: user.roles,
            locale: user.locale,
            has_password: user.password_hash.is_some(),
            created_at: user.created_at,
            disabled_at: user.disabled_at,
        }
    }
}

/// A person to be invited.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUserBody {
    #[schema(value_type = String)]
    email: EmailAddress,
    /// At most 100 characters.
    display_name: String,
    #[schema(value_type = Vec<Role>)]
    roles: RoleSet,
    /// `ja` (the default) or `en`.
    #[serde(default = "japanese")]
    #[schema(value_type = Locale)]
    locale: String,
}

fn japanese() -> String {
    "ja".to_owned()
}

/// The roles of a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RolesBody {
    #[schema(value_type = Vec<Role>)]
    roles: RoleSet,
}

/// A one-time link for a person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitationView {
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// The link. Shown once: absent in a repeated response.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// The person whose account was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangedUserView {
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
}

/// The number of ended sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndedSessionsView {
    pub(super) ended: u64,
}

/// Lists people.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "list_users", tag = "users",
    responses((status = 200, body = UsersView)))]
pub(super) async fn list_users(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::Administer)?;
    let users = users::list(&state.database.reader()).await?;
    answer(&UsersView {
        users: users.into_iter().map(UserView::from).collect(),
    })
}

/// Invites a person, who chooses a password behind the link.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "create_user", tag = "users",
    request_body = NewUserBody,
    responses((status = 201, body = InvitationView)))]
pub(super) async fn create_user(
    request: Request,
    Json(body): Json<NewUserBody>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    let user = NewUser {
        email: body.email,
        display_name: body.display_name,
        roles: body.roles,
        locale: body.locale,
    };
    let invitation = create(command.tx(), user).await?;
    command
        .finish(invited(&request, StatusCode::CREATED, &invitation)?)
        .await
}

/// Changes the roles of a person, and ends their sessions. Nobody changes their own.
#[utoipa::path(put, path = "/api/v1/users/{user_id}/roles", operation_id = "set_user_roles",
    tag = "users", params(("user_id" = uuid::Uuid, Path)), request_body = RolesBody,
    responses((status = 200, body = ChangedUserView)))]
pub(super) async fn set_user_roles(
    request: Request,
    Path(user_id): Path<UserId>,
    Json(body): Json<RolesBody>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    set_roles(command.tx(), user_id, &body.roles).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &ChangedUserView { user_id },
        )?)
        .await
}

/// Disables a person, and ends their sessions at once.
#[utoipa::path(post, path = "/api/v1/users/{user_id}/disable", operation_id = "disable_user",
    tag = "users", params(("user_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = ChangedUserView)))]
pub(super) async fn disable_user(
    request: Request,
    Path(user_id): Path<UserId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    disable(command.tx(), user_id).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &ChangedUserView { user_id },
        )?)
        .await
}

/// Enables a person again.
#[utoipa::path(post, path = "/api/v1/users/{user_id}/enable", operation_id = "enable_user",
    tag = "users", params(("user_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = ChangedUserView)))]
pub(super) async fn enable_user(
    request: Request,
    Path(user_id): Path<UserId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    enable(command.tx(), user_id).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &ChangedUserView { user_id },
        )?)
        .await
}

/// Issues a link to a new password.
#[utoipa::path(post, path = "/api/v1/users/{user_id}/reset", operation_id = "reset_user",
    tag = "users", params(("user_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = InvitationView)))]
pub(super) async fn reset_user(
    request: Request,
    Path(user_id): Path<UserId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    let invitation = issue_reset(command.tx(), user_id).await?;
    command
        .finish(invited(&request, StatusCode::OK, &invitation)?)
        .await
}

/// Ends every session of a person.
#[utoipa::path(delete, path = "/api/v1/users/{user_id}/sessions",
    operation_id = "end_user_sessions", tag = "users",
    params(("user_id" = uuid::Uuid, Path)),
    responses((status = 200, body = EndedSessionsView)))]
pub(super) async fn end_user_sessions(
    request: Request,
    Path(user_id): Path<UserId>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let ended = end_all_sessions(&request.state.identity, user_id).await?;
    answer(&EndedSessionsView { ended })
}

/// Builds the response that shows the link once.
fn invited(
    request: &Request,
    status: StatusCode,
    invitation: &Invitation,
) -> Result<CommandAnswer, ApiError> {
    let user_id = invitation.user_id.unwrap_or(UserId::OPERATOR);
    let view = |url| InvitationView {
        user_id,
        url,
        expires_at: invitation.expires_at,
    };
    CommandAnswer::json(status, &view(None))?
        .with_secret(&view(Some(invitation_url(request, invitation))))
}

/// Returns the address of the invitation. It begins with the configured base URL, never with the
/// Host.
fn invitation_url(request: &Request, invitation: &Invitation) -> String {
    let base = &request.state.settings.base_url;
    let token = invitation.token.expose();
    let page = invitation.token.kind();
    format!("{base}/admin/{page}/{token}")
}
