use std::convert::Infallible;

use annai_domain::Encoding;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};

/// The encoding that a client prefers for the response (RFC 9110, 12.5.3).
///
/// Among encodings of equal weight the first in the server's order wins. As an extractor it never
/// refuses: a header that is missing, malformed or unsatisfiable selects the identity encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptEncoding(pub Encoding);

/// The weight of `identity` when the header does not name it: acceptable, behind every named one.
const DEFAULT_IDENTITY_WEIGHT: u16 = 0;

impl AcceptEncoding {
    /// Reads all `Accept-Encoding` headers as one list.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut weights: [Option<u16>; Encoding::ALL.len()] = [None; _];
        let mut rest = None;
        let values = headers.get_all(header::ACCEPT_ENCODING).iter();
        for item in values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
        {
            let Some((name, weight)) = read(item) else {
                continue;
            };
            if name == "*" {
                rest = Some(weight);
            }
            for (encoding, slot) in Encoding::ALL.iter().zip(&mut weights) {
                let is_named = name.eq_ignore_ascii_case(encoding.as_str())
                    || (*encoding == Encoding::Gzip && name.eq_ignore_ascii_case("x-gzip"));
                if is_named {
                    *slot = Some(weight);
                }
            }
        }
        let wanted = Encoding::ALL.into_iter().zip(weights).rev();
        let wanted = wanted.filter_map(|(encoding, weight)| match (weight.or(rest), encoding) {
            (Some(weight @ 1..), _) => Some((weight, encoding)),
            (None, Encoding::Identity) => Some((DEFAULT_IDENTITY_WEIGHT, encoding)),
            (Some(0), _) | (None, Encoding::Brotli | Encoding::Zstd | Encoding::Gzip) => None,
        });
        // `max_by_key` returns the last of equals, which is the first in the server's order.
        let best = wanted.max_by_key(|(weight, _)| *weight);
        Self(best.map_or(Encoding::Identity, |(_, encoding)| encoding))
    }
}

/// Reads one item, such as `gzip;q=0.5`, into its name and its weight in thousandths.
fn read(item: &str) -> Option<(&str, u16)> {
    let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
    let weight = match parameters.trim().split_once('=') {
        None => 1000,
        Some((key, value)) if key.trim().eq_ignore_ascii_case("q") => thousandths(value.trim())?,
        Some(_) => return None,
    };
    Some((name.trim(), weight))
}

/// Reads a weight in thousandths: `0`, `0.5`, `1.000`; at most three decimals, at most 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.bytes().all(|byte| byte.is_ascii_digit()) && part.len() <= 3;
    let weight = match whole {
        "0" if digits => format!("{part:0<3}").parse().ok()?,
        "1" if digits && part.bytes().all(|byte| byte == b'0') => 1000,
        _ => return None,
    };
    Some(weight)
}

impl<S: Sync> FromRequestParts<S> for AcceptEncoding {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::nothing_said(&[], Encoding::Identity)]
    #[case::empty(&[""], Encoding::Identity)]
    #[case::a_browser(&["gzip, deflate, br, zstd"], Encoding::Brotli)]
    #[case::an_older_one(&["gzip, deflate, br"], Encoding::Brotli)]
    #[case::a_simple_client(&["gzip"], Encoding::Gzip)]
    #[case::the_old_name(&["x-gzip"], Encoding::Gzip)]
    #[case::any_case(&["GZip"], Encoding::Gzip)]
    #[case::its_own_order(&["br;q=0.5, gzip;q=0.8"], Encoding::Gzip)]
    #[case::not_that_one(&["br;q=0, zstd"], Encoding::Zstd)]
    #[case::anything(&["*"], Encoding::Brotli)]
    #[case::anything_else(&["br;q=0, *"], Encoding::Zstd)]
    #[case::as_it_is(&["identity, gzip;q=0.5"], Encoding::Identity)]
    #[case::something_beside_it(&["identity;q=0.5, gzip;q=0.1"], Encoding::Identity)]
    #[case::nothing_is_acceptable(&["identity;q=0"], Encoding::Identity)]
    #[case::unknown(&["compress, deflate"], Encoding::Identity)]
    #[case::several_headers(&["deflate", "zstd;q=0.9"], Encoding::Zstd)]
    #[case::malformed_items_do_not_count(&["br;q=2, gzip;q=x, zstd;q=0.0001, ;;, gzip;level=9"], Encoding::Identity)]
    #[case::weights_are_compared_as_numbers(&["br;q=0.2, gzip;q=0.15"], Encoding::Brotli)]
    fn the_client_gets_the_encoding_it_prefers(
        #[case] values: &[&str],
        #[case] expected: Encoding,
    ) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT_ENCODING, value.parse().unwrap());
        }
        assert_eq!(AcceptEncoding::from_headers(&headers).0, expected);
    }
}
