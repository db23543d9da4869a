use annai_domain::token::{Token, TokenKind};
use annai_editorial::{find_linked_revision, open_preview_link};
use annai_storage::StorageError;
use annai_web::{Path, Problem};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::AdminState;
use crate::api::stop::storage;
use crate::pages::{preview, shared_policy, title_and_slug, visitor_locale};
use crate::view::shared_preview::{SharedPreviewView, SharedText};
use crate::view::{Frame, render};

/// When trying again makes sense after the database was away, in seconds.
const RETRY_AFTER: &str = "5";

/// `GET /preview/{token}`: the text behind a preview link, exactly as readers would see it. A link
/// that does not open is answered with one page, whatever the reason.
pub(super) async fn get(
    State(state): State<AdminState>,
    path: Result<Path<String>, Problem>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = match (path, query) {
        (Ok(Path(token)), None) => Token::parse(&token).ok(),
        (Ok(_) | Err(_), _) => None,
    };
    let token = token.filter(|token| token.kind() == TokenKind::PreviewLink);
    let shown = match token {
        Some(token) => shared(&state, &token).await,
        None => Ok(None),
    };
    let (status, view) = match shown {
        Ok(Some(text)) => (StatusCode::OK, SharedPreviewView::of(text)),
        Ok(None) => (StatusCode::NOT_FOUND, SharedPreviewView::DEAD),
        Err(error @ StorageError::Unavailable(_)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the database is away");
            (StatusCode::SERVICE_UNAVAILABLE, SharedPreviewView::AWAY)
        }
        Err(error) => return Err(storage(&error)),
    };
    // Without the real path, whose last part is the secret.
    let frame = Frame::anonymous(visitor_locale(&headers), "/preview");
    let html = render(&view, &frame).map_err(|error| Problem::internal(&error))?;
    let mut response = (status, Html(html)).into_response();
    if view.is_away {
        let seconds = HeaderValue::from_static(RETRY_AFTER);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    if let Some(policy) = shared_policy(state.settings.site_assets.as_deref()) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// What the link shows now; `None` where it does not open.
async fn shared(state: &AdminState, token: &Token) -> Result<Option<SharedText>, StorageError> {
    let Some(link) = open_preview_link(&state.database, token).await? else {
        return Ok(None);
    };
    let revision = find_linked_revision(&state.database.reader(), &link).await?;
    let Some(revision) = revision else {
        return Ok(None);
    };
    let (title, _) = title_and_slug(&revision.source);
    let page = match preview::rendered_source(state, revision.source).await {
        Ok(page) => page,
        // The panic goes on here, where it is answered.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    Ok(Some(SharedText {
        title,
        number: revision.revision_number,
        follows_draft: link.revision_id.is_none(),
        saved_at: revision.created_at,
        expires_at: link.expires_at,
        page,
    }))
}
