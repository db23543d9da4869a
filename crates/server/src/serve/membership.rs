//! The place of this server among the nodes of its database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use annai_delivery::Site;
use annai_domain::{Actor, ContentHash, NodeId, Ref};
use annai_storage::nodes::{self, Beat, NodeRecord};
use annai_storage::{Database, PROGRAM};

use super::failed;
use super::readiness::{RETRY, Readiness, State};
use crate::content_folder::LoadedSchema;
use crate::failure::{Code, Failure};

/// This server as a node: it joins the others, beats while it runs, and leaves.
#[derive(Debug, Clone)]
pub(super) struct Membership {
    database: Database,
    site: Site,
    node_id: NodeId,
    schema_hash: ContentHash,
    listen: SocketAddr,
    began: Instant,
    has_joined: Arc<AtomicBool>,
}

impl Membership {
    /// Prepares the node that answers at `listen`.
    pub(super) fn new(
        database: Database,
        site: Site,
        schema_hash: ContentHash,
        listen: SocketAddr,
    ) -> Self {
        Self {
            database,
            site,
            node_id: NodeId::new(),
            schema_hash,
            listen,
            began: Instant::now(),
            has_joined: Arc::default(),
        }
    }

    /// Joins the other nodes and stores the schema.
    ///
    /// A schema that another running node contradicts and none shares is refused, unless the
    /// operator accepts it. A killed node cannot be told from a running one at first, so the join
    /// waits until it beats or counts as stopped.
    pub(super) async fn join(
        &self,
        schema: &LoadedSchema,
        accept: bool,
        readiness: &Readiness,
    ) -> Result<(), Failure> {
        let mut seen: Option<Vec<NodeRecord>> = None;
        loop {
            let Some(others) = self.try_to_join(schema, accept).await? else {
                return Ok(());
            };
            if let Some(node) = seen.as_ref().and_then(|seen| beating(seen, &others)) {
                return Err(refusal(node, schema));
            }
            readiness.set(State::Starting(
                "a node with another schema.json may be running",
            ));
            seen.get_or_insert(others);
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Joins, or returns the nodes that contradict the schema.
    async fn try_to_join(
        &self,
        schema: &LoadedSchema,
        accept: bool,
    ) -> Result<Option<Vec<NodeRecord>>, Failure> {
        let mut tx = self.database.begin(Actor::system()).await?;
        nodes::lock(&mut tx).await?;
        let mut others = nodes::list(&tx, nodes::SILENT).await?;
        others.retain(|node| node.node_id != self.node_id);
        if !accept && contradict(&others, self.schema_hash) {
            return Ok(Some(others));
        }
        annai_storage::schemas::keep(&mut tx, self.schema_hash, schema.text.as_bytes()).await?;
        nodes::join(&mut tx, &self.news()).await?;
        tx.commit().await?;
        self.has_joined.store(true, Ordering::Relaxed);
        tracing::info!(schema = schema.origin, hash = %self.schema_hash, node_id = %self.node_id, "the node joined");
        Ok(None)
    }

    /// Renews this node's row. The next beat makes up for one that fails.
    pub(super) async fn beat(self) {
        if self.has_joined.load(Ordering::Relaxed)
            && let Err(error) = nodes::beat(&self.database, &self.news()).await
        {
            failed::note(&error, "the node could not say that it runs");
        }
    }

    /// Deletes this node's row. Others forget it by themselves if that fails.
    pub(super) async fn leave(&self) {
        if self.has_joined.load(Ordering::Relaxed)
            && let Err(error) = nodes::leave(&self.database, self.node_id).await
        {
            failed::note(&error, "the node could not say that it stopped");
        }
    }

    fn news(&self) -> Beat {
        let served = self.site.health().served;
        Beat {
            node_id: self.node_id,
            version: PROGRAM.to_owned(),
            schema_hash: self.schema_hash,
            served_ref: served.map_or(Ref::EMPTY, |name| name.number),
            uptime: self.began.elapsed(),
            machine: machine(),
            listen: self.listen.to_string(),
        }
    }
}

/// Returns the host name of this machine.
fn machine() -> Option<String> {
    let system = rustix::system::uname();
    let name = system.nodename().to_string_lossy().into_owned();
    Some(name).filter(|name| !name.is_empty())
}

/// Returns whether some of `others` use a schema, and none of them uses `mine`.
fn contradict(others: &[NodeRecord], mine: ContentHash) -> bool {
    !others.is_empty() && others.iter().all(|node| node.schema_hash != mine)
}

/// Returns a node that has joined or beaten between two looks.
fn beating<'a>(seen: &[NodeRecord], now: &'a [NodeRecord]) -> Option<&'a NodeRecord> {
    now.iter().find(|node| {
        let before = seen.iter().find(|seen| seen.node_id == node.node_id);
        before.is_none_or(|seen| node.last_beat_at > seen.last_beat_at)
    })
}

fn refusal(node: &NodeRecord, schema: &LoadedSchema) -> Failure {
    let message = format!(
        "{} has the hash {}, and the running node {} uses a schema with the hash {}",
        schema.origin,
        schema.schema.hash(),
        node.label,
        node.schema_hash
    );
    Failure::message(Code::Configuration, message).hint(
        "give every node the same schema.json. To change it, start one node with --accept-schema, \
         then restart the others with the new file",
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn node(node_id: NodeId, schema: &str, last_beat_at: i64) -> NodeRecord {
        NodeRecord {
            node_id,
            label: node_id.to_string(),
            version: PROGRAM.to_owned(),
            schema_hash: ContentHash::of(schema.as_bytes()),
            served_ref: Ref::EMPTY,
            last_beat_at: jiff::Timestamp::from_second(last_beat_at).unwrap(),
            silence: Duration::ZERO,
        }
    }

    #[test]
    fn one_node_with_the_same_schema_vouches_for_it() {
        let of = |schemas: &[&str]| -> Vec<NodeRecord> {
            let nodes = schemas.iter();
            nodes.map(|schema| node(NodeId::new(), schema, 0)).collect()
        };
        for (others, contradicted) in [
            (&[][..], false),
            (&["mine"][..], false),
            (&["other"][..], true),
            (&["other", "another"][..], true),
            (&["other", "mine"][..], false),
        ] {
            let mine = ContentHash::of(b"mine");
            assert_eq!(contradict(&of(others), mine), contradicted, "{others:?}");
        }
    }

    #[test]
    fn a_node_counts_as_running_once_its_beat_moves() {
        let (killed, running) = (NodeId::new(), NodeId::new());
        let seen = [node(killed, "x", 5), node(running, "x", 7)];

        assert_eq!(beating(&seen, &seen), None);

        let later = [node(killed, "x", 5), node(running, "x", 17)];
        assert_eq!(beating(&seen, &later), Some(&later[1]));
        assert_eq!(beating(&seen, &later[..1]), None, "it stopped meanwhile");
        let new = [node(NodeId::new(), "x", 1)];
        assert_eq!(beating(&seen, &new), Some(&new[0]));
    }
}
