use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use annai_web::{Problem, ProblemKind};
use http::{HeaderValue, header};

use crate::consumers::Caller;

/// The most streams of changes on one node.
const STREAMS: usize = 256;
/// The most streams of one key, or of one network without a key.
const STREAMS_OF_ONE: usize = 32;

/// The permits for streams of changes on one node. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamPermits(Arc<Mutex<HashMap<Caller, usize>>>);

/// A permit for one stream. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct StreamPermit {
    caller: Caller,
    permits: StreamPermits,
}

impl StreamPermits {
    /// Takes a permit for a stream of `caller`.
    pub(super) fn take(&self, caller: Caller) -> Result<StreamPermit, Problem> {
        let mut taken = self.taken();
        let own = taken.get(&caller).copied().unwrap_or_default();
        if own >= STREAMS_OF_ONE {
            return Err(refused(
                ProblemKind::RateLimited,
                "you have too many streams already: share one, or poll with `wait`",
            ));
        }
        if taken.values().sum::<usize>() >= STREAMS {
            return Err(refused(
                ProblemKind::Unavailable,
                "there are too many streams already: poll with `wait` instead",
            ));
        }
        taken.insert(caller.clone(), own + 1);
        drop(taken);
        let permits = self.clone();
        Ok(StreamPermit { caller, permits })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Caller, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StreamPermit {
    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut taken = self.permits.taken();
        if let Some(own) = taken.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.caller);
            }
        }
    }
}

fn refused(kind: ProblemKind, detail: &'static str) -> Problem {
    Problem::new(kind)
        .with_detail(detail)
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("30"))
}
