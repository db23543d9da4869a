use std::sync::Arc;

use annai_content::Schema;
use annai_storage::DeliveryDb;
use annai_web::Problem;
use axum::response::Response;

use crate::answer::{Answer, Negotiation};
use crate::answered::Answered;
use crate::changes::StreamPermits;
use crate::consumers::Consumers;
use crate::search::PublishedSearch;
use crate::settings::DeliverySettings;
use crate::site::Site;
use crate::writing::WriterPermits;

/// The state that all delivery handlers share.
#[derive(Debug, Clone)]
pub struct DeliveryState {
    /// Reads as the delivery role.
    pub(crate) db: DeliveryDb,
    pub(crate) site: Site,
    pub(crate) schema: Arc<Schema>,
    pub(crate) consumers: Consumers,
    pub(crate) search: PublishedSearch,
    pub(crate) settings: DeliverySettings,
    pub(crate) answered: Answered,
    pub(crate) streams: StreamPermits,
    pub(crate) writers: WriterPermits,
}

impl DeliveryState {
    /// Creates the state of one node. `schema` names the fields that guides have.
    #[must_use]
    pub fn new(
        db: DeliveryDb,
        site: Site,
        schema: Arc<Schema>,
        consumers: Consumers,
        search: PublishedSearch,
        settings: DeliverySettings,
    ) -> Self {
        Self {
            answered: Answered::new(site.side_memory() / 2),
            streams: StreamPermits::default(),
            writers: WriterPermits::default(),
            db,
            site,
            schema,
            consumers,
            search,
            settings,
        }
    }

    /// Builds the response for `answer` that suits the client.
    pub(crate) async fn respond(
        &self,
        answer: &Answer,
        negotiation: &Negotiation,
    ) -> Result<Response, Problem> {
        let bodies = self.site.bodies();
        answer.respond(negotiation, &self.settings, bodies).await
    }
}
