//! Users: people who sign in, and the two built-in actors.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{EmailAddress, Locale, Role, RoleSet, UserId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::corrupt;
use crate::{Reads, StorageError, WriteTx};

/// A person, with the data that every request needs.
#[derive(Debug, Clone)]
pub struct User {
    /// The id of the person.
    pub user_id: UserId,
    /// The address that the person signs in with.
    pub email: EmailAddress,
    /// The name that others see.
    pub display_name: String,
    /// The roles; each one adds permissions.
    pub roles: RoleSet,
    /// The language of the person's pages.
    pub locale: Locale,
    /// A counter that rises to end every session of the person.
    pub session_epoch: i32,
    /// The argon2id hash in PHC form; `None` until the person accepts the invitation.
    pub password_hash: Option<String>,
    /// The time when the person was added.
    pub created_at: Timestamp,
    /// The time when the person was disabled, if they are.
    pub disabled_at: Option<Timestamp>,
}

struct UserRow {
    user_id: Uuid,
    email: String,
    display_name: String,
    roles: Vec<String>,
    locale: String,
    session_epoch: i32,
    password_hash: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    disabled_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<UserRow> for User {
    type Error = StorageError;

    fn try_from(row: UserRow) -> Result<Self, StorageError> {
        let roles = row.roles.iter().map(|role| role.parse::<Role>());
        let roles = roles
            .collect::<Result<Vec<_>, _>>()
            .map_err(corrupt("users", "roles"))?;
        Ok(Self {
            user_id: UserId(row.user_id),
            email: row.email.parse().map_err(corrupt("users", "email"))?,
            display_name: row.display_name,
            roles: RoleSet::new(roles),
            locale: row.locale.parse().map_err(corrupt("users", "locale"))?,
            session_epoch: row.session_epoch,
            password_hash: row.password_hash,
            created_at: row.created_at.to_jiff(),
            disabled_at: row.disabled_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// Finds a person.
pub async fn find(db: &dyn Reads, user_id: UserId) -> Result<Option<User>, StorageError> {
    sqlx::query_as!(
        UserRow,
        r#"
        SELECT user_id, email AS "email!", display_name, roles, locale, session_epoch,
               password_hash, created_at AS "created_at: jiff_sqlx::Timestamp",
               disabled_at AS "disabled_at: jiff_sqlx::Timestamp"
          FROM users WHERE user_id = $1 AND kind = 'person'
        "#,
        user_id.0,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?
    .map(User::try_from)
    .transpose()
}

/// Finds a person by e-mail address.
pub async fn find_by_email(
    db: &dyn Reads,
    email: &EmailAddress,
) -> Result<Option<User>, StorageError> {
    sqlx::query_as!(
        UserRow,
        r#"
        SELECT user_id, email AS "email!", display_name, roles, locale, session_epoch,
               password_hash, created_at AS "created_at: jiff_sqlx::Timestamp",
               disabled_at AS "disabled_at: jiff_sqlx::Timestamp"
          FROM users WHERE email = $1
        "#,
        email.as_str(),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?
    .map(User::try_from)
    .transpose()
}

/// Lists every person by name.
pub async fn list(db: &dyn Reads) -> Result<Vec<User>, StorageError> {
    sqlx::query_as!(
        UserRow,
        r#"
        SELECT user_id, email AS "email!", display_name, roles, locale, session_epoch,
               password_hash, created_at AS "created_at: jiff_sqlx::Timestamp",
               disabled_at AS "disabled_at: jiff_sqlx::Timestamp"
          FROM users WHERE kind = 'person' ORDER BY display_name, user_id
        "#,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?
    .into_iter()
    .map(User::try_from)
    .collect()
}

/// Returns whether an administrator exists who can sign in.
pub async fn admin_exists(db: &dyn Reads) -> Result<bool, StorageError> {
    let exists = sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM users WHERE 'admin' = ANY (roles) AND disabled_at IS NULL
                                           AND password_hash IS NOT NULL) AS "exists!"
        "#,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(exists)
}

/// A person to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewUserRow<'a> {
    /// The id of the person.
    pub user_id: UserId,
    /// The address that the person signs in with.
    pub email: &'a EmailAddress,
    /// The name that others see.
    pub display_name: &'a str,
    /// The roles; each one adds permissions.
    pub roles: &'a RoleSet,
    /// The language of the person's pages.
    pub locale: Locale,
    /// The argon2id hash in PHC form; `None` for a person who is still invited.
    pub password_hash: Option<&'a str>,
}

/// Adds a person.
///
/// # Errors
///
/// [`Conflict::EmailTaken`](crate::Conflict::EmailTaken) when another user has the address.
pub async fn insert(tx: &mut WriteTx, user: NewUserRow<'_>) -> Result<(), StorageError> {
    let now = crate::time::bind(tx.now());
    let roles = role_names(user.roles);
    sqlx::query!(
        r#"
        INSERT INTO users
               (user_id, kind, email, display_name, password_hash, roles, locale, created_at)
        VALUES ($1, 'person', $2, $3, $4, $5, $6, $7)
        "#,
        user.user_id.0,
        user.email.as_str(),
        user.display_name,
        user.password_hash,
        &roles,
        user.locale.as_str(),
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes a person's roles and ends their sessions. Returns whether the person exists.
///
/// # Errors
///
/// [`Conflict::LastAdmin`](crate::Conflict::LastAdmin) when no administrator would remain.
pub async fn set_roles(
    tx: &mut WriteTx,
    user_id: UserId,
    roles: &RoleSet,
) -> Result<bool, StorageError> {
    let roles = role_names(roles);
    let changed = sqlx::query!(
        r#"
        UPDATE users SET roles = $2, session_epoch = session_epoch + 1
         WHERE user_id = $1 AND kind = 'person'
        "#,
        user_id.0,
        &roles,
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Disables or enables a person and ends their sessions. Returns whether that changed anything;
/// `None` when no person has this id.
///
/// # Errors
///
/// [`Conflict::LastAdmin`](crate::Conflict::LastAdmin) when no administrator would remain.
pub async fn set_disabled(
    tx: &mut WriteTx,
    user_id: UserId,
    disabled: bool,
) -> Result<Option<bool>, StorageError> {
    let at = crate::time::bind_optional(disabled.then_some(tx.now()));
    let changes = sqlx::query_scalar!(
        r#"
        WITH changed AS (
            UPDATE users SET disabled_at = $2, session_epoch = session_epoch + 1
             WHERE user_id = $1 AND kind = 'person' AND (disabled_at IS NOT NULL) <> $3
            RETURNING user_id
        )
        SELECT EXISTS (SELECT FROM changed) AS "changes!"
          FROM users
         WHERE user_id = $1 AND kind = 'person'
        "#,
        user_id.0,
        at as _,
        disabled,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(changes)
}

/// Changes a person's password and ends their sessions. Returns whether the person exists.
pub async fn set_password(
    tx: &mut WriteTx,
    user_id: UserId,
    password_hash: &str,
) -> Result<bool, StorageError> {
    let changed = sqlx::query!(
        r#"
        UPDATE users SET password_hash = $2, session_epoch = session_epoch + 1
         WHERE user_id = $1 AND kind = 'person'
        "#,
        user_id.0,
        password_hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Stores a new hash of the same password; sessions continue.
pub async fn rehash_password(
    tx: &mut WriteTx,
    user_id: UserId,
    password_hash: &str,
) -> Result<(), StorageError> {
    sqlx::query!(
        "UPDATE users SET password_hash = $2 WHERE user_id = $1 AND kind = 'person'",
        user_id.0,
        password_hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes a person's display name and language. Returns whether the person exists.
///
/// # Errors
///
/// [`StorageError::Database`] when the name is empty or longer than 100 characters.
pub async fn set_profile(
    tx: &mut WriteTx,
    user_id: UserId,
    display_name: &str,
    locale: Locale,
) -> Result<bool, StorageError> {
    let changed = sqlx::query!(
        r#"
        UPDATE users SET display_name = $2, locale = $3 WHERE user_id = $1 AND kind = 'person'
        "#,
        user_id.0,
        display_name,
        locale.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

fn role_names(roles: &RoleSet) -> Vec<String> {
    roles.iter().map(|role| role.as_str().to_owned()).collect()
}
