use std::sync::Arc;

/// The addresses of guides on the customer's site, and of this API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrls {
    base: Arc<str>,
    /// The text before the slug and behind it.
    guide: (Arc<str>, Arc<str>),
}

/// The reason why a text is not a pattern of guides' addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SiteUrlsError {
    /// It does not begin with `http://` or `https://`, or has characters that no URL has.
    #[error("not a URL")]
    NotUrl,
    /// It has no place for the slug, several, or one in the host.
    #[error("`{{slug}}` must occur once, after the host")]
    NoSlug,
}

/// The placeholder of the slug in a pattern.
const SLUG: &str = "{slug}";

impl SiteUrls {
    /// Creates links to this API, whose address is `base_url` without a final slash.
    #[must_use]
    pub fn of_api(base_url: &str) -> Self {
        Self {
            base: base_url.into(),
            guide: (format!("{base_url}/v1/guides/").into(), ".html".into()),
        }
    }

    /// Creates links to the customer's site by a pattern such as
    /// `https://www.example.jp/guides/{slug}`.
    ///
    /// # Errors
    ///
    /// [`SiteUrlsError`] when `pattern` is not a URL with one place for the slug.
    pub fn of_site(base_url: &str, pattern: &str) -> Result<Self, SiteUrlsError> {
        let schemes = ["https://", "http://"];
        let rest = schemes
            .iter()
            .find_map(|scheme| pattern.strip_prefix(scheme));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let host = host
            .filter(|host| !host.is_empty())
            .ok_or(SiteUrlsError::NotUrl)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"');
        if pattern.contains(odd) {
            return Err(SiteUrlsError::NotUrl);
        }
        match pattern.split_once(SLUG) {
            Some((before, behind)) if !behind.contains(SLUG) && !host.contains(SLUG) => Ok(Self {
                base: base_url.into(),
                guide: (before.into(), behind.into()),
            }),
            Some(_) | None => Err(SiteUrlsError::NoSlug),
        }
    }

    /// Returns the address of the guide called `slug`.
    #[must_use]
    pub fn guide(&self, slug: &str) -> String {
        let (before, behind) = &self.guide;
        format!("{before}{slug}{behind}")
    }

    /// Returns the address of `path` on this API.
    pub(crate) fn own(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Returns the site of the guides, such as `https://www.example.jp`.
    pub(crate) fn home(&self) -> &str {
        let (before, _) = &self.guide;
        let host = before.find("://").map_or(0, |at| at + 3);
        let end = before[host..]
            .find(['/', '?', '#'])
            .map_or(before.len(), |at| host + at);
        &before[..end]
    }

    /// Returns the host of the site.
    #[must_use]
    pub fn host(&self) -> &str {
        let home = self.home();
        home.split_once("://").map_or(home, |(_, host)| host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const API: &str = "https://annai.example.jp";

    #[test]
    fn a_guide_is_where_the_pattern_says() {
        let urls = SiteUrls::of_site(API, "https://www.example.jp/guides/{slug}/?a#b").unwrap();
        assert_eq!(urls.guide("a_b"), "https://www.example.jp/guides/a_b/?a#b");
        assert_eq!(
            (urls.home(), urls.host()),
            ("https://www.example.jp", "www.example.jp")
        );
        assert_eq!(urls.own("/feed.json"), "https://annai.example.jp/feed.json");
        let own = SiteUrls::of_api(API);
        assert_eq!(
            own.guide("a_b"),
            "https://annai.example.jp/v1/guides/a_b.html"
        );
        assert_eq!(own.host(), "annai.example.jp");
    }

    #[rstest]
    #[case("", SiteUrlsError::NotUrl)]
    #[case("/guides/{slug}", SiteUrlsError::NotUrl)]
    #[case("javascript:{slug}", SiteUrlsError::NotUrl)]
    #[case("https:///{slug}", SiteUrlsError::NotUrl)]
    #[case("https://a.jp/ {slug}", SiteUrlsError::NotUrl)]
    #[case("https://a.jp/\"{slug}", SiteUrlsError::NotUrl)]
    #[case("https://a.jp/guides", SiteUrlsError::NoSlug)]
    #[case("https://{slug}.a.jp/", SiteUrlsError::NoSlug)]
    #[case("https://a.jp/{slug}/{slug}", SiteUrlsError::NoSlug)]
    fn a_text_without_one_place_for_the_slug_is_refused(
        #[case] pattern: &str,
        #[case] error: SiteUrlsError,
    ) {
        assert_eq!(SiteUrls::of_site(API, pattern), Err(error));
    }
}
