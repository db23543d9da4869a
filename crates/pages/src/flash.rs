//! The message after a redirect. A cookie carries it for a minute.

use annai_domain::{GuideId, Locale, Ref};
use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::Map;

use annai_view::{JudgedView, find_text};

const COOKIE: &str = "annai_flash";

/// The message after a redirect: its key without `flash.`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flash(pub(super) &'static str);

/// The message after a decision: another page opens, so it names the guide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Toast {
    /// The key without `toast.`.
    pub(super) key: &'static str,
    /// The guide of the decision.
    pub(super) guide_id: GuideId,
    /// The publication that the person may undo.
    pub(super) undo: Option<Ref>,
}

/// A message in a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Carried {
    /// A whole message, by its key.
    Plain(String),
    /// A message about a guide, by its key.
    Judged(String, JudgedView),
    /// The reason of a refusal, by its key.
    Refused(String),
}

/// Begins the value of a cookie that carries a refusal.
const REFUSED: char = '!';

/// Builds the `Set-Cookie` that carries `flash` to the next page.
pub(super) fn cookie(flash: Flash, is_secure: bool) -> Option<HeaderValue> {
    set_cookie(flash.0, 60, is_secure)
}

/// Builds the `Set-Cookie` that carries `toast` to the next page. It holds ids: the title comes from
/// the database, where the person may read it.
pub(super) fn toast_cookie(toast: Toast, is_secure: bool) -> Option<HeaderValue> {
    let undo = toast.undo.map_or(0, Ref::get);
    let value = format!("{}.{}.{undo}", toast.key, toast.guide_id);
    set_cookie(&value, 60, is_secure)
}

/// Builds the `Set-Cookie` that carries the reason of a refusal to the next page: its key without
/// `refused.`.
pub(super) fn refused_cookie(key: &str, is_secure: bool) -> Option<HeaderValue> {
    set_cookie(&format!("{REFUSED}{key}"), 60, is_secure)
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
pub(super) fn read(headers: &HeaderMap) -> Option<Carried> {
    let value = find_cookie(headers, COOKIE)?;
    let known = |key: String| find_text(Locale::Ja, &key, &Map::new()).map(|_| key);
    if let Some(name) = value.strip_prefix(REFUSED) {
        return known(format!("refused.{name}")).map(Carried::Refused);
    }
    let mut parts = value.split('.');
    let (name, guide, undo) = (parts.next()?, parts.next(), parts.next());
    let Some((guide, undo)) = guide.zip(undo) else {
        return known(format!("flash.{name}")).map(Carried::Plain);
    };
    let judged = JudgedView {
        guide_id: guide.parse().ok()?,
        undo: Ref::new(undo.parse().ok()?),
    };
    known(format!("toast.{name}")).map(|key| Carried::Judged(key, judged))
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
        match read(&headers)? {
            Carried::Plain(key) | Carried::Judged(key, _) | Carried::Refused(key) => Some(key),
        }
    }

    #[test]
    fn only_messages_of_ours_are_shown() {
        let found = carrying("a=b; annai_flash=guide_saved; c=d");
        assert_eq!(found.as_deref(), Some("flash.guide_saved"));
        assert_eq!(carrying("annai_flash=you_won"), None);
        assert_eq!(carrying("annai_flash="), None);
        assert_eq!(carrying("xannai_flash=guide_saved"), None);
        let found = carrying("annai_flash=!already_approved");
        assert_eq!(found.as_deref(), Some("refused.already_approved"));
        assert_eq!(carrying("annai_flash=!you_lost"), None);
        let guide = GuideId::new();
        let found = carrying(&format!("annai_flash=published.{guide}.7"));
        assert_eq!(found.as_deref(), Some("toast.published"));
        assert_eq!(carrying(&format!("annai_flash=you_won.{guide}.7")), None);
        assert_eq!(carrying("annai_flash=published.everybody.7"), None);
    }
}
