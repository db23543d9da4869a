use http::{HeaderMap, header};

/// Returns whether the client is a browser that opens a page: `Accept` names `text/html`, and not with
/// the weight 0, which refuses it. Programs accept `*/*` or JSON.
#[must_use]
pub fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).iter();
    let mut ranges = accept
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.any(|range| {
        let mut parts = range.split(';');
        let media_type = parts.next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case("text/html") && !parts.any(is_weight_of_zero)
    })
}

/// Returns whether a parameter is `q=0`, however many zeros it has.
fn is_weight_of_zero(parameter: &str) -> bool {
    let named = parameter.trim().split_once('=');
    let weight = named.filter(|(name, _)| name.eq_ignore_ascii_case("q"));
    weight.is_some_and(|(_, value)| value.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_client_that_names_html_is_a_browser() {
        let accepts = |value| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(value));
            accepts_html(&headers)
        };
        assert!(accepts("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(accepts("application/json, Text/HTML;q=0.1"));
        assert!(accepts("text/html; q=0.001"));
        assert!(accepts("text/html;level=1;q=abc"));
        for refused in [
            "text/html;q=0",
            "*/*, text/html ; Q=0.000",
            "text/html;q=0.",
        ] {
            assert!(!accepts(refused), "{refused}");
        }
        for program in ["*/*", "application/json", "text/*", "text/htmlx", ""] {
            assert!(!accepts(program), "{program}");
        }
        assert!(!accepts_html(&HeaderMap::new()));
    }
}
