use std::fmt::Write as _;
use std::sync::Arc;

use super::xml::escape;
use crate::site::Guide;
use crate::site_urls::SiteUrls;

/// The most addresses in one sitemap, as the protocol demands.
const MOST: usize = 50_000;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Returns the number of sitemaps for that many guides: at least one.
pub(super) fn pages(guides: usize) -> usize {
    guides.div_ceil(MOST).max(1)
}

/// Writes the sitemap of `guides`, its part `page`, or the index of its parts.
pub(super) fn write(guides: &[Arc<Guide>], page: Option<u32>, urls: &SiteUrls) -> String {
    match page {
        None if guides.len() > MOST => index(pages(guides.len()), urls),
        None => addresses(guides, urls),
        Some(page) => {
            let part = guides.chunks(MOST).nth((page as usize).saturating_sub(1));
            addresses(part.unwrap_or_default(), urls)
        }
    }
}

fn addresses(guides: &[Arc<Guide>], urls: &SiteUrls) -> String {
    let mut text = format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\">\n");
    for guide in guides {
        let url = escape(&urls.guide(&guide.version.slug));
        let at = guide.version.published_at;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "<url><loc>{url}</loc><lastmod>{at}</lastmod></url>");
    }
    text.push_str("</urlset>\n");
    text
}

fn index(pages: usize, urls: &SiteUrls) -> String {
    let mut text = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    for page in 1..=pages {
        let url = escape(&urls.own(&format!("/sitemap.xml?page={page}")));
        let _ = writeln!(text, "<sitemap><loc>{url}</loc></sitemap>");
    }
    text.push_str("</sitemapindex>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_guides_than_a_sitemap_may_have_make_an_index() {
        assert_eq!([0, 1, MOST, MOST + 1].map(pages), [1, 1, 1, 2]);
        let index = index(2, &SiteUrls::of_api("https://annai.example.jp"));
        assert!(index.contains("<loc>https://annai.example.jp/sitemap.xml?page=2</loc>"));
        assert_eq!(index.matches("<sitemap>").count(), 2);
    }
}
