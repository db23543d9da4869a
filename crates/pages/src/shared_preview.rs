use annai_domain::token::{Token, TokenKind};
use annai_editorial::{find_linked_revision, open_preview_link};
use annai_storage::StorageError;
use annai_web::metrics::Witness;
use annai_web::{ClientAddress, Exceeded, Path, Problem, outage};
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::error_pages::shared_policy;
use super::guide::title_and_slug;
use super::page::visitor_locale;
use super::preview::{self, PreviewError};
use annai_desk::DeskState;
use annai_identity::storage_problem;
use annai_view::shared_preview::{SharedPreviewView, SharedText};
use annai_view::{Frame, render};

/// `GET /preview/{token}`: the text behind a preview link, exactly as readers would see it. All
/// links that do not open get the same page.
pub(super) async fn get(
    State(state): State<DeskState>,
    client: Option<Extension<ClientAddress>>,
    path: Result<Path<String>, Problem>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = match (path, query) {
        (Ok(Path(token)), None) => Token::parse(&token).ok(),
        (Ok(_) | Err(_), _) => None,
    };
    let token = token.filter(|token| token.kind() == TokenKind::PreviewLink);
    let client = client.map(|Extension(client)| client);
    let page = match token {
        Some(token) => page(&state, client, &token).await?,
        None => SharedPage::dead(),
    };
    // The last part of the real path is the secret: it must not be in the page.
    let frame = Frame::anonymous(
        visitor_locale(&headers),
        &state.settings.time_zone,
        "/preview",
    );
    let html = render(&page.view, &frame).map_err(|error| Problem::internal(&error))?;
    let mut response = (page.status, page.headers, Html(html)).into_response();
    if let Some(policy) = shared_policy(state.settings.site_assets.as_deref()) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// The parts of a response.
struct SharedPage {
    status: StatusCode,
    headers: HeaderMap,
    view: SharedPreviewView,
}

impl SharedPage {
    fn new(status: StatusCode, view: SharedPreviewView) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            view,
        }
    }

    fn dead() -> Self {
        Self::new(StatusCode::NOT_FOUND, SharedPreviewView::DEAD)
    }

    fn away() -> Self {
        let mut page = Self::new(StatusCode::SERVICE_UNAVAILABLE, SharedPreviewView::AWAY);
        let seconds = outage::RETRY_AFTER.as_secs().into();
        page.headers.insert(header::RETRY_AFTER, seconds);
        page
    }

    fn too_often(exceeded: &Exceeded) -> Self {
        let mut page = Self::new(StatusCode::TOO_MANY_REQUESTS, SharedPreviewView::TOO_OFTEN);
        exceeded.put(&mut page.headers);
        page
    }
}

/// Builds the response for a token of the right form from `client`.
async fn page(
    state: &DeskState,
    client: Option<ClientAddress>,
    token: &Token,
) -> Result<SharedPage, Problem> {
    if let Err(exceeded) = state.preview_limit.admit(client, token) {
        return Ok(SharedPage::too_often(&exceeded));
    }
    match shared(state, token).await {
        Ok(Some(text)) => {
            state.preview_limit.opened(token);
            Ok(SharedPage::new(StatusCode::OK, SharedPreviewView::of(text)))
        }
        Ok(None) => Ok(SharedPage::dead()),
        Err(error @ StorageError::Unavailable(_)) => {
            outage::notice(Witness::Editors, &error);
            Ok(SharedPage::away())
        }
        Err(error) => Err(storage_problem(&error)),
    }
}

/// Finds the text behind the link; `None` where it does not open.
async fn shared(state: &DeskState, token: &Token) -> Result<Option<SharedText>, StorageError> {
    let Some(link) = open_preview_link(&state.database, token).await? else {
        return Ok(None);
    };
    let revision = find_linked_revision(&state.database.reader(), &link).await?;
    let Some(revision) = revision else {
        return Ok(None);
    };
    let (title, _) = title_and_slug(&revision.source, &state.schema);
    let page = match preview::rendered_source(state, revision.source).await {
        Ok(page) => page,
        // The panic continues here, so that the layer around answers it.
        Err(PreviewError::Ended(error)) => std::panic::resume_unwind(error.into_panic()),
        Err(PreviewError::Storage(error)) => return Err(error),
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
