use std::net::SocketAddr;
use std::sync::Arc;

use annai_content::Schema;
use annai_delivery::{Consumers, PublishedSearch, Site};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::application::{Desk, Readers};
use super::gate::Gate;
use super::membership::Membership;
use super::readiness::Readiness;
use crate::database::OpenDatabase;
use crate::settings::Settings;

/// A running server: the place of its data, and its public state.
pub(super) struct Node {
    pub(super) open: Arc<OpenDatabase>,
    pub(super) settings: Arc<Settings>,
    /// The address at which this server answers.
    pub(super) listen: SocketAddr,
    pub(super) readiness: Readiness,
    pub(super) gate: Gate,
    /// The threads that answer editors' requests.
    pub(super) editors: Handle,
    /// Becomes true once the database has tables.
    pub(super) has_tables: watch::Sender<bool>,
}

/// The memory of a node for readers and editors, and its place among the nodes.
pub(super) struct Memory {
    pub(super) site: Site,
    pub(super) readers: Readers,
    pub(super) desk: Desk,
    pub(super) membership: Membership,
}

impl Memory {
    pub(super) fn new(node: &Node, schema: &Arc<Schema>) -> Self {
        let (database, settings) = (&node.open.database, &node.settings);
        let site = Site::new(database.delivery(), settings.delivery_memory << 20);
        Self {
            membership: Membership::new(database.clone(), site.clone(), schema.hash(), node.listen),
            site,
            readers: Readers {
                consumers: Consumers::new(database.delivery(), settings.rate_limits),
                search: PublishedSearch::new(Arc::clone(schema)),
            },
            desk: Desk::new(database, schema),
        }
    }

    /// Ends the responses that would wait for news as long as the server runs.
    pub(super) fn let_readers_go(&self) {
        self.site.leave();
        self.desk.presence.leave();
    }
}
