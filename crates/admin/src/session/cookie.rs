use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::store::PostgresSessions;
use crate::AdminState;

/// The session cookie as the security parameters want it: `__Host-annai`, `Secure`, `HttpOnly`,
/// `SameSite=Lax`, `Path=/` and no `Domain` where the base URL is https; plain `annai` without Secure
/// where it is http, which the settings allow for loopback hosts only. It carries no expiry:
/// how long a session lasts is the server's to say.
pub(super) fn layer(state: &AdminState) -> SessionManagerLayer<PostgresSessions> {
    let is_https = is_https(&state.settings.base_url);
    let store = PostgresSessions {
        database: state.database.clone(),
    };
    SessionManagerLayer::new(store)
        .with_name(name(&state.settings.base_url))
        .with_secure(is_https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

/// What the cookie is called.
pub(crate) fn name(base_url: &str) -> &'static str {
    if is_https(base_url) {
        "__Host-annai"
    } else {
        "annai"
    }
}

fn is_https(base_url: &str) -> bool {
    base_url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_has_the_host_prefix_where_the_site_is_https() {
        assert_eq!(name("https://annai.example.jp"), "__Host-annai");
        assert_eq!(name("http://127.0.0.1:8080"), "annai");
    }
}
