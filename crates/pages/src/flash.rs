//! The message after a redirect. A cookie carries it for a minute.

use annai_domain::Locale;
use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::Map;

use annai_view::{FlashKind, FlashView, Message, find_text};

const COOKIE: &str = "annai_flash";

/// The message after a redirect: its key without `flash.`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flash(pub(super) &'static str);

/// Builds the `Set-Cookie` that carries `flash` to the next page.
pub(super) fn cookie(flash: Flash, is_secure: bool) -> Option<HeaderValue> {
    set_cookie(flash.0, 60, is_secure)
}

/// Builds the `Set-Cookie` that removes the message.
pub(super) fn forget(is_secure: bool) -> Option<HeaderValue> {
    set_cookie("", 0, is_secure)
}

fn set_cookie(value: &str, seconds: u32, is_secure: bool) -> Option<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={value}; Path=/admin; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// Reads the message of a request, if it is one of ours.
pub(super) fn read(headers: &HeaderMap) -> Option<FlashView> {
    let value = find_cookie(headers, COOKIE)?;
    let key = format!("flash.{value}");
    find_text(Locale::Ja, &key, &Map::new())?;
    Some(FlashView {
        kind: FlashKind::Done,
        message: Message::new(key),
    })
}

/// Returns the value of the cookie called `name`.
pub(super) fn find_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carrying(cookie: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        read(&headers).map(|flash| flash.message.key)
    }

    #[test]
    fn only_messages_of_ours_are_shown() {
        let found = carrying("a=b; annai_flash=guide_saved; c=d");
        assert_eq!(found.as_deref(), Some("flash.guide_saved"));
        assert_eq!(carrying("annai_flash=you_won"), None);
        assert_eq!(carrying("annai_flash="), None);
        assert_eq!(carrying("xannai_flash=guide_saved"), None);
    }
}
