use std::sync::Arc;

use annai_content::Schema;
use annai_storage::DeliveryDb;

use crate::search::PublishedSearch;

/// What the delivery handlers share.
#[derive(Debug, Clone)]
pub struct DeliveryState {
    /// Reads as the delivery role.
    pub db: DeliveryDb,
    /// The fields that guides have.
    pub schema: Arc<Schema>,
    /// What is published, by what it says.
    pub search: PublishedSearch,
    /// What the operator decided.
    pub settings: DeliverySettings,
}

/// What the operator decided about delivery.
#[derive(Debug, Clone, Copy)]
pub struct DeliverySettings {
    /// Whether what is published may be read without a key.
    pub anonymous: bool,
}
