use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::known_browser::recognise;
use super::store::PostgresSessions;
use crate::Identity;

/// Puts the session and the browser of every request of `routes` into its extensions.
pub fn with_sessions<S>(identity: &Identity, routes: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    routes
        .layer(layer(identity))
        .layer(map_response(async |response: Response| {
            complete_removal(response)
        }))
        .layer(from_fn_with_state(identity.is_https, recognise))
}

/// Builds the layer that sets the session cookie. With https it is `__Host-annai`, `Secure`,
/// `HttpOnly`, `SameSite=Lax`, `Path=/`, without `Domain`. With http, which the settings allow for
/// loopback hosts only, it is `annai` without `Secure`. It carries no expiry: the server decides
/// how long a session lasts.
fn layer(identity: &Identity) -> SessionManagerLayer<PostgresSessions> {
    let store = PostgresSessions {
        database: identity.database.clone(),
    };
    SessionManagerLayer::new(store)
        .with_name(name(identity.is_https))
        .with_secure(identity.is_https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

/// Returns the name of the cookie.
fn name(is_https: bool) -> &'static str {
    if is_https { "__Host-annai" } else { "annai" }
}

/// Gives the removing cookie the attributes of the removed one: browsers remove a `__Host-` cookie
/// only with `Secure`.
fn complete_removal(mut response: Response) -> Response {
    for (name, cookie) in response.headers_mut() {
        let Ok(text) = cookie.to_str() else { continue };
        if name != header::SET_COOKIE || !text.starts_with("__Host-annai=;") {
            continue;
        }
        let text = format!("{text}; HttpOnly; SameSite=Lax; Secure");
        if let Ok(value) = HeaderValue::from_str(&text) {
            *cookie = value;
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_that_ends_a_session_is_one_that_browsers_take() {
        let mut response = Response::new(axum::body::Body::empty());
        let headers = response.headers_mut();
        headers.append(
            header::SET_COOKIE,
            HeaderValue::from_static("__Host-annai=; Path=/; Max-Age=0"),
        );
        headers.append(
            header::SET_COOKIE,
            HeaderValue::from_static("annai_flash=x"),
        );
        let response = complete_removal(response);
        let cookies: Vec<_> = response
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .collect();
        assert_eq!(
            cookies,
            [
                "__Host-annai=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
                "annai_flash=x"
            ]
        );
    }

    #[test]
    fn the_cookie_has_the_host_prefix_where_the_site_is_https() {
        assert_eq!(name(true), "__Host-annai");
        assert_eq!(name(false), "annai");
    }
}
