//! The keys of sites.

use annai_domain::{ApiKeyId, Permission};
use annai_editorial::{CommandError, create_key, revoke_key};
use annai_storage::keys::{self, KeyRecord, KeyScope};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;

use super::address::Path;
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::page::{Page, end};
use annai_view::form::FormField;
use annai_view::keys::{KeyView, KeysView};

const PATH: &str = "/admin/keys";

/// `GET /admin/keys`
pub(super) async fn get(page: Page) -> Result<Response, PageError> {
    page.require(Permission::Administer)?;
    page.show(&view(&page).await?)
}

async fn view(page: &Page) -> Result<KeysView, PageError> {
    let keys = keys::list(&page.reader()).await?;
    Ok(KeysView {
        keys: keys.into_iter().map(key_view).collect(),
        name: FormField::default(),
        scope: "reader".to_owned(),
        days: String::new(),
        secret: None,
    })
}

fn key_view(key: KeyRecord) -> KeyView {
    KeyView {
        api_key_id: key.api_key_id,
        name: key.name,
        scope: key.scope,
        hint: key.hint,
        created_by: key.created_by_name,
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
    }
}

/// `POST /admin/keys`: creates a key and shows its secret, this once.
pub(super) async fn post(page: Page, form: FormData) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&["name", "scope", "days"])?;
    let scope: KeyScope = form
        .text("scope")
        .parse()
        .map_err(|_| PageError::bad_form())?;
    let days: Option<i64> = match form.text("days") {
        "" => None,
        days => Some(days.parse().map_err(|_| PageError::bad_form())?),
    };
    if days.is_some_and(|days| !(1..=3_650).contains(&days)) {
        return Err(PageError::bad_form());
    }
    let expires_at = days.map(|days| page.now() + SignedDuration::from_hours(days * 24));
    let name = form.trimmed("name");
    let mut tx = page.begin().await?;
    let created = create_key(&mut tx, name, scope, expires_at).await;
    match end(tx, created).await? {
        Ok(key) => {
            let secret = Some(key.secret.expose().to_owned());
            page.show(&KeysView {
                secret,
                ..view(&page).await?
            })
        }
        Err(CommandError::Field { fault, .. }) => {
            let name = FormField::holding(name).refused(format!("field.{fault}"));
            let (scope, days) = (form.text("scope").to_owned(), form.text("days").to_owned());
            let view = KeysView {
                name,
                scope,
                days,
                ..view(&page).await?
            };
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/keys/{api_key_id}/revoke`
pub(super) async fn post_revoke(
    page: Page,
    Path(api_key_id): Path<ApiKeyId>,
    form: FormData,
) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    revoke_key(&mut tx, api_key_id).await?;
    tx.commit().await?;
    Ok(page.go(PATH, Flash("key_revoked")))
}
