use annai_domain::token::{Token, TokenKind};
use annai_storage::keys::KeyScope;
use annai_web::{Allowance, ClientAddress, KeyLimit, Problem, bearer};
use http::{HeaderMap, header};

use super::Consumers;
use super::keys::{LookupError, Memory};
use crate::state::DeliveryState;
use crate::trouble::{busy, storage_problem};

/// Who may go on, and with what.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// What is left of the quota; `None` where there is none.
    allowance: Option<Allowance>,
}

impl Admitted {
    /// Tells the consumer what is left.
    pub(crate) fn put(self, headers: &mut HeaderMap) {
        if let Some(allowance) = self.allowance {
            allowance.put(headers);
        }
    }
}

/// Lets those go on who may read what is published and do not ask too often: with a valid key, or
/// without any where anonymous reading is on. A key that is given must be right even then.
///
/// A recognised key counts for itself. Everything else counts for the network it comes from, and
/// does so before the database is asked: guessing keys is no way around the limit.
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
            Err(Problem::bearer_missing("a key is needed here"))
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

/// What stands in `Authorization`.
enum Given {
    /// There is none.
    Nothing,
    /// It is formed like a consumer's key of that scope.
    Key(Token, KeyScope),
    /// Anything else.
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

fn invalid() -> Problem {
    Problem::bearer_invalid("the key is not valid: send `Authorization: Bearer annai_r_…`")
}
