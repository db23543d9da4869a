//! The extractors of every page.

use std::sync::{Arc, OnceLock};

use annai_domain::{Actor, FieldFault, Locale, Permission, decide};
use annai_editorial::{NewText, NotSaved, SavedRevision};
use annai_storage::{ReadDb, WriteTx, guides};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::PageError;
use super::flash::{self, Carried, Flash, Toast};
use annai_desk::{DeskState, count_first};
use annai_identity::SignedIn;
use annai_view::{FlashKind, FlashView, Frame, Message, Person, View, WaitingBadge, render};

/// The escaped characters of a query parameter's value: all but `/` and the unreserved ones of
/// RFC 3986.
const QUERY_ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The place where a request leaves its frame for an error page.
pub(super) type FrameSlot = Arc<OnceLock<Frame>>;

/// A request for a page by somebody who is signed in.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) state: DeskState,
    pub(crate) signed_in: SignedIn,
    frame: Frame,
}

/// A request for a page by anybody.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) state: DeskState,
    /// The person, where they are signed in.
    pub(crate) signed_in: Option<SignedIn>,
    frame: Frame,
}

impl FromRequestParts<DeskState> for Page {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &DeskState) -> Result<Self, PageError> {
        let signed_in = <SignedIn as FromRequestParts<DeskState>>::from_request_parts(parts, state)
            .await
            .map_err(|error| send_to_sign_in(error.into(), parts))?;
        let mut frame = frame_of(parts, state, Some(&signed_in));
        frame.flash = carried(parts, state, Some(&signed_in)).await?;
        if let Some(person) = frame.person.as_mut().filter(|_| wants_page(parts)) {
            let waiting = count_first(state, &signed_in.actor).await?;
            person.waiting = waiting.map(|(state, count)| WaitingBadge { state, count });
        }
        leave(parts, &frame);
        Ok(Self {
            state: state.clone(),
            signed_in,
            frame,
        })
    }
}

impl FromRequestParts<DeskState> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &DeskState) -> Result<Self, PageError> {
        let signed_in =
            <SignedIn as OptionalFromRequestParts<DeskState>>::from_request_parts(parts, state)
                .await?;
        let mut frame = frame_of(parts, state, None);
        frame.flash = carried(parts, state, signed_in.as_ref()).await?;
        if let Some(signed_in) = &signed_in {
            frame.locale = signed_in.user.locale;
        }
        leave(parts, &frame);
        Ok(Self {
            state: state.clone(),
            signed_in,
            frame,
        })
    }
}

/// Returns the language that the browser prefers.
pub(crate) fn visitor_locale(headers: &HeaderMap) -> Locale {
    let header = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Locale::of_accept_language(header.unwrap_or_default())
}

fn frame_of(parts: &Parts, state: &DeskState, signed_in: Option<&SignedIn>) -> Frame {
    let locale = signed_in.map_or_else(
        || visitor_locale(&parts.headers),
        |signed_in| signed_in.user.locale,
    );
    Frame {
        person: signed_in.map(|one| Person::new(&one.user.display_name, &one.actor)),
        ..Frame::anonymous(locale, &state.settings.time_zone, parts.uri.path())
    }
}

/// Returns whether a browser asks for a page to show. Scripts ask for other things, many times a
/// minute.
fn wants_page(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT);
    accept
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Reads the message of the last act. The title of a judged guide is shown to people who may know
/// of it.
async fn carried(
    parts: &Parts,
    state: &DeskState,
    signed_in: Option<&SignedIn>,
) -> Result<Option<FlashView>, PageError> {
    let done = |message, judged| FlashView {
        kind: FlashKind::Done,
        message,
        judged,
    };
    let (key, judged) = match flash::read(&parts.headers) {
        Some(Carried::Plain(key)) => return Ok(Some(done(Message::new(key), None))),
        Some(Carried::Judged(key, judged)) => (key, judged),
        None => return Ok(None),
    };
    let Some(Ok(scope)) = signed_in.map(|one| decide::list_guides(&one.actor)) else {
        return Ok(None);
    };
    let db = state.database.reader();
    let title = guides::find_title(&db, scope, judged.guide_id).await?;
    Ok(title.map(|title| done(Message::new(key).with("title", title), Some(judged))))
}

fn leave(parts: &Parts, frame: &Frame) {
    if let Some(slot) = parts.extensions.get::<FrameSlot>() {
        let without_flash = Frame {
            flash: None,
            ..frame.clone()
        };
        let _already_there = slot.set(without_flash);
    }
}

/// Redirects a read without a session to the sign-in page. The person comes back afterwards.
fn send_to_sign_in(fault: PageError, parts: &Parts) -> PageError {
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    if fault.status != StatusCode::UNAUTHORIZED || !is_read {
        return fault;
    }
    let wanted = parts
        .uri
        .path_and_query()
        .map_or("/admin", |path| path.as_str());
    PageError::signed_out(Some(format!(
        "/admin/sign-in?next={}",
        percent_encode(wanted)
    )))
}

/// Encodes a text as the value of a query parameter.
pub(super) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, QUERY_ESCAPED).to_string()
}

/// Returns a path of ours to go to after sign-in; anything else becomes the first page.
pub(super) fn safe_next(next: &str) -> &str {
    let is_ours = next == "/admin" || next.starts_with("/admin/") || next.starts_with("/admin?");
    let is_plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours && is_plain { next } else { "/admin" }
}

/// Returns the message key of a refused password.
pub(super) fn password_key(fault: FieldFault) -> String {
    match fault {
        FieldFault::TooShort => "field.password_too_short".to_owned(),
        other => format!("field.{other}"),
    }
}

impl Page {
    /// Returns the person as commands know them.
    pub(crate) fn actor(&self) -> &Actor {
        &self.signed_in.actor
    }

    /// Returns the language of the page.
    pub(crate) fn locale(&self) -> Locale {
        self.frame.locale
    }

    /// Returns the present time of the clock that commands use.
    pub(crate) fn now(&self) -> Timestamp {
        self.state.database.clock().now()
    }

    /// Returns a reader with the rights of the editors' side.
    pub(crate) fn reader(&self) -> ReadDb {
        self.state.database.reader()
    }

    /// Begins a transaction in the person's name.
    pub(crate) async fn begin(&self) -> Result<WriteTx, PageError> {
        Ok(self
            .state
            .database
            .begin(self.signed_in.actor.clone())
            .await?)
    }

    /// Saves a text in the person's name.
    ///
    /// The inner error is a refusal, and says where the text is now.
    pub(crate) async fn save(
        &self,
        text: NewText<'_>,
    ) -> Result<Result<SavedRevision, NotSaved>, PageError> {
        let tx = self.begin().await?;
        match annai_editorial::save(&self.state.database, &self.state.schema, tx, text).await {
            Ok(saved) => {
                saved.tx.commit().await?;
                self.state.presence.saved(saved.revision.guide_id);
                Ok(Ok(saved.revision))
            }
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Refuses people who may not use `permission` on every guide.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), PageError> {
        Ok(decide::require(self.actor(), permission)?)
    }

    /// Lets administrators change things who proved who they are within the last 10 minutes. The
    /// others confirm it first and come back to `next`. Looking asks for the role only.
    pub(crate) fn administer(&self, next: &str) -> Result<(), PageError> {
        self.require(Permission::Administer)?;
        if self.signed_in.session.is_fresh {
            return Ok(());
        }
        Err(PageError {
            instead: Some(format!("/admin/confirm?next={}", percent_encode(next))),
            ..PageError::new(StatusCode::FORBIDDEN)
        })
    }

    /// Responds with the page of `view`.
    pub(crate) fn show<V: View>(&self, view: &V) -> Result<Response, PageError> {
        self.show_as(StatusCode::OK, view)
    }

    /// Responds with the page of `view` and `status`.
    pub(crate) fn show_as<V: View>(
        &self,
        status: StatusCode,
        view: &V,
    ) -> Result<Response, PageError> {
        shown(&self.state, &self.frame, status, view)
    }

    /// Redirects to `path`, with a message there.
    pub(crate) fn go(&self, path: &str, flash: Flash) -> Response {
        redirect(&self.state, path, Some(flash))
    }

    /// Redirects to `path`, with a message about the guide of a decision.
    pub(crate) fn go_on(&self, path: &str, toast: Toast) -> Response {
        let mut response = axum::response::Redirect::to(path).into_response();
        if let Some(cookie) = flash::toast_cookie(toast, is_secure(&self.state)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl Visitor {
    /// Returns the language of the page.
    pub(crate) fn locale(&self) -> Locale {
        self.frame.locale
    }

    /// Responds with the page of `view` and `status`.
    pub(crate) fn show_as<V: View>(
        &self,
        status: StatusCode,
        view: &V,
    ) -> Result<Response, PageError> {
        shown(&self.state, &self.frame, status, view)
    }

    /// Redirects to `path`, with a message there where one is given.
    pub(crate) fn go(&self, path: &str, flash: Option<Flash>) -> Response {
        redirect(&self.state, path, flash)
    }
}

/// Commits the changes of a command that succeeded, and takes back those of one that did not.
///
/// Returns `done` as it was. The connection is free again, so a page that shows a refusal may read.
/// A failed commit is the outer error.
pub(super) async fn end<T, E>(tx: WriteTx, done: Result<T, E>) -> Result<Result<T, E>, PageError> {
    match done {
        Ok(_) => tx.commit().await?,
        Err(_) => drop(tx),
    }
    Ok(done)
}

/// Returns whether browsers reach the server by HTTPS.
pub(super) fn is_secure(state: &DeskState) -> bool {
    state.settings.base_url.starts_with("https:")
}

fn shown<V: View>(
    state: &DeskState,
    frame: &Frame,
    status: StatusCode,
    view: &V,
) -> Result<Response, PageError> {
    let mut response = (status, Html(render(view, frame)?)).into_response();
    if frame.flash.is_some()
        && let Some(forget) = flash::forget(is_secure(state))
    {
        response.headers_mut().append(header::SET_COOKIE, forget);
    }
    Ok(response)
}

fn redirect(state: &DeskState, path: &str, flash: Option<Flash>) -> Response {
    let mut response = axum::response::Redirect::to(path).into_response();
    if let Some(cookie) = flash.and_then(|flash| flash::cookie(flash, is_secure(state))) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_sent_to_another_site() {
        for path in ["/admin", "/admin/guides?q=a", "/admin?x=1"] {
            assert_eq!(safe_next(path), path);
        }
        for path in [
            "",
            "//evil.example",
            "https://evil.example",
            "/administrator",
            "/admin/\\x",
            "/admin/\r\nX: y",
            "/admin/\0",
            "/admin/\u{7f}",
        ] {
            assert_eq!(safe_next(path), "/admin", "{path}");
        }
    }

    #[test]
    fn a_path_survives_as_a_parameter() {
        assert_eq!(
            percent_encode("/admin/guides?q=案 a&b"),
            "/admin/guides%3Fq%3D%E6%A1%88%20a%26b"
        );
    }
}
