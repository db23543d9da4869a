use std::sync::Arc;

use crate::site_urls::SiteUrls;

/// The operator's settings for delivery.
#[derive(Debug, Clone)]
pub struct DeliverySettings {
    /// Whether requests without a key are served.
    pub anonymous: bool,
    /// The name of the site: the title of feeds.
    pub name: Arc<str>,
    /// The address of the developers' page, where `/v1` leads browsers.
    pub developers_page: Arc<str>,
    /// The targets of links in feeds and sitemaps.
    pub urls: SiteUrls,
    /// Whether a webhook purges the cache in front, which may then keep responses for a year.
    pub cdn_is_purged: bool,
}
