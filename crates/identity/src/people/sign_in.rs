use annai_domain::decide::Refusal;
use annai_domain::{Actor, AuditAction, FieldFault, UserId};
use annai_storage::Database;
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::users::{self, User};
use secrecy::SecretString;
use serde_json::json;

use crate::{IdentityError, Passwords};

/// Finds the person with that e-mail address and password who may sign in. It takes the same time
/// whatever is wrong. A hash with older parameters is renewed.
///
/// # Errors
///
/// [`IdentityError::Busy`] when too many passwords are being checked at once.
pub async fn check_password(
    db: &Database,
    passwords: &Passwords,
    email: &str,
    password: SecretString,
) -> Result<Option<User>, IdentityError> {
    let user = match email.parse() {
        Ok(email) => users::find_by_email(&db.reader(), &email).await?,
        Err(_) => None,
    };
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let same = passwords.verify(password.clone(), hash.clone()).await?;
    let Some(user) = user.filter(|user| same && user.disabled_at.is_none()) else {
        return Ok(None);
    };
    if hash.is_some_and(|hash| Passwords::needs_rehash(&hash)) {
        let hash = passwords.hash(password).await?;
        let mut tx = db.begin(Actor::system()).await?;
        users::rehash_password(&mut tx, user.user_id, &hash).await?;
        tx.commit().await?;
    }
    Ok(Some(user))
}

/// Changes a person's own password, and ends every session of theirs.
///
/// # Errors
///
/// [`IdentityError::Field`] when the old password is wrong or the new one is refused.
pub async fn change_password(
    db: &Database,
    passwords: &Passwords,
    user_id: UserId,
    old: SecretString,
    new: SecretString,
) -> Result<(), IdentityError> {
    let user = users::find(&db.reader(), user_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    if !passwords.verify(old, user.password_hash.clone()).await? {
        return Err(IdentityError::Field {
            field: "old_password",
            fault: FieldFault::Wrong,
        });
    }
    let hash = passwords
        .choose(new, &user.email, &user.display_name)
        .await?;
    let mut tx = db.begin(Actor::new(user_id, user.roles)).await?;
    users::set_password(&mut tx, user_id, &hash).await?;
    let entry = NewAuditEntry {
        action: AuditAction::UserChangePassword,
        guide_id: None,
        subject_id: Some(user_id.0),
        details: json!({}),
    };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}
