use annai_domain::UserId;
use annai_storage::sessions::{self, SessionRecord};
use annai_storage::{StorageError, users};
use secrecy::SecretString;
use tower_sessions::Session;

use super::client::Client;
use super::signed_in::SignedIn;
use super::store::{DATA_KEY, SessionData};
use super::throttle::{Attempt, NotAdmitted, Wait};
use crate::{Identity, IdentityError, change_password, check_password};

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

impl From<NotAdmitted> for SignInError {
    fn from(error: NotAdmitted) -> Self {
        match error {
            NotAdmitted::Wait(wait) => Self::Wait(wait),
            NotAdmitted::Storage(error) => Self::Storage(error),
        }
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
    let attempt = identity.throttle.admit(now, email, client).await?;
    let user = match check_password(&identity.database, &identity.passwords, email, password).await
    {
        Ok(Some(user)) => user,
        Ok(None) => return Err(SignInError::Refused),
        Err(error) => return Err(failed(attempt, error).await),
    };
    attempt.succeeded().await?;
    begin_session(identity, session, client, user.user_id).await?;
    tracing::info!(user_id = %user.user_id, "a person signed in");
    Ok(user)
}

/// Returns why a password was not checked. An attempt that our own fault ended is given back.
async fn failed(attempt: Attempt<'_>, error: IdentityError) -> SignInError {
    if matches!(error, IdentityError::Storage(_) | IdentityError::Busy) {
        attempt.give_back().await;
    }
    error.into()
}

/// Begins a session, under a new id, for somebody who just proved who they are. The earlier session
/// of the browser ends, and the browser becomes known.
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
    let now = identity.database.clock().now();
    let data = SessionData {
        user_id,
        session_epoch: user.session_epoch,
        user_agent: client.user_agent.clone(),
        signed_in_at: now,
    };
    let throttle = &identity.throttle;
    throttle.remember(now, &user, client).await?;
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

/// Checks the password once more. Administration is open for 10 minutes afterwards. Failures count
/// against this session, so that failures of strangers hold up nobody who is signed in.
pub async fn reauthenticate(
    identity: &Identity,
    signed_in: &SignedIn,
    password: SecretString,
) -> Result<(), SignInError> {
    let (email, now) = (
        signed_in.user.email.as_str(),
        identity.database.clock().now(),
    );
    let session_hash = &signed_in.session.session_hash;
    let attempt = identity.throttle.admit_again(now, session_hash).await?;
    let user = check_password(&identity.database, &identity.passwords, email, password).await;
    let user = match user {
        Ok(user) => user,
        Err(error) => return Err(failed(attempt, error).await),
    };
    if user.is_none_or(|user| user.user_id != signed_in.actor.user_id) {
        return Err(SignInError::Refused);
    }
    attempt.succeeded().await?;
    let db = identity.database.reader();
    let found = sessions::find(&db, session_hash, now).await?;
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
/// one. Attempts are throttled per session: a stolen session must not help to guess the old
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
    let now = identity.database.clock().now();
    let session_hash = &signed_in.session.session_hash;
    let attempt = identity.throttle.admit_again(now, session_hash).await?;
    let user_id = signed_in.actor.user_id;
    let changed = change_password(&identity.database, &identity.passwords, user_id, old, new).await;
    match changed {
        Err(error @ (IdentityError::Storage(_) | IdentityError::Busy)) => {
            return Err(failed(attempt, error).await);
        }
        Err(
            error @ IdentityError::Field {
                field: "old_password",
                ..
            },
        ) => return Err(error.into()),
        Ok(()) | Err(_) => attempt.succeeded().await?,
    }
    changed?;
    begin_session(identity, session, client, user_id).await
}
