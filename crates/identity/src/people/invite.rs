use annai_domain::decide::{Refusal, administer};
use annai_domain::token::{Token, TokenKind};
use annai_domain::{AuditAction, EmailAddress, RoleSet, UserId};
use annai_storage::WriteTx;
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::tokens::{self, UserTokenKind};
use annai_storage::users::{self, NewUserRow};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{IdentityError, particulars};

/// The lifetime of an invitation.
const INVITE_LIFETIME: SignedDuration = SignedDuration::from_hours(72);
/// The lifetime of a link to a new password.
const RESET_LIFETIME: SignedDuration = SignedDuration::from_mins(20);
/// The lifetime of the set-up link of an empty installation.
const SETUP_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// A person to be invited.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The address for sign-in.
    pub email: EmailAddress,
    /// The name that others see; at most 100 characters.
    pub display_name: String,
    /// Their roles.
    pub roles: RoleSet,
    /// The language of their pages, such as `ja`.
    pub locale: String,
}

/// A one-time link for a person. The token is shown once and never stored.
#[derive(Debug)]
pub struct Invitation {
    /// The person; `None` for the set-up link, which creates its user.
    pub user_id: Option<UserId>,
    /// The secret part of the link.
    pub token: Token,
    /// The time when it expires.
    pub expires_at: Timestamp,
}

/// Adds a person, who chooses a password through the invitation.
///
/// # Errors
///
/// [`IdentityError::Field`] when the address is taken or the name does not fit.
#[tracing::instrument(skip_all, fields(actor_id = %tx.actor().user_id))]
pub async fn create_user(tx: &mut WriteTx, user: NewUser) -> Result<Invitation, IdentityError> {
    administer(tx.actor())?;
    let display_name = particulars::display_name(&user.display_name)?;
    let locale = particulars::locale(&user.locale)?;
    let user_id = UserId::new();
    let row = NewUserRow {
        user_id,
        email: &user.email,
        display_name,
        roles: &user.roles,
        locale,
        password_hash: None,
    };
    users::insert(tx, row).await?;
    let entry = NewAuditEntry {
        action: AuditAction::UserCreate,
        guide_id: None,
        subject_id: Some(user_id.0),
        details: json!({ "roles": user.roles }),
    };
    audit::record(tx, entry).await?;
    issue(tx, UserTokenKind::Invite, Some(user_id)).await
}

/// Issues a link to a new password. A person who never accepted the invitation gets a new
/// invitation. Earlier links end.
///
/// # Errors
///
/// See [`IdentityError`].
pub async fn issue_reset(tx: &mut WriteTx, user_id: UserId) -> Result<Invitation, IdentityError> {
    administer(tx.actor())?;
    let user = users::find(tx, user_id).await?.ok_or(Refusal::NotFound)?;
    let kind = if user.password_hash.is_some() {
        UserTokenKind::Reset
    } else {
        UserTokenKind::Invite
    };
    record_link(tx, kind, Some(user_id)).await?;
    issue(tx, kind, Some(user_id)).await
}

/// Issues a link that creates the first administrator. All of them end once an administrator can
/// sign in.
///
/// # Errors
///
/// [`Refusal::Forbidden`] for everybody but the operator and administrators.
pub async fn issue_setup(tx: &mut WriteTx) -> Result<Invitation, IdentityError> {
    administer(tx.actor())?;
    record_link(tx, UserTokenKind::Setup, None).await?;
    issue(tx, UserTokenKind::Setup, None).await
}

async fn record_link(
    tx: &mut WriteTx,
    kind: UserTokenKind,
    user_id: Option<UserId>,
) -> Result<(), IdentityError> {
    let entry = NewAuditEntry {
        action: AuditAction::UserIssueLink,
        guide_id: None,
        subject_id: user_id.map(|user| user.0),
        details: json!({ "kind": kind }),
    };
    Ok(audit::record(tx, entry).await?)
}

async fn issue(
    tx: &mut WriteTx,
    kind: UserTokenKind,
    user_id: Option<UserId>,
) -> Result<Invitation, IdentityError> {
    let (token_kind, lifetime) = match kind {
        UserTokenKind::Setup => (TokenKind::Setup, SETUP_LIFETIME),
        UserTokenKind::Invite => (TokenKind::Invite, INVITE_LIFETIME),
        UserTokenKind::Reset => (TokenKind::Reset, RESET_LIFETIME),
    };
    let token = Token::generate(token_kind);
    let expires_at = tx.now() + lifetime;
    tokens::insert(tx, &token.hash(), kind, user_id, expires_at).await?;
    Ok(Invitation {
        user_id,
        token,
        expires_at,
    })
}
