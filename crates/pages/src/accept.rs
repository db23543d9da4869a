//! One-time links: set-up, invitation, new password.

use annai_domain::decide::Refusal;
use annai_domain::token::{Token, TokenKind};
use annai_identity::IdentityError;
use annai_identity::{AcceptToken, FirstAdmin, accept_token};
use annai_storage::tokens;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::MethodRouter;

use super::address::Path;
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::page::{Visitor, password_key};
use annai_desk::DeskState;
use annai_identity::{Client, Session, begin_session};
use annai_view::form::FormField;
use annai_view::sign_in::{AcceptKind, AcceptView};

/// Returns the routes of links of `kind`.
pub(super) fn links(kind: AcceptKind) -> MethodRouter<DeskState> {
    axum::routing::get(move |visitor, path| get(kind, visitor, path)).post(
        move |visitor, path, session, client, form| {
            post(kind, visitor, path, session, client, form)
        },
    )
}

/// `GET /admin/{setup|invite|reset}/{token}`
async fn get(
    kind: AcceptKind,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let is_usable = match usable(kind, &token) {
        Some(token) => {
            let (db, now) = (
                visitor.state.database.reader(),
                visitor.state.database.clock().now(),
            );
            tokens::find_usable(&db, &token.hash(), now)
                .await?
                .is_some()
        }
        None => false,
    };
    if is_usable {
        visitor.show_as(StatusCode::OK, &empty(kind))
    } else {
        dead(&visitor, kind)
    }
}

/// `POST /admin/{setup|invite|reset}/{token}`
async fn post(
    kind: AcceptKind,
    visitor: Visitor,
    Path(token): Path<String>,
    session: Session,
    client: Client,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["email", "display_name", "password"])?;
    let Some(token) = usable(kind, &token) else {
        return dead(&visitor, kind);
    };
    let mut view = AcceptView {
        email: FormField::holding(form.trimmed("email")),
        display_name: FormField::holding(form.trimmed("display_name")),
        ..empty(kind)
    };
    let first_admin = match (kind, form.trimmed("email").parse()) {
        (AcceptKind::Setup, Ok(email)) => Some(FirstAdmin {
            email,
            display_name: form.trimmed("display_name").to_owned(),
            locale: visitor.locale(),
        }),
        (AcceptKind::Setup, Err(_)) => {
            view.email = view.email.refused("field.bad_email");
            return visitor.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
        (AcceptKind::Invite | AcceptKind::Reset, _) => None,
    };
    let accepted = AcceptToken {
        password: form.secret("password"),
        first_admin,
    };
    let state = &visitor.state;
    match accept_token(&state.database, &state.identity.passwords, &token, accepted).await {
        Ok(user_id) => {
            begin_session(&state.identity, &session, &client, user_id).await?;
            Ok(visitor.go("/admin", Some(Flash("welcome"))))
        }
        Err(IdentityError::Field { field, fault }) => {
            let key = format!("field.{fault}");
            match field {
                "email" => view.email = view.email.refused(key),
                "display_name" => view.display_name = view.display_name.refused(key),
                _ => view.password = view.password.refused(password_key(fault)),
            }
            visitor.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(IdentityError::Refused(Refusal::NotFound)) => dead(&visitor, kind),
        Err(error) => Err(error.into()),
    }
}

/// Parses the token of a link of that kind.
fn usable(kind: AcceptKind, text: &str) -> Option<Token> {
    let token = Token::parse(text).ok()?;
    let is_right = match token.kind() {
        TokenKind::Setup => kind == AcceptKind::Setup,
        TokenKind::Invite => kind == AcceptKind::Invite,
        TokenKind::Reset => kind == AcceptKind::Reset,
        TokenKind::Reader | TokenKind::Preview | TokenKind::PreviewLink => false,
    };
    is_right.then_some(token)
}

fn empty(kind: AcceptKind) -> AcceptView {
    AcceptView {
        kind,
        email: FormField::default(),
        display_name: FormField::default(),
        password: FormField::default(),
        is_dead: false,
    }
}

fn dead(visitor: &Visitor, kind: AcceptKind) -> Result<Response, PageError> {
    let view = AcceptView {
        is_dead: true,
        ..empty(kind)
    };
    visitor.show_as(StatusCode::NOT_FOUND, &view)
}
