use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;

use super::xml::escape;
use crate::settings::DeliverySettings;
use crate::site::Guide;
use crate::site_urls::SiteUrls;

/// Writes the feed as Atom (RFC 4287).
pub(super) fn write(guides: &[&Arc<Guide>], settings: &DeliverySettings) -> String {
    let urls = &settings.urls;
    let own = escape(&urls.own("/feed.atom"));
    let name = escape(&settings.name);
    let home = escape(urls.home());
    let newest = guides.iter().map(|guide| guide.version.published_at).max();
    let updated = newest.unwrap_or(Timestamp::UNIX_EPOCH); // a feed must have a date
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>{own}</id>\n\
         <title>{name}</title>\n\
         <updated>{updated}</updated>\n\
         <author><name>{name}</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>\n\
         <link rel=\"alternate\" href=\"{home}\"/>\n"
    );
    for guide in guides {
        entry(&mut feed, guide, urls);
    }
    feed.push_str("</feed>\n");
    feed
}

fn entry(feed: &mut String, guide: &Guide, urls: &SiteUrls) {
    let version = &guide.version;
    let (first, last) = (version.first_published_at, version.published_at);
    let url = escape(&urls.guide(&version.slug));
    // Writing to a String cannot fail.
    let _ = write!(
        feed,
        "<entry>\n\
         <id>urn:uuid:{}</id>\n\
         <title>{}</title>\n\
         <published>{first}</published>\n\
         <updated>{last}</updated>\n\
         <link rel=\"alternate\" href=\"{url}\"/>\n\
         <summary>{}</summary>\n",
        version.guide_id,
        escape(&version.title),
        escape(&version.summary),
    );
    for tag in &version.tags {
        let _ = writeln!(feed, "<category term=\"{}\"/>", escape(tag));
    }
    feed.push_str("</entry>\n");
}
