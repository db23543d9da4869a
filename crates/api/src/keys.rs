use annai_domain::{ApiKeyId, Permission};
use annai_editorial::{create_key as create, revoke_key as revoke};
use annai_storage::keys::{self, KeyRecord, KeyScope};
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use super::readable::require;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// All keys.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeysView {
    keys: Vec<KeyView>,
}

/// One key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyView {
    #[schema(value_type = uuid::Uuid)]
    api_key_id: ApiKeyId,
    name: String,
    /// `reader` or `preview`.
    scope: KeyScope,
    /// The beginning of the secret.
    hint: String,
    created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

impl From<KeyRecord> for KeyView {
    fn from(record: KeyRecord) -> Self {
        Self {
            api_key_id: record.api_key_id,
            name: record.name,
            scope: record.scope,
            hint: record.hint,
            created_by_name: record.created_by_name,
            created_at: record.created_at,
            expires_at: record.expires_at,
            last_used_at: record.last_used_at,
            revoked_at: record.revoked_at,
        }
    }
}

/// A new key.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKeyBody {
    /// Its name, at most 100 characters.
    name: String,
    /// `reader` or `preview`.
    scope: KeyScope,
    /// When it expires.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A created key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewKeyView {
    #[schema(value_type = uuid::Uuid)]
    api_key_id: ApiKeyId,
    /// The key. Shown once: absent in a repeated response.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

/// Lists keys, newest first.
#[utoipa::path(get, path = "/api/v1/keys", operation_id = "list_keys", tag = "keys",
    responses((status = 200, body = KeysView)))]
pub(super) async fn list_keys(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::Administer)?;
    let records = keys::list(&state.database.reader()).await?;
    answer(&KeysView {
        keys: records.into_iter().map(KeyView::from).collect(),
    })
}

/// Creates a key for a consumer.
#[utoipa::path(post, path = "/api/v1/keys", operation_id = "create_key", tag = "keys",
    request_body = NewKeyBody,
    responses((status = 201, body = NewKeyView)))]
pub(super) async fn create_key(
    request: Request,
    Json(body): Json<NewKeyBody>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    let key = create(command.tx(), &body.name, body.scope, body.expires_at).await?;
    let view = |secret| NewKeyView {
        api_key_id: key.api_key_id,
        secret,
    };
    let secret = key.secret.expose().to_owned();
    let answer =
        CommandAnswer::json(StatusCode::CREATED, &view(None))?.with_secret(&view(Some(secret)))?;
    command.finish(answer).await
}

/// Revokes a key. Within ten seconds no node accepts it.
#[utoipa::path(delete, path = "/api/v1/keys/{api_key_id}", operation_id = "revoke_key",
    tag = "keys", params(("api_key_id" = uuid::Uuid, Path)),
    responses((status = 204)))]
pub(super) async fn revoke_key(
    request: Request,
    Path(api_key_id): Path<ApiKeyId>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&()).await?;
    revoke(command.tx(), api_key_id).await?;
    command.finish(CommandAnswer::empty()).await
}
