use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use annai_web::ClientAddress;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

/// The number of failures of an account that cost nothing.
const FREE_FAILURES: u32 = 5;
/// The longest wait of an account, in seconds: nobody is locked out.
const LONGEST_WAIT: i64 = 15 * 60;
/// The time after which the failures of an account are forgotten.
const ACCOUNT_MEMORY: SignedDuration = SignedDuration::from_mins(30);
/// The number of failures of a network within [`NETWORK_WINDOW`].
const NETWORK_FAILURES: u32 = 20;
/// The time in which the failures of a network are counted together.
const NETWORK_WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// Slows down guesses at passwords. An account has 5 free failures, then waits 1, 2, 4 … seconds,
/// up to 15 minutes. A network (an IPv4 address, or the /64 of an IPv6 address) has 20 failures in
/// 5 minutes.
///
/// An account is one of 65,536 slots, chosen by a keyed hash: memory is bounded, and unknown
/// accounts behave like known ones. The counts live in memory. Every node counts for itself, and a
/// restart forgets.
#[derive(Debug, Clone)]
pub struct SignInThrottle {
    secret: [u8; 32],
    counts: Arc<Mutex<FailureCounts>>,
}

#[derive(Debug, Default)]
struct FailureCounts {
    accounts: HashMap<u16, Failures>,
    networks: HashMap<IpAddr, Failures>,
    swept_at: Option<Timestamp>,
}

/// A number of failures. For a network `at` is the first of them, for an account the last.
#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    at: Timestamp,
}

/// The client has to wait before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The wait in whole seconds, at least 1.
    pub seconds: u32,
}

impl SignInThrottle {
    /// Creates a throttle without failures. `secret` keys its hash and should be random.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            secret,
            counts: Arc::default(),
        }
    }

    /// Counts an attempt as a failure until `succeeded` takes it back. So attempts at the
    /// same moment cannot pass together.
    ///
    /// # Errors
    ///
    /// [`Wait`] when the account or the network has to slow down. That attempt is not counted.
    pub fn admit(
        &self,
        now: Timestamp,
        account: &str,
        address: Option<ClientAddress>,
    ) -> Result<(), Wait> {
        let slot = self.slot(account);
        let network = address.map(ClientAddress::network);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.sweep(now);

        let mut of_account = fresh(counts.accounts.get(&slot), now, ACCOUNT_MEMORY);
        let of_network = network.and_then(|network| counts.networks.get(&network));
        let mut of_network = fresh(of_network, now, NETWORK_WINDOW);
        let until = [account_free_at(&of_account), network_free_at(&of_network)];
        if let Some(until) = until.into_iter().flatten().max().filter(|at| *at > now) {
            return Err(Wait::between(now, until));
        }

        of_account.count += 1;
        of_account.at = now;
        counts.accounts.insert(slot, of_account);
        if let Some(network) = network {
            of_network.count += 1;
            counts.networks.insert(network, of_network);
        }
        Ok(())
    }

    /// Takes a successful attempt back. The account starts again at zero.
    pub(crate) fn succeeded(&self, account: &str, address: Option<ClientAddress>) {
        let slot = self.slot(account);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.accounts.remove(&slot);
        let network = address.map(ClientAddress::network);
        if let Some(failures) = network.and_then(|network| counts.networks.get_mut(&network)) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    /// Gives an attempt back that failed by our own fault: it counts against nobody.
    pub(crate) fn give_back(&self, account: &str, address: Option<ClientAddress>) {
        let slot = self.slot(account);
        let network = address.map(ClientAddress::network);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failures) = counts.accounts.get_mut(&slot) {
            failures.count = failures.count.saturating_sub(1);
        }
        if let Some(failures) = network.and_then(|network| counts.networks.get_mut(&network)) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    fn slot(&self, account: &str) -> u16 {
        let account = account.trim().to_lowercase();
        let hash = Sha256::new()
            .chain_update(self.secret)
            .chain_update(account.as_bytes())
            .finalize();
        u16::from_be_bytes([hash[0], hash[1]])
    }
}

impl Wait {
    fn between(now: Timestamp, until: Timestamp) -> Self {
        let millis = until.duration_since(now).as_millis();
        let seconds = u32::try_from(millis.div_euclid(1000) + i128::from(millis % 1000 != 0));
        Self {
            seconds: seconds.unwrap_or(u32::MAX).max(1),
        }
    }
}

impl FailureCounts {
    /// Drops counts without effect, at most once a minute.
    fn sweep(&mut self, now: Timestamp) {
        let minute = SignedDuration::from_mins(1);
        if self
            .swept_at
            .is_some_and(|at| now.duration_since(at) < minute)
        {
            return;
        }
        self.swept_at = Some(now);
        self.accounts
            .retain(|_, failures| now.duration_since(failures.at) < ACCOUNT_MEMORY);
        self.networks
            .retain(|_, failures| now.duration_since(failures.at) < NETWORK_WINDOW);
    }
}

/// Returns the earlier count, or a new one where that is older than `memory`.
fn fresh(failures: Option<&Failures>, now: Timestamp, memory: SignedDuration) -> Failures {
    match failures {
        Some(failures) if now.duration_since(failures.at) < memory => *failures,
        _ => Failures { count: 0, at: now },
    }
}

/// Returns when the account may try again; `None` while failures are free.
fn account_free_at(failures: &Failures) -> Option<Timestamp> {
    let over = failures.count.checked_sub(FREE_FAILURES)?;
    let wait = (1_i64 << over.min(10)).min(LONGEST_WAIT);
    failures
        .at
        .checked_add(SignedDuration::from_secs(wait))
        .ok()
}

/// Returns when the network may try again; `None` while it has attempts left.
fn network_free_at(failures: &Failures) -> Option<Timestamp> {
    if failures.count < NETWORK_FAILURES {
        return None;
    }
    failures.at.checked_add(NETWORK_WINDOW).ok()
}

#[cfg(test)]
#[path = "throttle/tests.rs"]
mod tests;
