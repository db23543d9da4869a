use std::sync::Arc;

/// The addresses of guides for readers: on the customer's site, or of this API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideUrls {
    before: Arc<str>,
    behind: Arc<str>,
}

/// The reason why a text is not a pattern of guides' addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GuideUrlsError {
    /// It does not begin with `http://` or `https://`, or has characters that no URL has.
    #[error("not a URL")]
    NotUrl,
    /// It has no place for the slug, several, or one in the host.
    #[error("`{{slug}}` must occur once, after the host")]
    NoSlug,
}

/// The placeholder of the slug in a pattern.
const SLUG: &str = "{slug}";
/// The folder of guides in this API.
const API: &str = "/v1/guides/";
/// The forms in which this API shows a guide; the first one is a page.
const API_FORMS: [&str; 4] = [".html", "", ".md", ".txt"];

impl Default for GuideUrls {
    /// The paths of this API, without a host: they hold wherever the API answers.
    fn default() -> Self {
        Self::of_api("")
    }
}

impl GuideUrls {
    /// Creates the addresses of this API at `base_url`, which has no final slash.
    #[must_use]
    pub fn of_api(base_url: &str) -> Self {
        Self {
            before: format!("{base_url}{API}").into(),
            behind: API_FORMS[0].into(),
        }
    }

    /// Reads a pattern such as `https://www.example.jp/guides/{slug}`.
    ///
    /// # Errors
    ///
    /// [`GuideUrlsError`] when `pattern` is not a URL with one place for the slug.
    pub fn parse(pattern: &str) -> Result<Self, GuideUrlsError> {
        let schemes = ["https://", "http://"];
        let rest = schemes
            .iter()
            .find_map(|scheme| pattern.strip_prefix(scheme));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let host = host
            .filter(|host| !host.is_empty())
            .ok_or(GuideUrlsError::NotUrl)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"');
        if pattern.contains(odd) {
            return Err(GuideUrlsError::NotUrl);
        }
        match pattern.split_once(SLUG) {
            Some((before, behind)) if !behind.contains(SLUG) && !host.contains(SLUG) => Ok(Self {
                before: before.into(),
                behind: behind.into(),
            }),
            Some(_) | None => Err(GuideUrlsError::NoSlug),
        }
    }

    /// Returns the address of the guide called `slug`.
    #[must_use]
    pub fn guide(&self, slug: &str) -> String {
        format!("{}{slug}{}", self.before, self.behind)
    }

    /// Returns the site of the guides, such as `https://www.example.jp`.
    #[must_use]
    pub fn home(&self) -> &str {
        &self.before[..self.before.len() - self.folder().len()]
    }

    /// Returns the path before the slug, such as `/guides/`.
    fn folder(&self) -> &str {
        let host = self.before.find("://").map_or(0, |at| at + 3);
        let path = self.before[host..].find(['/', '?', '#']);
        path.map_or("", |at| &self.before[host + at..])
    }

    /// Returns the slug in an address of the site, with or without its host.
    ///
    /// A site whose guides stand beside its other pages has no such address: `/contact` may be
    /// anything.
    #[must_use]
    pub fn slug_on_site<'a>(&self, address: &'a str) -> Option<&'a str> {
        let folder = self.folder();
        let (behind, _) = self.behind.split_once('#').unwrap_or((&self.behind, ""));
        let is_told_apart = folder.len() > 1 || !matches!(behind, "" | "/");
        let rest = address
            .strip_prefix(&*self.before)
            .or_else(|| address.strip_prefix(folder))
            .filter(|_| is_told_apart)?;
        let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
        let slug = rest.strip_suffix(behind)?;
        is_one_step(slug).then_some(slug)
    }

    /// Returns the slug in a path of this API, such as `/v1/guides/platform_engineer.html`.
    #[must_use]
    pub fn slug_in_api(address: &str) -> Option<&str> {
        let rest = address.strip_prefix(API)?;
        let rest = rest.split(['#', '?']).next().unwrap_or_default();
        let (slug, form) = rest.split_once('.').unwrap_or((rest, ""));
        let form = &rest[rest.len() - form.len() - usize::from(slug.len() < rest.len())..];
        (is_one_step(slug) && API_FORMS.contains(&form)).then_some(slug)
    }

    /// Lists the addresses, without anchors, by which a text may name the guide called `slug`.
    #[must_use]
    pub fn spellings(&self, slug: &str) -> Vec<String> {
        let own = self.guide(slug);
        let own = own.split('#').next().unwrap_or_default();
        let path = own[self.home().len()..].to_owned();
        let mut all = vec![own.to_owned(), path];
        all.extend(API_FORMS.map(|form| format!("{API}{slug}{form}")));
        all.extend([format!("{slug}.md"), format!("./{slug}.md")]);
        all
    }
}

fn is_one_step(slug: &str) -> bool {
    !slug.is_empty() && !slug.contains(['/', '?', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn site(pattern: &str) -> GuideUrls {
        GuideUrls::parse(pattern).unwrap()
    }

    #[test]
    fn a_guide_is_where_the_pattern_says() {
        let urls = site("https://www.example.jp/guides/{slug}/?a#b");
        assert_eq!(urls.guide("a_b"), "https://www.example.jp/guides/a_b/?a#b");
        assert_eq!(urls.home(), "https://www.example.jp");
        assert_eq!(GuideUrls::default().guide("a"), "/v1/guides/a.html");
        assert_eq!(GuideUrls::default().home(), "");
        let api = GuideUrls::of_api("https://annai.example.jp");
        assert_eq!(api.guide("a"), "https://annai.example.jp/v1/guides/a.html");
        assert_eq!(api.home(), "https://annai.example.jp");
    }

    #[rstest]
    #[case("", GuideUrlsError::NotUrl)]
    #[case("/guides/{slug}", GuideUrlsError::NotUrl)]
    #[case("javascript:{slug}", GuideUrlsError::NotUrl)]
    #[case("https:///{slug}", GuideUrlsError::NotUrl)]
    #[case("https://a.jp/ {slug}", GuideUrlsError::NotUrl)]
    #[case("https://a.jp/\"{slug}", GuideUrlsError::NotUrl)]
    #[case("https://a.jp/guides", GuideUrlsError::NoSlug)]
    #[case("https://{slug}.a.jp/", GuideUrlsError::NoSlug)]
    #[case("https://a.jp/{slug}/{slug}", GuideUrlsError::NoSlug)]
    fn a_text_without_one_place_for_the_slug_is_refused(
        #[case] pattern: &str,
        #[case] error: GuideUrlsError,
    ) {
        assert_eq!(GuideUrls::parse(pattern), Err(error));
    }

    #[rstest]
    #[case("https://a.jp/guides/{slug}", "https://a.jp/guides/x", Some("x"))]
    #[case("https://a.jp/guides/{slug}", "/guides/x#y", Some("x"))]
    #[case("https://a.jp/guides/{slug}/", "/guides/x/", Some("x"))]
    #[case("https://a.jp/guides/{slug}", "/guides/x/y", None)]
    #[case("https://a.jp/guides/{slug}", "/guides/", None)]
    #[case("https://a.jp/guides/{slug}", "https://b.jp/guides/x", None)]
    #[case("https://a.jp/?guide={slug}", "/?guide=x", Some("x"))]
    #[case("https://a.jp/{slug}", "/contact", None)]
    #[case("https://a.jp/{slug}.html", "/x.html", Some("x"))]
    fn an_address_of_the_site_names_its_guide(
        #[case] pattern: &str,
        #[case] address: &str,
        #[case] slug: Option<&str>,
    ) {
        assert_eq!(site(pattern).slug_on_site(address), slug);
    }

    #[rstest]
    #[case("/v1/guides/x.html", Some("x"))]
    #[case("/v1/guides/x", Some("x"))]
    #[case("/v1/guides/x.md?frontmatter=none#y", Some("x"))]
    #[case("/v1/guides/x.exe", None)]
    #[case("/v1/guides/x/related", None)]
    #[case("/v1/guides", None)]
    fn a_path_of_the_api_names_its_guide(#[case] address: &str, #[case] slug: Option<&str>) {
        assert_eq!(GuideUrls::slug_in_api(address), slug);
    }

    #[test]
    fn every_spelling_is_recognised() {
        let urls = site("https://a.jp/guides/{slug}#top");
        let spellings = urls.spellings("x");
        assert!(spellings.contains(&"/guides/x".to_owned()), "{spellings:?}");
        for spelling in spellings.iter().filter(|one| !one.ends_with("x.md")) {
            let slug = urls.slug_on_site(spelling);
            assert_eq!(slug.or(GuideUrls::slug_in_api(spelling)), Some("x"));
        }
    }
}
