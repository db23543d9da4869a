use annai_domain::token::{Token, TokenKind};
use annai_storage::keys::KeyScope;
use annai_web::{Allowance, ClientAddress, KeyLimit, Problem, bearer};
use http::{HeaderMap, header};

use super::Consumers;
use super::keys::{LookupError, Memory};
use crate::error::{busy, storage_problem};
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
        hash: &[u8; 32],
        scope: KeyScope,
        client: Option<ClientAddress>,
    ) -> Result<Admitted, Problem> {
        let mut memory = self.keys.recall(hash);
        if !matches!(memory, Memory::Key(_)) {
            self.admit_network(client)?;
        }
        if let Memory::Nothing = memory {
            let found = Box::pin(self.keys.look_up(hash)).await;
            memory = found.map_err(|error| match error {
                LookupError::Storage(error) => storage_problem(&error),
                LookupError::Busy => busy(),
            })?;
        }
        match memory {
            Memory::Key(key) if key.scope == scope => Ok(Admitted {
                allowance: key.limit.as_ref().map(KeyLimit::admit).transpose()?,
            }),
            Memory::Key(_) | Memory::NoKey | Memory::Nothing => Err(invalid()),
        }
    }
}

/// The content of `Authorization`.
enum Given {
    /// The header is absent.
    Nothing,
    /// It has the form of a consumer's key with that scope.
    Key(Token, KeyScope),
    /// It has another form.
    Nonsense,
}

fn given_token(headers: &HeaderMap) -> Given {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let token = match (values.next(), values.next()) {
        (None, _) => return Given::Nothing,
        (Some(value), None) => bearer(value),
        (Some(_), Some(_)) => None,
    };
    let Some(token) = token else {
        return Given::Nonsense;
    };
    let scope = match token.kind() {
        TokenKind::Reader => KeyScope::Reader,
        TokenKind::Preview => KeyScope::Preview,
        TokenKind::Setup | TokenKind::Invite | TokenKind::Reset | TokenKind::PreviewLink => {
            return Given::Nonsense;
        }
    };
    Given::Key(token, scope)
}

/// Returns the one problem for every invalid key: malformed, unknown, revoked or expired.
fn invalid() -> Problem {
    Problem::bearer_invalid("the key is not valid: send `Authorization: Bearer annai_r_…`")
}
