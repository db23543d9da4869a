//! People and their roles.

use annai_domain::{Permission, Role, RoleSet, UserId};
use annai_identity::IdentityError;
use annai_identity::{
    Invitation, NewUser, create_user, disable_user, enable_user, issue_reset, set_roles,
};
use annai_storage::users::{self, User};
use axum::http::StatusCode;
use axum::response::Response;

use super::address::Path;
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::page::{Page, end};
use annai_view::form::FormField;
use annai_view::people::{OneTimeLink, RoleChoice, UserView, UsersView};

const PATH: &str = "/admin/users";

/// `GET /admin/users`
pub(super) async fn get(page: Page) -> Result<Response, PageError> {
    page.require(Permission::Administer)?;
    page.show(&view(&page, &RoleSet::default()).await?)
}

async fn view(page: &Page, chosen: &RoleSet) -> Result<UsersView, PageError> {
    let people = users::list(&page.reader()).await?;
    let own = page.actor().user_id;
    Ok(UsersView {
        users: people
            .into_iter()
            .map(|user| user_view(user, own))
            .collect(),
        email: FormField::default(),
        display_name: FormField::default(),
        roles: roles(chosen),
        link: None,
    })
}

fn user_view(user: User, own: UserId) -> UserView {
    UserView {
        is_self: user.user_id == own,
        user_id: user.user_id,
        email: user.email.as_str().to_owned(),
        display_name: user.display_name,
        roles: roles(&user.roles),
        created_at: user.created_at,
        is_disabled: user.disabled_at.is_some(),
        is_invited: user.password_hash.is_none(),
    }
}

fn roles(held: &RoleSet) -> Vec<RoleChoice> {
    Role::ALL
        .map(|role| RoleChoice {
            role,
            chosen: held.contains(role),
        })
        .into()
}

fn roles_of(form: &FormData) -> Result<RoleSet, PageError> {
    let roles = form.all("roles").map(str::parse::<Role>);
    let roles: Result<Vec<_>, _> = roles.collect();
    roles.map(RoleSet::new).map_err(|_| PageError::bad_form())
}

/// `POST /admin/users`: adds a person and shows their invitation link, this once.
pub(super) async fn post(page: Page, form: FormData) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&["email", "display_name", "roles"])?;
    let roles = roles_of(&form)?;
    let mut view = view(&page, &roles).await?;
    view.email = FormField::holding(form.trimmed("email"));
    view.display_name = FormField::holding(form.trimmed("display_name"));
    let Ok(email) = form.trimmed("email").parse() else {
        view.email = view.email.refused("field.bad_email");
        return page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view);
    };
    let user = NewUser {
        email,
        display_name: form.trimmed("display_name").to_owned(),
        roles,
        locale: page.locale().as_str().to_owned(),
    };
    let mut tx = page.begin().await?;
    let created = create_user(&mut tx, user).await;
    match end(tx, created).await? {
        Ok(invitation) => show_link(&page, form.trimmed("email"), &invitation).await,
        Err(IdentityError::Field { field, fault }) => {
            let key = format!("field.{fault}");
            if field == "email" {
                view.email = view.email.refused(key);
            } else {
                view.display_name = view.display_name.refused(key);
            }
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows the page with a link that is shown this once and never stored.
async fn show_link(page: &Page, email: &str, made: &Invitation) -> Result<Response, PageError> {
    let kind = made.token.kind();
    let base = &page.state.settings.base_url;
    let mut view = view(page, &RoleSet::default()).await?;
    view.link = Some(OneTimeLink {
        email: email.to_owned(),
        url: format!("{base}/admin/{kind}/{}", made.token.expose()),
        expires_at: made.expires_at,
    });
    page.show(&view)
}

/// `POST /admin/users/{user_id}/roles`
pub(super) async fn post_roles(
    page: Page,
    Path(user_id): Path<UserId>,
    form: FormData,
) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&["roles"])?;
    let roles = roles_of(&form)?;
    let mut tx = page.begin().await?;
    set_roles(&mut tx, user_id, &roles).await?;
    tx.commit().await?;
    Ok(page.go(PATH, Flash("roles_saved")))
}

/// `POST /admin/users/{user_id}/disable`
pub(super) async fn post_disable(
    page: Page,
    Path(user_id): Path<UserId>,
    form: FormData,
) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    disable_user(&mut tx, user_id).await?;
    tx.commit().await?;
    Ok(page.go(PATH, Flash("user_disabled")))
}

/// `POST /admin/users/{user_id}/enable`
pub(super) async fn post_enable(
    page: Page,
    Path(user_id): Path<UserId>,
    form: FormData,
) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    enable_user(&mut tx, user_id).await?;
    tx.commit().await?;
    Ok(page.go(PATH, Flash("user_enabled")))
}

/// `POST /admin/users/{user_id}/reset`: issues a one-time link and shows it once.
pub(super) async fn post_reset(
    page: Page,
    Path(user_id): Path<UserId>,
    form: FormData,
) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&[])?;
    let user = users::find(&page.reader(), user_id)
        .await?
        .ok_or_else(PageError::not_found)?;
    let mut tx = page.begin().await?;
    let invitation = issue_reset(&mut tx, user_id).await?;
    tx.commit().await?;
    show_link(&page, user.email.as_str(), &invitation).await
}
