use annai_domain::token::Token;
use http::{HeaderValue, header};

use crate::{Problem, ProblemKind};

/// Reads the token of `Authorization: Bearer annai_r_…` (RFC 6750).
///
/// The scheme is compared without regard to case. Returns `None` for every other value.
#[must_use]
pub fn bearer(value: &HeaderValue) -> Option<Token> {
    Token::parse(bearer_text(value)?).ok()
}

/// Returns the text behind `Bearer`, which may be no token of Annai.
#[must_use]
pub fn bearer_text(value: &HeaderValue) -> Option<&str> {
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then(|| text.trim_matches(' '))
}

impl Problem {
    /// Creates a 401 problem: the request has no `Authorization`, but needs one.
    #[must_use]
    pub fn bearer_missing(detail: &str) -> Self {
        unauthenticated("Bearer realm=\"annai\"", detail)
    }

    /// Creates the one 401 problem for every invalid token: malformed, unknown, revoked or expired.
    #[must_use]
    pub fn bearer_invalid(detail: &str) -> Self {
        unauthenticated("Bearer realm=\"annai\", error=\"invalid_token\"", detail)
    }
}

fn unauthenticated(challenge: &'static str, detail: &str) -> Problem {
    Problem::new(ProblemKind::Unauthenticated)
        .with_detail(detail)
        .with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        )
}
