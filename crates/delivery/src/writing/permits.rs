use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most bodies that are written at once on one node. Each holds a few batches of documents for
/// its reader, up to some mebibytes.
const WRITERS: usize = 64;
/// The most bodies that are written at once for one network.
const WRITERS_OF_ONE: usize = 8;

/// The longest wait for a permit.
const PATIENCE: Duration = Duration::from_secs(5);

/// The permits for writing bodies. Clones share them.
///
/// A client that does not read keeps its permit, so the permits of one network are few.
#[derive(Debug, Clone)]
pub(crate) struct WriterPermits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: Arc<Semaphore>,
    /// `None` is every client whose address is not known.
    networks: Mutex<HashMap<Option<IpAddr>, Arc<Semaphore>>>,
}

/// A permit for one body. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct WriterPermit {
    own: Option<OwnedSemaphorePermit>,
    of_all: Option<OwnedSemaphorePermit>,
    network: Option<IpAddr>,
    permits: WriterPermits,
}

impl Default for WriterPermits {
    fn default() -> Self {
        Self(Arc::new(Inner {
            all: Arc::new(Semaphore::new(WRITERS)),
            networks: Mutex::default(),
        }))
    }
}

impl WriterPermits {
    /// Waits for a permit to write for `network`; `None` when there is none in time.
    pub(crate) async fn take(&self, network: Option<IpAddr>) -> Option<WriterPermit> {
        let of_one = || Arc::new(Semaphore::new(WRITERS_OF_ONE));
        let own = Arc::clone(self.networks().entry(network).or_insert_with(of_one));
        let mut permit = WriterPermit {
            own: None,
            of_all: None,
            network,
            permits: self.clone(),
        };
        let taken = async {
            permit.own = own.acquire_owned().await.ok();
            permit.of_all = Arc::clone(&self.0.all).acquire_owned().await.ok();
        };
        // Dropping the permit forgets a network for which nobody writes.
        tokio::time::timeout(PATIENCE, taken).await.ok()?;
        Some(permit)
    }

    fn networks(&self) -> MutexGuard<'_, HashMap<Option<IpAddr>, Arc<Semaphore>>> {
        let networks = &self.0.networks;
        networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WriterPermit {
    fn drop(&mut self) {
        let mut networks = self.permits.networks();
        (self.own, self.of_all) = (None, None);
        if let Entry::Occupied(entry) = networks.entry(self.network)
            && Arc::strong_count(entry.get()) == 1
        {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[tokio::test(start_paused = true)]
    async fn one_network_waits_for_itself_and_leaves_permits_for_others() {
        let permits = WriterPermits::default();
        let mut held = Vec::new();
        for _ in 0..WRITERS_OF_ONE {
            held.push(permits.take(Some(network(1))).await.unwrap());
        }
        assert!(permits.take(Some(network(1))).await.is_none());
        let other = permits.take(Some(network(2))).await;
        assert!(other.is_some());
        held.pop();
        assert!(permits.take(Some(network(1))).await.is_some());
        drop((held, other));
        assert!(permits.networks().is_empty(), "{permits:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn all_networks_together_have_a_limit() {
        let permits = WriterPermits::default();
        let mut held = Vec::new();
        for last in 0..=u8::MAX {
            held.extend(permits.take(Some(network(last))).await);
        }
        assert_eq!(held.len(), WRITERS);
        assert_eq!(permits.networks().len(), WRITERS, "others are forgotten");
    }
}
