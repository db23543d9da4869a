use std::sync::Arc;

use annai_storage::keys::KeyScope;
use annai_web::{Allowance, ClientAddress, KeyLimit, Problem, outage};
use http::HeaderMap;

use super::Consumers;
use super::caller::{Caller, Given, given_token};
use super::keys::{KeyHash, LookupError, Memory};
use super::known::KnownKey;
use crate::error::storage_problem;
use crate::state::DeliveryState;

/// The admission of a request.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// The rest of the quota; `None` without a quota.
    allowance: Option<Allowance>,
}

impl Admitted {
    /// Adds the rest of the quota to the headers.
    pub(crate) fn put(self, headers: &mut HeaderMap) {
        if let Some(allowance) = self.allowance {
            allowance.put(headers);
        }
    }
}

/// Admits a request within its quota. It needs a valid key, or no key where anonymous reading is
/// on. An invalid key is refused even then.
///
/// A recognised key has a quota of its own. All other requests count for their network, before the
/// database is queried, so guessed keys do not evade the limit.
pub(crate) async fn admit(
    state: &DeliveryState,
    client: Option<ClientAddress>,
    headers: &HeaderMap,
) -> Result<Admitted, Problem> {
    let consumers = &state.consumers;
    match given_token(headers) {
        Given::Nothing => {
            let allowance = consumers.admit_network(client)?;
            if state.settings.anonymous {
                return Ok(Admitted { allowance });
            }
            Err(Problem::bearer_missing("a key is required"))
        }
        Given::Key(token, scope) => consumers.admit_key(&token.hash(), scope, client).await,
        Given::Nonsense => {
            consumers.admit_network(client)?;
            Err(invalid())
        }
    }
}

impl Consumers {
    fn admit_network(&self, client: Option<ClientAddress>) -> Result<Option<Allowance>, Problem> {
        let (Some(networks), Some(client)) = (&self.networks, client) else {
            return Ok(None);
        };
        Ok(Some(networks.admit(client)?))
    }

    async fn admit_key(
        &self,
        hash: &KeyHash,
        scope: KeyScope,
        client: Option<ClientAddress>,
    ) -> Result<Admitted, Problem> {
        let mut memory = self.keys.recall(hash);
        if !matches!(memory, Memory::Key(_)) {
            self.admit_network(client)?;
        }
        if let Memory::Nothing = memory {
            memory = self.look_up(hash).await?;
        }
        let key = of_scope(memory, scope)?;
        Ok(Admitted {
            allowance: key.limit.as_ref().map(KeyLimit::admit).transpose()?,
        })
    }

    /// Checks that the caller of a response that lasts may still read. A key that was revoked may
    /// not after 10 seconds. It costs nothing of a quota.
    pub(crate) async fn admit_again(&self, caller: &Caller) -> Result<(), Problem> {
        let Caller::Key { hash, scope } = caller else {
            return Ok(()); // whether reading needs a key is settled at the start
        };
        let memory = match self.keys.recall(hash) {
            Memory::Nothing => self.look_up(hash).await?,
            memory => memory,
        };
        of_scope(memory, *scope).map(drop)
    }

    async fn look_up(&self, hash: &KeyHash) -> Result<Memory, Problem> {
        let found = Box::pin(self.keys.look_up(hash)).await;
        found.map_err(|error| match error {
            LookupError::Storage(error) => storage_problem(&error),
            LookupError::Busy => outage::busy(),
        })
    }
}

fn of_scope(memory: Memory, scope: KeyScope) -> Result<Arc<KnownKey>, Problem> {
    match memory {
        Memory::Key(key) if key.scope == scope => Ok(key),
        Memory::Key(_) | Memory::NoKey | Memory::Nothing => Err(invalid()),
    }
}

/// Returns the one problem for every invalid key: malformed, unknown, revoked or expired.
fn invalid() -> Problem {
    Problem::bearer_invalid("the key is not valid: send `Authorization: Bearer annai_r_…`")
}
