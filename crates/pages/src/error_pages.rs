//! The frame of every page: its headers, and error pages.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::error::PageError;
use super::flash::refused_cookie;
use super::page::{FrameSlot, is_secure, visitor_locale};
use super::sent_form::SentForm;
use annai_desk::DeskState;
use annai_view::error::{ErrorView, FrameErrorView};
use annai_view::{Frame, View, render};

/// Sets the security headers of every page, turns every [`PageError`] into its page, and tells the
/// browser of a form that was taken.
pub(super) async fn error_pages(
    State(state): State<DeskState>,
    mut request: Request,
    next: Next,
) -> Response {
    let slot = FrameSlot::default();
    request.extensions_mut().insert(FrameSlot::clone(&slot));
    let path = request.uri().path().to_owned();
    let locale = visitor_locale(request.headers());
    let sent = SentForm::of(&request);
    let shown = Shown::of(&request);
    let mut response = next.run(request).await;
    let mut is_taken = response.status().is_success() || response.status().is_redirection();
    if let Some(fault) = response.extensions_mut().remove::<PageError>() {
        let frame = slot
            .get()
            .cloned()
            .unwrap_or_else(|| Frame::anonymous(locale, &state.settings.time_zone, path));
        response = match shown {
            Shown::Frame => frame_of(&state, fault, &frame),
            Shown::Page if fault.is_outdated => outdated(&state, fault, &frame),
            Shown::Page | Shown::Script => page_of(fault, &frame),
        };
        is_taken = false;
    }
    let headers = response.headers_mut();
    let taken = sent.filter(|_| is_taken);
    if let Some(cookie) = taken.and_then(|form| form.taken(is_secure(&state))) {
        headers.append(header::SET_COOKIE, cookie);
    }
    set_headers(&state, headers);
    response
}

/// The place where the browser shows a response.
#[derive(Debug, Clone, Copy)]
enum Shown {
    /// A page of its own.
    Page,
    /// A frame of another page, which shows rendered texts only.
    Frame,
    /// Nowhere: a script reads it.
    Script,
}

impl Shown {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        let is_document = headers
            .get("sec-fetch-dest")
            .is_some_and(|dest| dest == "document");
        let path = request.uri().path();
        // Browsers do not name the frame where the address has no TLS, but the two paths do.
        let is_of_frame = path.ends_with("/preview") || path.ends_with("/diff/rendered");
        if is_of_frame && !is_document && path.starts_with("/admin/guides/") {
            Self::Frame
        } else if annai_web::accepts_html(headers) {
            Self::Page
        } else {
            Self::Script
        }
    }
}

/// Shows an error inside a frame. The policy of whole pages would forbid that, and the browser would
/// show an error of its own.
fn frame_of(state: &DeskState, fault: PageError, frame: &Frame) -> Response {
    let view = FrameErrorView {
        is_signed_out: fault.status == StatusCode::UNAUTHORIZED,
        error: ErrorView {
            detail: fault.detail.map(|detail| *detail),
            ..ErrorView::new(fault.status.as_u16(), String::new())
        },
    };
    let mut response = page_with(fault.status, &view, frame);
    if let Some(policy) = preview_policy(state.settings.site_assets.as_deref()) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Leads back to the page that offered an act which the state no longer allows, and says so there.
/// A kept form is still filled.
fn outdated(state: &DeskState, fault: PageError, frame: &Frame) -> Response {
    let key = fault.detail.as_ref().map(|detail| detail.key.as_str());
    let key = key.and_then(|key| key.strip_prefix("refused."));
    let cookie = key.and_then(|key| refused_cookie(key, is_secure(state)));
    let Some(cookie) = cookie else {
        return page_of(fault, frame);
    };
    let mut response = Redirect::to(&back_of(fault.status, frame)).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Responds 404 to a path that does not exist: with a page for a browser, with a problem for every
/// other client. It looks for no session, so that such a path costs no query.
pub async fn no_such_path(state: DeskState, request: Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    if !is_for_a_browser(path, headers) {
        return annai_web::not_found().await.into_response();
    }
    let frame = Frame::anonymous(visitor_locale(headers), &state.settings.time_zone, path);
    let mut response = page_of(PageError::not_found(), &frame);
    set_headers(&state, response.headers_mut());
    response
}

/// Returns whether the client shows pages. Under the paths of the two APIs every client gets
/// problems.
fn is_for_a_browser(path: &str, headers: &HeaderMap) -> bool {
    let is_of_api = ["/api", "/v1"].iter().any(|api| {
        let rest = path.strip_prefix(api);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    !is_of_api && annai_web::accepts_html(headers)
}

fn set_headers(state: &DeskState, headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Some(policy) = policy(state.settings.site_assets.as_deref())
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Builds the policy of the pages: our own files, and pictures of the site in previews.
fn policy(site_assets: Option<&str>) -> Option<HeaderValue> {
    let site = origin(site_assets);
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; \
         img-src 'self'{site}; connect-src 'self'; font-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types annai"
    ))
    .ok()
}

/// Builds the policy of the page in the preview frame: text, our styles, pictures, and never a
/// script.
pub(super) fn preview_policy(site_assets: Option<&str>) -> Option<HeaderValue> {
    let site = origin(site_assets);
    HeaderValue::from_str(&format!(
        "default-src 'none'; style-src 'self'; img-src 'self'{site}; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
    ))
    .ok()
}

/// Builds the policy of the page behind a preview link: like the preview frame, and never inside a
/// frame.
pub(crate) fn shared_policy(site_assets: Option<&str>) -> Option<HeaderValue> {
    let site = origin(site_assets);
    HeaderValue::from_str(&format!(
        "default-src 'none'; style-src 'self'; img-src 'self'{site}; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'none'; sandbox allow-same-origin"
    ))
    .ok()
}

/// Returns the origin of a URL with a path, such as ` https://www.example.jp`, to be put after
/// `'self'`.
fn origin(site_assets: Option<&str>) -> String {
    let Some(url) = site_assets else {
        return String::new();
    };
    let end = url.find("://").map_or(0, |at| at + 3);
    let host = url[end..].split('/').next().unwrap_or_default();
    format!(" {}{host}", &url[..end])
}

fn page_of(fault: PageError, frame: &Frame) -> Response {
    if let Some(instead) = &fault.instead {
        return Redirect::to(instead).into_response();
    }
    if let Some(question) = &fault.question {
        let mut response = page_with(fault.status, &**question, frame);
        if let Some(seconds) = fault.retry_after {
            set_retry_after(response.headers_mut(), seconds);
        }
        return response;
    }
    let is_ours = fault.status == StatusCode::INTERNAL_SERVER_ERROR;
    let request_id = annai_web::RequestId::current().filter(|_| is_ours);
    let view = ErrorView {
        detail: fault.detail.map(|detail| *detail),
        kept_text: fault.kept_text,
        request_id: request_id.map(|id| id.to_string()),
        ..ErrorView::new(fault.status.as_u16(), back_of(fault.status, frame))
    };
    let mut response = page_with(fault.status, &view, frame);
    if let Some(seconds) = fault.retry_after {
        set_retry_after(response.headers_mut(), seconds);
    }
    response
}

fn page_with<V: View>(status: StatusCode, view: &V, frame: &Frame) -> Response {
    match render(view, frame) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => PageError::internal(&error).status.into_response(),
    }
}

/// Sets the seconds to wait.
pub(super) fn set_retry_after(headers: &mut HeaderMap, seconds: u64) {
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// Returns the link back: the guide of the page, its list, or the first page.
fn back_of(status: StatusCode, frame: &Frame) -> String {
    if status == StatusCode::UNAUTHORIZED {
        return "/admin/sign-in".to_owned();
    }
    let parts: Vec<_> = frame.path.split('/').skip(1).take(4).collect();
    match parts[..] {
        ["admin", "guides", guide, "approve" | "request-changes"] => {
            format!("/admin/guides/{guide}/review")
        }
        ["admin", "guides", guide, _] => format!("/admin/guides/{guide}"),
        ["admin", "guides", _] => "/admin/guides".to_owned(),
        ["admin", section @ ("users" | "keys" | "account"), ..] => format!("/admin/{section}"),
        _ => "/admin".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use annai_domain::Locale;

    fn text(value: Option<HeaderValue>) -> String {
        value.unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn pages_may_run_our_own_scripts_only_and_previews_none() {
        let pages = text(policy(None));
        assert!(pages.contains("script-src 'self';") && !pages.contains("unsafe"));
        assert!(pages.contains("require-trusted-types-for 'script'; trusted-types annai"));
        let previews = text(preview_policy(None));
        assert!(!previews.contains("script") && previews.contains("sandbox allow-same-origin"));
        let shared = text(shared_policy(None));
        assert!(!shared.contains("script") && shared.contains("frame-ancestors 'none'"));
    }

    #[test]
    fn pictures_may_come_from_the_site_by_its_origin() {
        let pages = text(policy(Some("https://www.example.jp/site")));
        assert!(
            pages.contains("img-src 'self' https://www.example.jp;"),
            "{pages}"
        );
    }

    #[test]
    fn browsers_get_pages_and_clients_of_an_api_get_problems() {
        let accept =
            |value| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(value))]);
        let browser = accept("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        assert!(is_for_a_browser("/nowhere", &browser) && is_for_a_browser("/v10", &browser));
        assert!(!is_for_a_browser("/api/v1/nowhere", &browser));
        assert!(!is_for_a_browser("/v1/nowhere", &browser) && !is_for_a_browser("/v1", &browser));
        assert!(!is_for_a_browser("/nowhere", &accept("application/json")));
        assert!(!is_for_a_browser("/nowhere", &HeaderMap::new()));
    }

    #[test]
    fn an_error_leads_back_to_the_guide_it_was_about() {
        let frame = |path| Frame::anonymous(Locale::Ja, &jiff::tz::TimeZone::UTC, path);
        let conflict = StatusCode::CONFLICT;
        assert_eq!(
            back_of(conflict, &frame("/admin/guides/x/publish")),
            "/admin/guides/x"
        );
        assert_eq!(
            back_of(conflict, &frame("/admin/guides/x/approve")),
            "/admin/guides/x/review"
        );
        assert_eq!(
            back_of(conflict, &frame("/admin/guides/x")),
            "/admin/guides"
        );
        assert_eq!(
            back_of(conflict, &frame("/admin/users/y/roles")),
            "/admin/users"
        );
        assert_eq!(back_of(conflict, &frame("/admin/what")), "/admin");
        assert_eq!(
            back_of(StatusCode::UNAUTHORIZED, &frame("/admin/keys")),
            "/admin/sign-in"
        );
    }
}
