//! Tells the browser that a form was taken, so that it forgets its copy of the fields.
//!
//! Before a form is sent, the script names it in a cookie. A success repeats that name in another
//! cookie. An error, a request for the password and a form shown again with its faults do not.

use axum::extract::Request;
use axum::http::{HeaderValue, Method};

use super::flash::find_cookie;

/// Holds `name@path`: the name of a form, and the path that it is sent to.
const SENT: &str = "annai_sent";
/// Holds the name of a form that was taken.
const TAKEN: &str = "annai_taken";
/// The time within which some page of the browser reads the name, in seconds.
const LASTS: u32 = 24 * 60 * 60;
/// The longest name of a form.
const LONGEST: usize = 64;

/// The name of the form that a request sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SentForm(String);

impl SentForm {
    /// Returns the form of a request, where the script named one for its path.
    pub(super) fn of(request: &Request) -> Option<Self> {
        if request.method() != Method::POST {
            return None;
        }
        let (name, path) = find_cookie(request.headers(), SENT)?.split_once('@')?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_name = (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_plain);
        (is_name && path == request.uri().path()).then(|| Self(name.to_owned()))
    }

    /// Builds the `Set-Cookie` that says that this form was taken. Scripts read it.
    pub(super) fn taken(&self, is_secure: bool) -> Option<HeaderValue> {
        let secure = if is_secure { "; Secure" } else { "" };
        let name = &self.0;
        let cookie =
            format!("{TAKEN}={name}; Path=/admin; Max-Age={LASTS}; SameSite=Strict{secure}");
        HeaderValue::from_str(&cookie).ok()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header;

    use super::*;

    fn sent(method: &str, path: &str, cookie: &str) -> Option<SentForm> {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::COOKIE, cookie);
        SentForm::of(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn a_form_counts_for_its_own_path_only() {
        let cookie = "a=b; annai_sent=4f-1@/admin/users";
        assert_eq!(
            sent("POST", "/admin/users", cookie),
            Some(SentForm("4f-1".to_owned()))
        );
        assert_eq!(sent("POST", "/admin/users/x/roles", cookie), None);
        assert_eq!(sent("GET", "/admin/users", cookie), None);
        assert_eq!(
            sent("POST", "/admin/users", "annai_sent=@/admin/users"),
            None
        );
        assert_eq!(
            sent("POST", "/admin/users", "annai_sent=a%b@/admin/users"),
            None
        );
    }
}
