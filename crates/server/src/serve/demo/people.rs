use annai_domain::{Actor, EmailAddress, Role, RoleSet, UserId};
use annai_identity::{AcceptToken, NewUser, Passwords, accept_token, create_user};
use annai_storage::{Database, users};

use crate::failure::{Code, Failure};

/// A person of the demonstration, who can sign in.
pub(super) struct DemoPerson {
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) email: EmailAddress,
    /// The new password; `None` for a person who existed before.
    pub(super) password: Option<String>,
    pub(super) user_id: UserId,
}

/// One person for each role.
const PEOPLE: [(&str, Role, &str); 5] = [
    ("佐藤 美咲", Role::Author, "misaki@demo.example"),
    ("鈴木 健太", Role::Editor, "kenta@demo.example"),
    ("高橋 恵子", Role::Reviewer, "keiko@demo.example"),
    ("田中 翔", Role::Publisher, "sho@demo.example"),
    ("伊藤 直樹", Role::Admin, "naoki@demo.example"),
];

/// Letters and digits that people do not confuse.
const PASSWORD_LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 18 characters out of 32: 90 bits.
const PASSWORD_LENGTH: usize = 18;

impl DemoPerson {
    pub(super) fn actor(&self) -> Actor {
        Actor::new(self.user_id, RoleSet::new([self.role]))
    }
}

/// Adds the missing people, and returns all of them.
pub(super) async fn make(database: &Database) -> Result<Vec<DemoPerson>, Failure> {
    let passwords = tokio::task::spawn_blocking(Passwords::new)
        .await
        .map_err(anyhow::Error::new)?;
    let mut people = Vec::new();
    for (name, role, email) in PEOPLE {
        let email: EmailAddress = email.parse().map_err(anyhow::Error::new)?;
        let known = users::find_by_email(&database.reader(), &email).await?;
        let (user_id, password) = if let Some(user) = known {
            (user.user_id, None)
        } else {
            let (user_id, password) = add(database, &passwords, name, role, &email).await?;
            (user_id, Some(password))
        };
        people.push(DemoPerson {
            name,
            role,
            email,
            password,
            user_id,
        });
    }
    Ok(people)
}

/// Invites a person and accepts the invitation with a random password.
async fn add(
    database: &Database,
    passwords: &Passwords,
    name: &str,
    role: Role,
    email: &EmailAddress,
) -> Result<(UserId, String), Failure> {
    let user = NewUser {
        email: email.clone(),
        display_name: name.to_owned(),
        roles: RoleSet::new([role]),
        locale: "ja".to_owned(),
    };
    let mut tx = database.begin(Actor::operator()).await?;
    let invitation = create_user(&mut tx, user).await?;
    tx.commit().await?;
    let password = random_password();
    let accepted = AcceptToken {
        password: password.clone().into(),
        first_admin: None,
    };
    let user_id = accept_token(database, passwords, &invitation.token, accepted)
        .await
        .map_err(|error| {
            Failure::message(
                Code::Failed,
                format!("the demonstration's {name} could not be added: {error}"),
            )
        })?;
    Ok((user_id, password))
}

fn random_password() -> String {
    (0..PASSWORD_LENGTH)
        .map(|_| {
            char::from(PASSWORD_LETTERS[usize::from(rand::random::<u8>()) % PASSWORD_LETTERS.len()])
        })
        .collect()
}
