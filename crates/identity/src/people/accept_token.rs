use annai_domain::decide::Refusal;
use annai_domain::token::Token;
use annai_domain::{Actor, AuditAction, EmailAddress, FieldFault, Locale, Role, RoleSet, UserId};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::tokens::{self, UserTokenKind};
use annai_storage::users::{self, NewUserRow};
use annai_storage::{Database, WriteTx};
use secrecy::SecretString;
use serde_json::json;

use crate::{IdentityError, Passwords, particulars};

/// The form behind a one-time link.
#[derive(Debug, Clone)]
pub struct AcceptToken {
    /// The chosen password.
    pub password: SecretString,
    /// The first administrator; only for the set-up link.
    pub first_admin: Option<FirstAdmin>,
}

/// The person who uses the set-up link.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// The address for sign-in.
    pub email: EmailAddress,
    /// The name that others see; at most 100 characters.
    pub display_name: String,
    /// The language of the person's pages.
    pub locale: Locale,
}

/// Uses a one-time link: sets the password and, for the set-up link, creates the first
/// administrator. When two people try at once, exactly one succeeds.
///
/// # Errors
///
/// [`Refusal::NotFound`] when the link is unknown, used or expired. The link stays usable when the
/// password is refused.
pub async fn accept_token(
    db: &Database,
    passwords: &Passwords,
    token: &Token,
    accepted: AcceptToken,
) -> Result<UserId, IdentityError> {
    let now = db.clock().now();
    let usable = tokens::find_usable(&db.reader(), &token.hash(), now).await?;
    let usable = usable.ok_or(Refusal::NotFound)?;
    let (email, name) = match (usable.user_id, &accepted.first_admin) {
        (Some(user_id), _) => {
            let user = users::find(&db.reader(), user_id)
                .await?
                .ok_or(Refusal::NotFound)?;
            (user.email, user.display_name)
        }
        (None, Some(person)) => {
            let name = particulars::display_name(&person.display_name)?;
            (person.email.clone(), name.to_owned())
        }
        (None, None) => {
            return Err(IdentityError::Field {
                field: "email",
                fault: FieldFault::Required,
            });
        }
    };
    let hash = passwords.choose(accepted.password, &email, &name).await?;

    let mut tx = db.begin(Actor::system()).await?;
    let link = tokens::take(&mut tx, &token.hash())
        .await?
        .ok_or(Refusal::NotFound)?;
    let user_id = match (link.user_id, accepted.first_admin) {
        (Some(user_id), _) => {
            if !users::set_password(&mut tx, user_id, &hash).await? {
                return Err(Refusal::NotFound.into());
            }
            user_id
        }
        (None, Some(person)) => first_admin(&mut tx, &person, &name, &hash).await?,
        (None, None) => return Err(Refusal::NotFound.into()),
    };
    let entry = NewAuditEntry {
        action: match link.kind {
            UserTokenKind::Setup => AuditAction::UserSetUp,
            UserTokenKind::Invite => AuditAction::UserAcceptInvitation,
            UserTokenKind::Reset => AuditAction::UserResetPassword,
        },
        guide_id: None,
        subject_id: Some(user_id.0),
        details: json!({}),
    };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(user_id)
}

/// Creates an administrator. An administrator may do everything but approve their own change: that
/// takes a second person.
async fn first_admin(
    tx: &mut WriteTx,
    person: &FirstAdmin,
    display_name: &str,
    hash: &str,
) -> Result<UserId, IdentityError> {
    let user_id = UserId::new();
    let row = NewUserRow {
        user_id,
        email: &person.email,
        display_name,
        roles: &RoleSet::new([Role::Admin]),
        locale: person.locale,
        password_hash: Some(hash),
    };
    users::insert(tx, row).await?;
    Ok(user_id)
}
