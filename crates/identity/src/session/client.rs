use std::convert::Infallible;

use annai_web::ClientAddress;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::known_browser::Browser;

/// The longest kept name of a browser, in characters.
const USER_AGENT_LENGTH: usize = 300;

/// The client of a request.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Its address; `None` in tests without a socket.
    pub address: Option<ClientAddress>,
    /// Its `User-Agent`, cut off after 300 characters.
    pub user_agent: String,
    pub(super) browser: Browser,
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let user_agent = parts.headers.get(header::USER_AGENT);
        let user_agent = user_agent
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Ok(Self {
            address: parts.extensions.get::<ClientAddress>().copied(),
            user_agent: user_agent.chars().take(USER_AGENT_LENGTH).collect(),
            browser: parts
                .extensions
                .get::<Browser>()
                .cloned()
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[tokio::test]
    async fn attempts_count_for_the_client_that_the_listener_made_out() {
        let address: ClientAddress = "198.51.100.7".parse().unwrap();
        let request = Request::get("/admin/sign-in")
            .extension(address)
            .header("x-forwarded-for", "192.0.2.1")
            .body(())
            .unwrap();
        let (mut parts, ()) = request.into_parts();
        let Ok(client) = Client::from_request_parts(&mut parts, &()).await;
        assert_eq!(client.address, Some(address));
    }
}
