use std::sync::Arc;

use annai_content::Schema;
use annai_storage::DeliveryDb;

use crate::{Consumers, PublishedSearch, Site, SiteUrls};

/// What the delivery handlers share.
#[derive(Debug, Clone)]
pub struct DeliveryState {
    /// Reads as the delivery role.
    pub db: DeliveryDb,
    /// What is published, in memory.
    pub site: Site,
    /// The fields that guides have.
    pub schema: Arc<Schema>,
    /// Who reads, and how often they may.
    pub consumers: Consumers,
    /// What is published, by what it says.
    pub search: PublishedSearch,
    /// What the operator decided.
    pub settings: DeliverySettings,
}

/// What the operator decided about delivery.
#[derive(Debug, Clone)]
pub struct DeliverySettings {
    /// Whether what is published may be read without a key.
    pub anonymous: bool,
    /// What links in feeds and sitemaps lead to.
    pub urls: SiteUrls,
    /// Whether a webhook purges the cache in front, which may then keep answers for a year.
    pub cdn_is_purged: bool,
}
