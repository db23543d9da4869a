//! Links from one guide to another. `guide:slug` is a reference; a plain address may name a guide
//! too.

use std::collections::{BTreeSet, HashMap};

use annai_domain::GuideUrls;

/// The scheme of a reference to a guide.
const SCHEME: &str = "guide:";

/// A link to a guide, as the text spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuideLink<'a> {
    /// The slug, which may be malformed or unknown.
    pub slug: &'a str,
    /// The heading of that guide, without `#`.
    pub anchor: Option<&'a str>,
    /// The way in which the text names the guide.
    pub spelling: LinkSpelling,
}

/// The way in which a text names another guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkSpelling {
    /// `guide:slug`, which follows the guide to its current address.
    Reference,
    /// A path of this API, such as `/v1/guides/slug.html`.
    Api,
    /// An address of the customer's site.
    Site,
    /// The file of a guide in the same folder, such as `slug.md`.
    File,
}

impl<'a> GuideLink<'a> {
    /// Reads `guide:slug`, with or without `#anchor`.
    #[must_use]
    pub fn reference(address: &'a str) -> Option<Self> {
        let rest = address.strip_prefix(SCHEME)?;
        let slug = rest.split('#').next().unwrap_or_default();
        Some(Self::new(slug, address, LinkSpelling::Reference))
    }

    /// Reads any address that names a guide.
    #[must_use]
    pub fn of(address: &'a str, urls: &GuideUrls) -> Option<Self> {
        let named = |slug, spelling| Self::new(slug, address, spelling);
        Self::reference(address)
            .or_else(|| GuideUrls::slug_in_api(address).map(|slug| named(slug, LinkSpelling::Api)))
            .or_else(|| {
                let slug = urls.slug_on_site(address)?;
                Some(named(slug, LinkSpelling::Site))
            })
            .or_else(|| file(address).map(|slug| named(slug, LinkSpelling::File)))
    }

    fn new(slug: &'a str, address: &'a str, spelling: LinkSpelling) -> Self {
        let anchor = address.split_once('#').map(|(_, anchor)| anchor);
        Self {
            slug,
            anchor: anchor.filter(|anchor| !anchor.is_empty()),
            spelling,
        }
    }
}

/// Returns the name of a guide's file in the same folder, as links between Markdown files spell it.
fn file(address: &str) -> Option<&str> {
    let path = address.split('#').next().unwrap_or_default();
    let name = path.strip_prefix("./").unwrap_or(path);
    let slug = name.strip_suffix(".md")?;
    slug.parse::<annai_domain::Slug>().is_ok().then_some(slug)
}

/// Returns the reference to the guide called `slug`.
#[must_use]
pub fn guide_reference(slug: &str) -> String {
    format!("{SCHEME}{slug}")
}

/// The addresses of guides for readers, by the slugs in a text. A guide without an address is not
/// public: a link to it is shown as its text alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuideAddresses(HashMap<String, String>);

impl FromIterator<(String, String)> for GuideAddresses {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(addresses: I) -> Self {
        Self(addresses.into_iter().collect())
    }
}

impl GuideAddresses {
    /// Sets the address of the guide called `slug`.
    pub fn insert(&mut self, slug: String, address: String) {
        self.0.insert(slug, address);
    }

    /// Lets a guide lead to itself from its own preview, unless it has an address already. The empty
    /// address is the page itself.
    pub fn insert_own(&mut self, slug: &str, address: &str) {
        let address = || address.to_owned();
        self.0.entry(slug.to_owned()).or_insert_with(address);
    }

    /// Returns the address to which a reference leads.
    pub(crate) fn of(&self, link: &GuideLink<'_>) -> Option<String> {
        let address = self.0.get(link.slug)?;
        Some(match link.anchor {
            Some(anchor) => {
                let page = address.split('#').next().unwrap_or_default();
                format!("{page}#{anchor}")
            }
            None => address.clone(),
        })
    }
}

/// Returns the slugs that the references among `links` name, each once.
#[must_use]
pub fn referenced_guides(links: &[String]) -> Vec<String> {
    let references = links.iter().filter_map(|link| GuideLink::reference(link));
    let slugs: BTreeSet<&str> = references.map(|link| link.slug).collect();
    slugs.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("guide:a_b", Some(("a_b", None, LinkSpelling::Reference)))]
    #[case("guide:a_b#はじめに", Some(("a_b", Some("はじめに"), LinkSpelling::Reference)))]
    #[case("guide:", Some(("", None, LinkSpelling::Reference)))]
    #[case("guide:無い", Some(("無い", None, LinkSpelling::Reference)))]
    #[case("Guide:a", None)]
    #[case("/v1/guides/a.html#x", Some(("a", Some("x"), LinkSpelling::Api)))]
    #[case("/guides/a#x", Some(("a", Some("x"), LinkSpelling::Site)))]
    #[case("https://a.jp/guides/a", Some(("a", None, LinkSpelling::Site)))]
    #[case("./a.md#x", Some(("a", Some("x"), LinkSpelling::File)))]
    #[case("a.md", Some(("a", None, LinkSpelling::File)))]
    #[case("README.md", None)]
    #[case("docs/a.md", None)]
    #[case("https://b.jp/guides/a", None)]
    fn an_address_names_a_guide(
        #[case] address: &str,
        #[case] expected: Option<(&str, Option<&str>, LinkSpelling)>,
    ) {
        let urls = GuideUrls::parse("https://a.jp/guides/{slug}").unwrap();
        let link = GuideLink::of(address, &urls);
        assert_eq!(
            link.map(|link| (link.slug, link.anchor, link.spelling)),
            expected
        );
    }
}
