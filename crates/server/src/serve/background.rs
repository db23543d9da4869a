//! The jobs of a node, in the order of their start.
//!
//! They stop in the reverse order: webhooks first, because they finish their attempts, and the
//! ledger's follower last.

use std::sync::Arc;

use annai_content::Schema;
use annai_jobs::{Jobs, Period};
use annai_storage::Database;
use annai_storage::nodes::BEAT;
use annai_webhooks::{Sender, WebhookQueue};

use super::heartbeat::Heartbeat;
use super::key_uses::{GATHER, KeyUses};
use super::membership::Membership;
use super::node::{Memory, Node};
use super::references;
use super::site_file::{self, SiteFile};
use super::stop;
use super::sweep::{SWEEP, sweep};
use crate::settings::Settings;

/// Starts to follow the ledger once the database has tables.
pub(super) fn follow_ledger(jobs: &mut Jobs, node: &Node, memory: &Memory) {
    let (site, has_tables) = (memory.site.clone(), node.has_tables.subscribe());
    jobs.lasting("site", move || {
        let (site, mut has_tables) = (site.clone(), has_tables.clone());
        async move {
            stop::wait(&mut has_tables).await;
            site.follow().await;
        }
    });
}

/// Starts to tell the other nodes that this one runs, once it has joined them.
pub(super) fn beat(jobs: &mut Jobs, membership: &Membership) {
    let membership = membership.clone();
    jobs.periodic("beat", Period::every(BEAT), move || {
        membership.clone().beat()
    });
}

/// Starts the jobs of a node that is ready.
pub(super) fn start(jobs: &mut Jobs, node: &Node, memory: &Memory, site_file: Arc<SiteFile>) {
    let database = &node.open.database;
    let period = Period::every(site_file::PAUSE).and_at_start().and_at_stop();
    let renewed = Arc::clone(&site_file);
    jobs.periodic("site_file", period, move || Arc::clone(&site_file).write());
    jobs.lasting("site_file_renewal", move || Arc::clone(&renewed).renew());
    let uses = KeyUses::new(memory.readers.consumers.clone(), database.clone());
    let period = Period::every(GATHER).and_at_stop();
    let written = database.clone();
    jobs.periodic("key_uses", period, move || {
        unless_replaced(written.clone(), Arc::clone(&uses).write())
    });
    let heartbeat = Heartbeat {
        open: Arc::clone(&node.open),
        settings: Arc::clone(&node.settings),
        readiness: node.readiness.clone(),
        site: memory.site.clone(),
    };
    jobs.lasting("heartbeat", move || heartbeat.clone().beat_for_ever());
    let swept = database.clone();
    jobs.periodic("sweep", Period::every(SWEEP), move || {
        unless_replaced(swept.clone(), sweep(swept.clone()))
    });
    let presence = memory.desk.presence.clone();
    jobs.lasting("presence", move || {
        let presence = presence.clone();
        async move { presence.follow().await }
    });
    start_webhooks(jobs, database, &node.settings);
}

/// Starts to write the references of older revisions.
pub(super) fn fill_references(jobs: &mut Jobs, database: &Database, schema: Arc<Schema>) {
    let (database, period) = (database.clone(), Period::every(references::PAUSE));
    jobs.periodic("references", period.and_at_start(), move || {
        let filled = references::fill(database.clone(), schema.clone());
        unless_replaced(database.clone(), filled)
    });
}

/// Runs a job once, until the connections it may wait for are replaced. Its next run goes on.
async fn unless_replaced(database: Database, run: impl Future<Output = ()> + Send) {
    if let Err(error) = database.unless_replaced(run).await {
        tracing::debug!(%error, "a job was broken off");
    }
}

/// Starts to send webhooks. A server that cannot send, such as one without root certificates, logs
/// that and serves all the same.
fn start_webhooks(jobs: &mut Jobs, database: &Database, settings: &Settings) {
    match Sender::new(settings.webhook_reach(), database.clock()) {
        Ok(sender) => jobs.queue("webhooks", WebhookQueue::new(database.clone(), sender)),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "webhooks could not be sent; deliveries wait");
        }
    }
}
