use std::sync::Arc;

use serde_json::{Value, json};

use crate::settings::DeliverySettings;
use crate::site::Guide;
use crate::site_urls::SiteUrls;

/// Writes the feed as JSON Feed 1.1.
pub(super) fn write(
    guides: &[&Arc<Guide>],
    settings: &DeliverySettings,
) -> Result<Vec<u8>, serde_json::Error> {
    let urls = &settings.urls;
    let items: Vec<_> = guides.iter().map(|guide| item(guide, urls)).collect();
    serde_json::to_vec(&json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": &*settings.name,
        "home_page_url": urls.home(),
        "feed_url": urls.own("/feed.json"),
        "items": items,
    }))
}

fn item(guide: &Guide, urls: &SiteUrls) -> Value {
    let version = &guide.version;
    json!({
        // The guide keeps its id when its slug changes.
        "id": format!("urn:uuid:{}", version.guide_id),
        "url": urls.guide(&version.slug),
        "title": version.title,
        "content_text": version.summary,
        "date_published": version.first_published_at,
        "date_modified": version.published_at,
        "tags": version.tags,
    })
}
