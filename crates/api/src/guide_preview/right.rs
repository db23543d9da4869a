use annai_domain::token::{Token, TokenKind};
use annai_editorial::{PreviewRight, open_preview_link};
use annai_storage::keys::{self, KeyScope};
use annai_web::{ClientAddress, Problem, ProblemKind, bearer};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use annai_desk::DeskState;
use annai_identity::storage_problem;

/// Proof that a request carries a preview key, or the token of an active preview link. Extract it
/// first, so that everybody else gets 401 whatever they request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Right(pub(super) PreviewRight);

impl FromRequestParts<DeskState> for Right {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &DeskState) -> Result<Self, Problem> {
        let client = parts.extensions.get().copied();
        recognise(state, client, &parts.headers).await.map(Self)
    }
}

async fn recognise(
    state: &DeskState,
    client: Option<ClientAddress>,
    headers: &HeaderMap,
) -> Result<PreviewRight, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, more) = (values.next(), values.next());
    let value = value.ok_or_else(missing)?;
    let token = bearer(value)
        .filter(|_| more.is_none())
        .ok_or_else(invalid)?;
    state.preview_limit.admit(client, &token)?;
    let right = look_up(state, &token).await?;
    state.preview_limit.opened(&token);
    Ok(right)
}

/// Looks up what the token opens.
async fn look_up(state: &DeskState, token: &Token) -> Result<PreviewRight, Problem> {
    let wanted = match token.kind() {
        TokenKind::PreviewLink => {
            let link = open_preview_link(&state.database, token).await;
            let link = link.map_err(|error| storage_problem(&error))?;
            return link.map(PreviewRight::Link).ok_or_else(invalid);
        }
        TokenKind::Reader => KeyScope::Reader,
        TokenKind::Preview => KeyScope::Preview,
        TokenKind::Setup | TokenKind::Invite | TokenKind::Reset => return Err(invalid()),
    };
    let scope = keys::find_scope(&state.database.reader(), &token.hash()).await;
    match scope.map_err(|error| storage_problem(&error))? {
        Some(scope) if scope != wanted => Err(invalid()),
        Some(KeyScope::Preview) => Ok(PreviewRight::Key),
        Some(KeyScope::Reader) => Err(Problem::new(ProblemKind::ForbiddenScope)
            .with_detail("this key reads what is published; a preview needs a preview key")),
        None => Err(invalid()),
    }
}

fn missing() -> Problem {
    Problem::bearer_missing("a preview key or the token of a preview link is needed here")
}

fn invalid() -> Problem {
    Problem::bearer_invalid("the key is not valid: send `Authorization: Bearer annai_p_…`")
}
