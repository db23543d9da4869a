use crate::site_urls::SiteUrls;

/// The operator's settings for delivery.
#[derive(Debug, Clone)]
pub struct DeliverySettings {
    /// Whether requests without a key are served.
    pub anonymous: bool,
    /// The targets of links in feeds and sitemaps.
    pub urls: SiteUrls,
    /// Whether a webhook purges the cache in front, which may then keep responses for a year.
    pub cdn_is_purged: bool,
}
