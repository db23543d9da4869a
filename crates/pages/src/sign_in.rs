//! Sign-in and sign-out.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::address::Query;
use super::error::PageError;
use super::error_pages::set_retry_after;
use super::flash::Flash;
use super::form::FormData;
use super::page::{Visitor, safe_next};
use annai_identity::{Client, Session, SignInError, Wait, sign_in, sign_out};
use annai_view::sign_in::SignInView;

/// The address after sign-in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NextQuery {
    next: String,
}

/// `GET /admin/sign-in`
pub(super) async fn get(
    visitor: Visitor,
    Query(query): Query<NextQuery>,
) -> Result<Response, PageError> {
    let next = safe_next(&query.next);
    if visitor.signed_in.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    let view = SignInView {
        email: String::new(),
        next: next.to_owned(),
        is_refused: false,
        wait_seconds: None,
    };
    visitor.show_as(StatusCode::OK, &view)
}

/// `POST /admin/sign-in`
pub(super) async fn post(
    visitor: Visitor,
    session: Session,
    client: Client,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["email", "password", "next"])?;
    let next = safe_next(form.text("next"));
    let email = form.trimmed("email");
    let password = form.secret("password");
    let signed_in = sign_in(&visitor.state.identity, &session, &client, email, password).await;
    let wait = match signed_in {
        Ok(_) => return Ok(Redirect::to(next).into_response()),
        Err(error) => wait_or_refused(error)?,
    };
    let view = SignInView {
        email: email.to_owned(),
        next: next.to_owned(),
        is_refused: true,
        wait_seconds: wait.map(|wait| wait.seconds.into()),
    };
    answer(wait, |status| visitor.show_as(status, &view))
}

/// Returns the wait of a throttled attempt, or nothing for a wrong one. Other errors pass through.
fn wait_or_refused(error: SignInError) -> Result<Option<Wait>, PageError> {
    match error {
        SignInError::Refused => Ok(None),
        SignInError::Wait(wait) => Ok(Some(wait)),
        error @ (SignInError::Command(_) | SignInError::Storage(_) | SignInError::Session(_)) => {
            Err(error.into())
        }
    }
}

fn answer(
    wait: Option<Wait>,
    show: impl FnOnce(StatusCode) -> Result<Response, PageError>,
) -> Result<Response, PageError> {
    let Some(wait) = wait else {
        return show(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let mut response = show(StatusCode::TOO_MANY_REQUESTS)?;
    set_retry_after(response.headers_mut(), wait.seconds.into());
    Ok(response)
}

/// `POST /admin/sign-out`
pub(super) async fn post_out(visitor: Visitor, session: Session) -> Result<Response, PageError> {
    sign_out(&session).await?;
    Ok(visitor.go("/admin/sign-in", Some(Flash("signed_out"))))
}
