use http::{HeaderMap, header};

/// Returns whether the client is a browser that opens a page: `Accept` names `text/html`. Programs
/// accept `*/*` or JSON.
#[must_use]
pub fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).iter();
    let mut ranges = accept
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.any(|range| {
        let media_type = range.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case("text/html")
    })
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
        for program in ["*/*", "application/json", "text/*", "text/htmlx", ""] {
            assert!(!accepts(program), "{program}");
        }
        assert!(!accepts_html(&HeaderMap::new()));
    }
}
