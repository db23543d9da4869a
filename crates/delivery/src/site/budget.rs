use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

/// The limit of ready bytes on a node, and their current size.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: usize,
    used: AtomicUsize,
}

/// Ready bytes inside the budget. Dropping them frees their share.
#[derive(Debug)]
pub(crate) struct Resident {
    bytes: Bytes,
    budget: Arc<Budget>,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit,
            used: AtomicUsize::new(0),
        })
    }

    /// Admits `bytes`; `None` without room.
    pub(crate) fn admit(self: &Arc<Self>, bytes: Bytes) -> Option<Resident> {
        let grown = |used: usize| {
            used.checked_add(bytes.len())
                .filter(|&used| used <= self.limit)
        };
        let admitted = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown);
        admitted.is_ok().then(|| Resident {
            bytes,
            budget: Arc::clone(self),
        })
    }

    /// Returns the current size.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

impl Resident {
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl Drop for Resident {
    fn drop(&mut self) {
        self.budget
            .used
            .fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_do_not_fit_are_refused_until_others_go() {
        let budget = Budget::new(10);
        let first = budget.admit(Bytes::from_static(b"123456")).unwrap();
        assert!(budget.admit(Bytes::from_static(b"12345")).is_none());
        assert_eq!(budget.used(), 6);
        drop(first);
        assert_eq!(budget.used(), 0);
        assert!(budget.admit(Bytes::from_static(b"1234567890")).is_some());
    }
}
