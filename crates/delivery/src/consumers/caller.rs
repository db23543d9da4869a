use std::net::IpAddr;

use annai_domain::token::{Token, TokenKind};
use annai_storage::keys::KeyScope;
use annai_web::{ClientAddress, bearer};
use http::{HeaderMap, header};

use super::keys::KeyHash;

/// The owner of a response that lasts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// A key.
    Key { hash: KeyHash, scope: KeyScope },
    /// A network without a key; `None` where the address is not known.
    Network(Option<IpAddr>),
}

impl Caller {
    /// Returns the caller of an admitted request.
    pub(crate) fn of(client: Option<ClientAddress>, headers: &HeaderMap) -> Self {
        match given_token(headers) {
            Given::Key(token, scope) => Self::Key {
                hash: token.hash(),
                scope,
            },
            Given::Nothing | Given::Nonsense => Self::Network(client.map(ClientAddress::network)),
        }
    }
}

/// The content of `Authorization`.
pub(super) enum Given {
    /// The header is absent.
    Nothing,
    /// It has the form of a consumer's key with that scope.
    Key(Token, KeyScope),
    /// It has another form.
    Nonsense,
}

pub(super) fn given_token(headers: &HeaderMap) -> Given {
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
