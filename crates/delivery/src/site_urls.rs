use std::sync::Arc;

/// Where guides are on the customer's site, and where this API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrls {
    base: Arc<str>,
    /// What stands before the slug and behind it.
    guide: (Arc<str>, Arc<str>),
}

/// Why a text is not the pattern of guides' addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SiteUrlsError {
    /// It does not begin like a URL of the web, or has what no URL has.
    #[error("not a URL")]
    NotUrl,
    /// The slug has no place in it, or more than one, or one in the host.
    #[error("`{{slug}}` must stand in it once, behind the host")]
    NoSlug,
}

/// What stands for the slug in a pattern.
const SLUG: &str = "{slug}";

impl SiteUrls {
    /// Links that lead to this API itself, whose address is `base_url`, without a slash at its end.
    #[must_use]
    pub fn of_api(base_url: &str) -> Self {
        Self {
            base: base_url.into(),
            guide: (format!("{base_url}/v1/guides/").into(), ".html".into()),
        }
    }

    /// Links that lead to the customer's site, such as `https://www.example.jp/guides/{slug}`.
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

    /// Where the guide called `slug` is for people.
    #[must_use]
    pub fn guide(&self, slug: &str) -> String {
        let (before, behind) = &self.guide;
        format!("{before}{slug}{behind}")
    }

    /// The address of `path` of this API.
    pub(crate) fn own(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The site on which the guides are, such as `https://www.example.jp`.
    pub(crate) fn home(&self) -> &str {
        let (before, _) = &self.guide;
        let host = before.find("://").map_or(0, |at| at + 3);
        let end = before[host..]
            .find(['/', '?', '#'])
            .map_or(before.len(), |at| host + at);
        &before[..end]
    }

    /// Its host, which is what feeds are called.
    pub(crate) fn host(&self) -> &str {
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
    fn what_is_no_pattern_is_refused(#[case] pattern: &str, #[case] error: SiteUrlsError) {
        assert_eq!(SiteUrls::of_site(API, pattern), Err(error));
    }
}
