use std::sync::Arc;

use annai_domain::{GuideUrls, GuideUrlsError};

/// The addresses of guides on the customer's site, and of this API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrls {
    base: Arc<str>,
    guides: GuideUrls,
}

impl SiteUrls {
    /// Creates links to this API, whose address is `base_url` without a final slash.
    #[must_use]
    pub fn of_api(base_url: &str) -> Self {
        Self {
            base: base_url.into(),
            guides: GuideUrls::of_api(base_url),
        }
    }

    /// Creates links to the customer's site by a pattern such as
    /// `https://www.example.jp/guides/{slug}`.
    ///
    /// # Errors
    ///
    /// [`GuideUrlsError`] when `pattern` is not a URL with one place for the slug.
    pub fn of_site(base_url: &str, pattern: &str) -> Result<Self, GuideUrlsError> {
        Ok(Self {
            base: base_url.into(),
            guides: GuideUrls::parse(pattern)?,
        })
    }

    /// Returns the address of the guide called `slug`.
    #[must_use]
    pub fn guide(&self, slug: &str) -> String {
        self.guides.guide(slug)
    }

    /// Returns the addresses for links in bodies. Those of this API have no host, so that the bytes
    /// of a ref do not depend on the name under which a node is called.
    #[must_use]
    pub fn in_bodies(&self) -> GuideUrls {
        if self.guides == GuideUrls::of_api(&self.base) {
            GuideUrls::default()
        } else {
            self.guides.clone()
        }
    }

    /// Returns the address of `path` on this API.
    pub(crate) fn own(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Returns the site of the guides, such as `https://www.example.jp`.
    pub(crate) fn home(&self) -> &str {
        self.guides.home()
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

    const API: &str = "https://annai.example.jp";

    #[test]
    fn links_lead_to_the_site_or_to_this_api() {
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

    #[test]
    fn a_link_in_a_body_names_the_host_of_the_site_only() {
        let site = SiteUrls::of_site(API, "https://www.example.jp/guides/{slug}").unwrap();
        assert_eq!(
            site.in_bodies().guide("a"),
            "https://www.example.jp/guides/a"
        );
        assert_eq!(
            SiteUrls::of_api(API).in_bodies().guide("a"),
            "/v1/guides/a.html"
        );
    }
}
