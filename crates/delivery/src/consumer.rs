use annai_domain::token::TokenKind;
use annai_storage::delivery::find_key;
use annai_storage::keys::KeyScope;
use annai_web::{Problem, ProblemKind, bearer};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};

use crate::state::DeliveryState;
use crate::trouble::storage_problem;

/// Lets a request through that may read what is published: with a valid key, or without any
/// where anonymous reading is on. A key that is given must be right even then.
pub(crate) async fn recognise(
    State(state): State<DeliveryState>,
    request: Request,
    next: Next,
) -> Response {
    match check(&state, request.headers()).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn check(state: &DeliveryState, headers: &HeaderMap) -> Result<(), Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, more) = (values.next(), values.next());
    let Some(value) = value else {
        if state.settings.anonymous {
            return Ok(());
        }
        return Err(unauthenticated(
            "Bearer realm=\"annai\"",
            "a key is needed here",
        ));
    };
    let token = bearer(value)
        .filter(|_| more.is_none())
        .ok_or_else(invalid)?;
    let wanted = match token.kind() {
        TokenKind::Reader => KeyScope::Reader,
        TokenKind::Preview => KeyScope::Preview,
        // A preview link opens its own guide's preview, and nothing here.
        TokenKind::PreviewLink | TokenKind::Setup | TokenKind::Invite | TokenKind::Reset => {
            return Err(invalid());
        }
    };
    let scope = find_key(&state.db, &token.hash()).await;
    match scope.map_err(|error| storage_problem(&error))? {
        Some(scope) if scope == wanted => Ok(()),
        Some(_) | None => Err(invalid()),
    }
}

/// The same answer for every key that does not open: malformed, unknown, revoked, over.
fn invalid() -> Problem {
    unauthenticated(
        "Bearer realm=\"annai\", error=\"invalid_token\"",
        "the key is not valid: send `Authorization: Bearer annai_r_…`",
    )
}

fn unauthenticated(challenge: &'static str, detail: &str) -> Problem {
    Problem::new(ProblemKind::Unauthenticated)
        .with_detail(detail)
        .with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        )
}
