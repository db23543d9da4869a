use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use annai_domain::{Ref, RefName};
use annai_storage::StorageError;
use annai_storage::delivery::{
    LedgerListener, LedgerPosition, ListSort, current_position, find_position, is_standby,
    list_changed_versions, list_last_changes, list_positions, list_slug_holders, list_versions_at,
};
use annai_web::{error_chain, metrics, outage};

use super::Site;
use super::changes::Changes;
use super::guide::Guide;
use super::snapshot::{Snapshot, Step};

/// The pause between two reads of the ledger without a notification.
const POLL: Duration = Duration::from_secs(1);

/// The pause between two attempts to warm up while the database is away.
const WARM_AGAIN: Duration = Duration::from_secs(5);

impl Site {
    /// Follows the ledger for ever. Reads it at every notification and every second, because a
    /// notification can be lost.
    pub async fn follow(&self) {
        let mut listener = None;
        let mut is_warming = false;
        loop {
            if listener.is_none() {
                // Before reading: a publication in between is notified.
                let listening = LedgerListener::listen(&self.0.db);
                listener = self.0.db.unless_replaced(listening).await.flatten().ok();
            }
            let caught_up = self.0.db.unless_replaced(self.catch_up()).await.flatten();
            self.note_database(caught_up.as_ref().err());
            if caught_up.is_ok() && !is_warming {
                is_warming = true;
                tokio::spawn(self.clone().warm_up());
            }
            let is_heard = if let Some(listener) = &mut listener {
                tokio::select! {
                    notified = listener.notified() => notified.is_ok(),
                    () = tokio::time::sleep(POLL) => true,
                }
            } else {
                tokio::time::sleep(POLL).await;
                false
            };
            if !is_heard {
                listener = None;
            }
        }
    }

    /// Ends the waits for a publication, because the program is about to end.
    pub fn leave(&self) {
        self.0.leaving.send_replace(true);
    }

    /// Brings the site to the newest ref of the ledger in one step, and returns that ref.
    ///
    /// A ledger that ends before the served ref may only be late, so the site stays. A ledger with
    /// another entry at the served ref has another history, as after a restored backup. Then
    /// everything is loaded again.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when Postgres does not answer. The old snapshot stays served.
    pub async fn catch_up(&self) -> Result<Ref, StorageError> {
        let _guard = self.0.making.lock().await;
        let head = current_position(&self.0.db).await?;
        metrics::ref_newest(head.name.number);
        let is_from_file = self.0.is_from_file.load(Ordering::Relaxed);
        let before = self.now();
        let has_gone_on = self.note_ahead(head, is_from_file).await?;
        let snapshot = match &before {
            None => self.load(head).await?,
            Some(now) if now.position.name == head.name => {
                self.0.is_from_file.store(false, Ordering::Relaxed);
                return Ok(now.at());
            }
            Some(now) if has_gone_on => self.load_other_history(now, head).await?,
            Some(now) if now.at() > head.name.number && !is_from_file => return Ok(now.at()),
            Some(now) => match self.step(now, head).await? {
                Some(next) => next,
                None => self.load_other_history(now, head).await?,
            },
        };
        if before.is_some_and(|before| !before.all_stay_in(&snapshot)) {
            // First, so that a crash cannot bring back a guide that was answered with 410.
            self.withdraw(snapshot.age()).await;
        }
        self.serve(snapshot);
        *self.short_end() = None;
        self.0.is_from_file.store(false, Ordering::Relaxed);
        Ok(head.name.number)
    }

    /// Notes whether the ledger ends before the served ref, and logs the beginning and the end of
    /// that. Returns whether such a ledger has gone on with a history of its own.
    ///
    /// A standby may only be late. A primary whose ledger gets a new end below the served ref has
    /// lost the entries up to that ref.
    async fn note_ahead(
        &self,
        head: LedgerPosition,
        is_from_file: bool,
    ) -> Result<bool, StorageError> {
        let now = self.now().filter(|_| !is_from_file);
        let ahead = now.filter(|now| now.at() > head.name.number);
        let seen = *self.short_end();
        let Some(now) = ahead else {
            if seen.is_some() {
                *self.short_end() = None;
                tracing::info!("the ledger was no longer behind the served ref");
            }
            return Ok(false);
        };
        if seen == Some(head.name) {
            return Ok(false);
        }
        if seen.is_some() && !is_standby(&self.0.db).await? {
            return Ok(true);
        }
        *self.short_end() = Some(head.name);
        if seen.is_none() {
            tracing::error!(served = %now.position.name, ledger = %head.name, "the ledger ended before the served ref, as after a failover that lost publications; the node kept what it served");
        }
        Ok(false)
    }

    /// Locks the end of a ledger that ends before the served ref.
    pub(super) fn short_end(&self) -> MutexGuard<'_, Option<RefName>> {
        let end = self.0.short_end.lock();
        end.unwrap_or_else(PoisonError::into_inner)
    }

    async fn load_other_history(
        &self,
        now: &Snapshot,
        head: LedgerPosition,
    ) -> Result<Snapshot, StorageError> {
        tracing::error!(served = %now.position.name, ledger = %head.name, "the ledger did not hold the served ref, as after restoring an older backup; the site was loaded anew");
        let mut snapshot = self.load(head).await?;
        snapshot.history = now.history + 1;
        // These caches know a version by its first ref, which the other history reuses.
        self.0.bodies.forget();
        self.0.composed.forget();
        Ok(snapshot)
    }

    /// Serves `snapshot` from now on.
    pub(super) fn serve(&self, snapshot: Snapshot) {
        let at = snapshot.at();
        self.0.now.store(Some(Arc::new(snapshot)));
        self.0.served.send_replace(at);
        metrics::ref_served(at);
    }

    async fn load(&self, head: LedgerPosition) -> Result<Snapshot, StorageError> {
        let db = &self.0.db;
        let at = head.name.number;
        let empty = find_position(db, Ref::EMPTY)
            .await?
            .unwrap_or(LedgerPosition {
                name: RefName {
                    number: Ref::EMPTY,
                    suffix: [0; 4],
                },
                published_at: None,
            });
        let versions = list_versions_at(db, at).await?;
        let holders = list_slug_holders(db, Ref::EMPTY, at).await?;
        let slugs = holders.into_iter();
        let slugs = slugs.map(|holder| (holder.slug, holder.guide_id)).collect();
        let changes = Changes::new(list_last_changes(db, at).await?);
        let guides = versions
            .into_iter()
            .map(|version| Arc::new(Guide::new(version)));
        tracing::info!(publication_ref = %head.name, "the published site was loaded");
        Ok(Snapshot::new(head, empty, guides, slugs, changes))
    }

    /// Computes the site at `to`. Returns `None` where the ledger does not lead from `now` to it.
    async fn step(
        &self,
        now: &Snapshot,
        to: LedgerPosition,
    ) -> Result<Option<Snapshot>, StorageError> {
        let db = &self.0.db;
        let (since, at) = (now.at(), to.name.number);
        // Concurrently: each round trip delays a publication.
        let (mut positions, versions, slugs) = tokio::try_join!(
            list_positions(db, since, at),
            list_changed_versions(db, since, at),
            list_slug_holders(db, since, at),
        )?;
        positions.push(now.empty);
        let is_on_the_way = positions
            .iter()
            .any(|position| position.name == now.position.name);
        if !is_on_the_way {
            return Ok(None);
        }
        let step = Step {
            to,
            positions,
            versions,
            slugs,
        };
        let (next, new) = now.after(step);
        // Ready before a client can request it.
        self.0.bodies.warm(&new).await?;
        Ok(Some(next))
    }

    /// Loads ready bytes while the budget lasts, the newest publications first.
    async fn warm_up(self) {
        loop {
            let Some(snapshot) = self.now() else { return };
            let guides: Vec<_> = snapshot.in_order(ListSort::PublishedAt).to_vec();
            let newest_first: Vec<_> = guides.into_iter().rev().collect();
            match self.0.bodies.warm(&newest_first).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::debug!(error = %error_chain(&error), "warming up was interrupted");
                    tokio::time::sleep(WARM_AGAIN).await;
                }
            }
        }
    }

    /// Notes whether the ledger can be followed. Failures that are no outage are logged once.
    fn note_database(&self, error: Option<&StorageError>) {
        let was_away = self
            .0
            .is_database_away
            .swap(error.is_some(), Ordering::Relaxed);
        match (error, was_away) {
            (Some(error @ StorageError::Unavailable(_)), _) => {
                outage::notice(metrics::Witness::Background, error);
            }
            (Some(error), false) => tracing::error!(
                error = %error_chain(error),
                "the ledger could not be followed; the published site was served from memory"
            ),
            (None, true) => tracing::debug!("the ledger was followed again"),
            (Some(_), true) | (None, false) => {}
        }
    }
}
