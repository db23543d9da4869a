use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;

use super::secret::{Purpose, Secret};

/// The time for which a browser stays known after a sign-in, in seconds: 180 days.
const LIFETIME: i64 = 180 * 24 * 60 * 60;

/// The browser of a request, as far as its cookie shows that an account signed in there.
///
/// The cookie holds a random number, the session epoch of the account, an end, and a keyed hash of
/// them with the account. It opens nothing. It says whose failures an attempt counts among.
#[derive(Debug, Clone, Default)]
pub(super) struct Browser {
    sent: Option<String>,
    issued: Arc<OnceLock<String>>,
}

/// A browser in which an account signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Its key among the known browsers.
    pub(super) key: [u8; 8],
    /// The session epoch of the account then. Once the account has another, the browser is a
    /// stranger.
    pub(super) session_epoch: i32,
}

impl Browser {
    fn of(headers: &HeaderMap, is_https: bool) -> Self {
        let cookies = headers.get_all(header::COOKIE).into_iter();
        let sent = cookies
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .find_map(|cookie| {
                cookie
                    .trim()
                    .strip_prefix(name(is_https))?
                    .strip_prefix('=')
            });
        Self {
            sent: sent.map(str::to_owned),
            issued: Arc::default(),
        }
    }

    /// Returns the browser as one of `account`; `None` if that account did not sign in there.
    pub(super) fn known(&self, secret: &Secret, account: &str, now: Timestamp) -> Option<Known> {
        let (signed, mac) = self.sent.as_deref()?.rsplit_once('.')?;
        let mac = hex::decode(mac).ok()?;
        if !secret.is_hash(Purpose::Cookie, &[signed, account], &mac) {
            return None;
        }
        let (number, rest) = signed.split_once('.')?;
        let (session_epoch, end) = rest.split_once('.')?;
        let is_over = end.parse::<i64>().ok()? <= now.as_second();
        let known = Known {
            key: secret.counter(Purpose::Browser, &[number]),
            session_epoch: session_epoch.parse().ok()?,
        };
        Some(known).filter(|_| !is_over)
    }

    /// Returns the browser as its next request shows it.
    #[cfg(test)]
    pub(super) fn again(&self) -> Self {
        Self {
            sent: self.issued.get().cloned(),
            issued: Arc::default(),
        }
    }

    /// Makes the browser a known one of `account` in its present session epoch.
    pub(super) fn remember(
        &self,
        secret: &Secret,
        account: &str,
        session_epoch: i32,
        now: Timestamp,
    ) {
        let number = format!("{:032x}", rand::random::<u128>());
        let end = now.as_second().saturating_add(LIFETIME);
        let signed = format!("{number}.{session_epoch}.{end}");
        let mac = hex::encode(secret.hash(Purpose::Cookie, &[&signed, account]));
        // A request signs in once.
        let _ = self.issued.set(format!("{signed}.{mac}"));
    }
}

/// Puts the browser of the request into its extensions, and sends the cookie of one that became
/// known.
pub(super) async fn recognise(
    State(is_https): State<bool>,
    mut request: Request,
    next: Next,
) -> Response {
    let browser = Browser::of(request.headers(), is_https);
    request.extensions_mut().insert(browser.clone());
    let mut response = next.run(request).await;
    if let Some(value) = browser.issued.get() {
        let secure = if is_https { "; Secure" } else { "" };
        let name = name(is_https);
        let cookie =
            format!("{name}={value}; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Returns the name of the cookie.
fn name(is_https: bool) -> &'static str {
    if is_https {
        "__Host-annai_browser"
    } else {
        "annai_browser"
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-30T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_browser_is_known_to_the_account_that_signed_in_there_until_the_cookie_ends() {
        let (secret, first) = (Secret::new([7; 32]), Browser::default());
        first.remember(&secret, "hana@example.jp", 3, now());
        let known = first.again();
        let found = known.known(&secret, "hana@example.jp", now());
        assert_eq!(found.map(|found| found.session_epoch), Some(3));
        assert_eq!(known.known(&secret, "taro@example.jp", now()), None);
        assert_eq!(
            known.known(&Secret::new([8; 32]), "hana@example.jp", now()),
            None
        );
        let last = now() + SignedDuration::from_secs(LIFETIME - 1);
        assert_eq!(known.known(&secret, "hana@example.jp", last), found);
        let over = now() + SignedDuration::from_secs(LIFETIME);
        assert_eq!(known.known(&secret, "hana@example.jp", over), None);
    }

    #[test]
    fn a_changed_cookie_is_that_of_a_stranger() {
        let (secret, first) = (Secret::new([7; 32]), Browser::default());
        first.remember(&secret, "hana@example.jp", 3, now());
        let value = first.issued.get().unwrap();
        for place in 0..value.len() {
            let mut bytes = value.clone().into_bytes();
            bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
            let changed = Browser {
                sent: String::from_utf8(bytes).ok(),
                issued: Arc::default(),
            };
            assert_eq!(
                changed.known(&secret, "hana@example.jp", now()),
                None,
                "{place}"
            );
        }
        for sent in [
            "",
            ".",
            "..",
            "1.2",
            "a.b.c",
            "1.99999999999.00",
            "1.3.99999999999.00",
        ] {
            let forged = Browser {
                sent: Some(sent.to_owned()),
                issued: Arc::default(),
            };
            assert_eq!(
                forged.known(&secret, "hana@example.jp", now()),
                None,
                "{sent}"
            );
        }
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("annai=x; other=y"));
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("annai_browserx=no; annai_browser=1.2.3"),
        );
        assert_eq!(Browser::of(&headers, false).sent.as_deref(), Some("1.2.3"));
        assert_eq!(Browser::of(&headers, true).sent, None);
    }
}
