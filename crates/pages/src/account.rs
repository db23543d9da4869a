//! A person's own account: name, language, password, sessions.

use annai_identity::IdentityError;
use annai_identity::set_profile;
use axum::http::StatusCode;
use axum::response::Response;

use super::address::Path;
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::page::{Page, password_key};
use annai_identity::{
    Client, OwnSession, Session, SignInError, change_own_password, end_other_sessions,
    end_own_session, list_own_sessions,
};
use annai_view::account::{AccountView, SessionView};
use annai_view::form::FormField;

const PATH: &str = "/admin/account";

/// `GET /admin/account`
pub(super) async fn get(page: Page) -> Result<Response, PageError> {
    page.show(&view(&page).await?)
}

async fn view(page: &Page) -> Result<AccountView, PageError> {
    let sessions = list_own_sessions(&page.state.identity, &page.signed_in).await?;
    let session = |session: OwnSession| SessionView {
        id: session.session_id,
        user_agent: session.user_agent,
        created_at: session.signed_in_at,
        last_seen_at: session.last_seen_at,
        is_current: session.is_current,
    };
    Ok(AccountView {
        email: page.signed_in.user.email.as_str().to_owned(),
        display_name: FormField::holding(&page.signed_in.user.display_name),
        locale: page.locale(),
        old_password: FormField::default(),
        new_password: FormField::default(),
        sessions: sessions.into_iter().map(session).collect(),
    })
}

/// `POST /admin/account/profile`
pub(super) async fn post_profile(page: Page, form: FormData) -> Result<Response, PageError> {
    form.only(&["display_name", "locale"])?;
    let mut tx = page.begin().await?;
    let name = form.trimmed("display_name");
    match set_profile(&mut tx, name, form.text("locale")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(page.go(PATH, Flash("profile_saved")))
        }
        Err(IdentityError::Field {
            field: "display_name",
            fault,
        }) => {
            let mut view = view(&page).await?;
            view.display_name = FormField::holding(name).refused(format!("field.{fault}"));
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/account/password`: ends every other session of the person.
pub(super) async fn post_password(
    page: Page,
    session: Session,
    client: Client,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["old_password", "new_password"])?;
    let passwords = (form.secret("old_password"), form.secret("new_password"));
    match change_own_password(
        &page.state.identity,
        &page.signed_in,
        &client,
        &session,
        passwords,
    )
    .await
    {
        Ok(()) => Ok(page.go(PATH, Flash("password_changed"))),
        Err(SignInError::Command(IdentityError::Field { field, fault })) => {
            let mut view = view(&page).await?;
            if field == "old_password" {
                view.old_password = view.old_password.refused("field.wrong_password");
            } else {
                view.new_password = view.new_password.refused(password_key(fault));
            }
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/account/sessions/{session_id}/end`
pub(super) async fn post_end(
    page: Page,
    Path(session_id): Path<String>,
) -> Result<Response, PageError> {
    if end_own_session(&page.state.identity, &page.signed_in, &session_id).await? {
        Ok(page.go(PATH, Flash("session_ended")))
    } else {
        Err(PageError::not_found())
    }
}

/// `POST /admin/account/sessions/end-others`
pub(super) async fn post_end_others(page: Page) -> Result<Response, PageError> {
    end_other_sessions(&page.state.identity, &page.signed_in).await?;
    Ok(page.go(PATH, Flash("session_ended")))
}
