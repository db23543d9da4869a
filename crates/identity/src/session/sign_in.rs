use annai_domain::UserId;
use annai_storage::sessions::{self, SessionRecord};
use annai_storage::{StorageError, users};
use annai_web::ClientAddress;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use secrecy::SecretString;
use std::convert::Infallible;
use tower_sessions::Session;

use super::signed_in::SignedIn;
use super::store::{DATA_KEY, SessionData};
use super::throttle::Wait;
use crate::{Identity, IdentityError, change_password, check_password};

/// The longest kept name of a browser, in characters.
const USER_AGENT_LENGTH: usize = 300;

/// The client of a request.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Its address; `None` in tests without a socket.
    pub address: Option<ClientAddress>,
    /// Its `User-Agent`, cut off after 300 characters.
    pub user_agent: String,
}

/// The reason why a person was not signed in.
#[derive(Debug)]
pub enum SignInError {
    /// The address or the password is wrong, or the account is disabled. The response does not say
    /// which.
    Refused,
    /// Too many failures.
    Wait(Wait),
    /// A command about people failed: a field was refused, or too many passwords are being checked.
    Command(IdentityError),
    /// The database does not answer.
    Storage(StorageError),
    /// The session could not be stored.
    Session(tower_sessions::session::Error),
}

impl From<StorageError> for SignInError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<IdentityError> for SignInError {
    fn from(error: IdentityError) -> Self {
        Self::Command(error)
    }
}

impl From<tower_sessions::session::Error> for SignInError {
    fn from(error: tower_sessions::session::Error) -> Self {
        Self::Session(error)
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let user_agent = parts.headers.get(header::USER_AGENT);
        let user_agent = user_agent
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Ok(Self {
            address: parts.extensions.get::<ClientAddress>().copied(),
            user_agent: user_agent.chars().take(USER_AGENT_LENGTH).collect(),
        })
    }
}

/// Signs somebody in under a new session id.
///
/// An unknown account, a disabled one, one without a password and a wrong password get the same
/// response in the same time.
pub async fn sign_in(
    identity: &Identity,
    session: &Session,
    client: &Client,
    email: &str,
    password: SecretString,
) -> Result<users::User, SignInError> {
    let now = identity.database.clock().now();
    identity
        .throttle
        .admit(now, email, client.address)
        .map_err(SignInError::Wait)?;
    let user = match check_password(&identity.database, &identity.passwords, email, password).await
    {
        Ok(Some(user)) => user,
        Ok(None) => return Err(SignInError::Refused),
        Err(error) => return Err(failed(identity, client, email, error)),
    };
    identity.throttle.succeeded(email, client.address);
    begin_session(identity, session, client, user.user_id).await?;
    tracing::info!(user_id = %user.user_id, "a person signed in");
    Ok(user)
}

/// Returns why a password was not checked. An attempt that our own fault ended is given back.
fn failed(identity: &Identity, client: &Client, email: &str, error: IdentityError) -> SignInError {
    if matches!(error, IdentityError::Storage(_) | IdentityError::Busy) {
        identity.throttle.give_back(email, client.address);
    }
    error.into()
}

/// Begins a session, under a new id, for somebody who just proved who they are. The earlier session
/// of the browser ends.
///
/// A new password ends every session of a person; this begins the next one.
pub async fn begin_session(
    identity: &Identity,
    session: &Session,
    client: &Client,
    user_id: UserId,
) -> Result<(), SignInError> {
    let user = users::find(&identity.database.reader(), user_id).await?;
    let user = user
        .filter(|user| user.disabled_at.is_none())
        .ok_or(SignInError::Refused)?;
    let data = SessionData {
        user_id,
        session_epoch: user.session_epoch,
        user_agent: client.user_agent.clone(),
        signed_in_at: identity.database.clock().now(),
    };
    session.cycle_id().await?;
    session.insert(DATA_KEY, data).await?;
    session.save().await?;
    Ok(())
}

/// Ends the session of the request.
pub async fn sign_out(session: &Session) -> Result<(), SignInError> {
    session.flush().await?;
    Ok(())
}

/// Checks the password once more. Administration is open for 10 minutes afterwards.
pub async fn reauthenticate(
    identity: &Identity,
    signed_in: &SignedIn,
    client: &Client,
    password: SecretString,
) -> Result<(), SignInError> {
    let (email, now) = (
        signed_in.user.email.as_str(),
        identity.database.clock().now(),
    );
    identity
        .throttle
        .admit(now, email, client.address)
        .map_err(SignInError::Wait)?;
    let user = check_password(&identity.database, &identity.passwords, email, password).await;
    let user = user.map_err(|error| failed(identity, client, email, error))?;
    if user.is_none_or(|user| user.user_id != signed_in.actor.user_id) {
        return Err(SignInError::Refused);
    }
    identity.throttle.succeeded(email, client.address);
    let db = identity.database.reader();
    let found = sessions::find(&db, &signed_in.session.session_hash, now).await?;
    let stored = found.ok_or(SignInError::Refused)?;
    let renewed = SessionRecord {
        reauthenticated_at: now,
        ..stored
    };
    if sessions::renew(&identity.database, &renewed).await? {
        Ok(())
    } else {
        Err(SignInError::Refused)
    }
}

/// Changes the person's own password. Every session of theirs ends, and this browser gets a new
/// one. Attempts are throttled like sign-in: a stolen session must not help to guess the old
/// password.
///
/// # Errors
///
/// [`SignInError::Command`] when the old password is wrong or the new one is refused.
pub async fn change_own_password(
    identity: &Identity,
    signed_in: &SignedIn,
    client: &Client,
    session: &Session,
    (old, new): (SecretString, SecretString),
) -> Result<(), SignInError> {
    let (email, now) = (
        signed_in.user.email.as_str(),
        identity.database.clock().now(),
    );
    identity
        .throttle
        .admit(now, email, client.address)
        .map_err(SignInError::Wait)?;
    let user_id = signed_in.actor.user_id;
    let changed = change_password(&identity.database, &identity.passwords, user_id, old, new).await;
    match changed {
        Err(error @ (IdentityError::Storage(_) | IdentityError::Busy)) => {
            return Err(failed(identity, client, email, error));
        }
        Err(
            error @ IdentityError::Field {
                field: "old_password",
                ..
            },
        ) => return Err(error.into()),
        Ok(()) | Err(_) => identity.throttle.succeeded(email, client.address),
    }
    changed?;
    begin_session(identity, session, client, user_id).await
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[tokio::test]
    async fn attempts_count_for_the_client_that_the_listener_made_out() {
        let address: ClientAddress = "198.51.100.7".parse().unwrap();
        let request = Request::get("/admin/sign-in")
            .extension(address)
            .header("x-forwarded-for", "192.0.2.1")
            .body(())
            .unwrap();
        let (mut parts, ()) = request.into_parts();
        let Ok(client) = Client::from_request_parts(&mut parts, &()).await;
        assert_eq!(client.address, Some(address));
    }
}
