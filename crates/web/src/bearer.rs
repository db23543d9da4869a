use annai_domain::token::Token;
use http::HeaderValue;

/// Reads the token of `Authorization: Bearer annai_r_…` (RFC 6750).
///
/// The scheme is compared without regard to case. Returns `None` for every other value.
#[must_use]
pub fn bearer(value: &HeaderValue) -> Option<Token> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = Token::parse(token.trim_matches(' ')).ok()?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
