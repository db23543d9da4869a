use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Slug;

/// The escaped characters of a surrogate key: all but the unreserved ones of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The surrogate key of every list.
pub const LISTS_TAG: &str = "guides";

/// The surrogate key of responses about the current ref.
pub const REFS_TAG: &str = "refs";

/// Returns the surrogate keys of the responses about one guide, in a fixed order without repeats.
///
/// They are the guide's own key, one key for each guide whose card it shows or would show, and its
/// category. A cache never serves stale bytes if it drops every response that has one of the purged
/// keys. Related texts that can never be a slug are left out. Characters that a header value may
/// not hold are percent-encoded.
#[must_use]
pub fn cache_tags<'a>(
    slug: &'a str,
    category: &str,
    related: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let related = related
        .into_iter()
        .filter(|slug| slug.parse::<Slug>().is_ok());
    let guides = std::iter::once(slug).chain(related);
    for tag in guides.map(|slug| cache_tag("guide", slug)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if !category.is_empty() {
        tags.push(cache_tag("category", category));
    }
    tags
}

/// Writes one surrogate key, such as `category:cloud-infra`.
#[must_use]
pub fn cache_tag(kind: &str, name: &str) -> String {
    format!("{kind}:{}", utf8_percent_encode(name, ESCAPED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_is_tagged_with_all_that_its_answer_depends_on() {
        let tags = cache_tags("a", "cloud-infra", ["b", "c", "no slug\r\n", "b", "a"]);
        assert_eq!(
            tags,
            ["guide:a", "guide:b", "guide:c", "category:cloud-infra"]
        );
    }

    #[test]
    fn a_tag_is_safe_in_a_header() {
        assert_eq!(
            cache_tag("category", "設計, a"),
            "category:%E8%A8%AD%E8%A8%88%2C%20a"
        );
    }
}
