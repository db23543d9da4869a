use annai_domain::{Actor, EmailAddress, Role, RoleSet, UserId};
use annai_identity::{AcceptToken, NewUser, Passwords, accept_token, create_user, issue_reset};
use annai_storage::{Database, users};

use crate::failure::{Code, Failure};

/// A person of the demonstration, who can sign in.
pub(super) struct DemoPerson {
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) email: EmailAddress,
    /// The new password; `None` for a person who had one before.
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

/// Invites the missing people, and returns all of them. Nobody gets a password yet.
pub(super) async fn invite(database: &Database) -> Result<Vec<DemoPerson>, Failure> {
    let mut people = Vec::new();
    for (name, role, email) in PEOPLE {
        let email: EmailAddress = email.parse().map_err(anyhow::Error::new)?;
        let known = users::find_by_email(&database.reader(), &email).await?;
        let user_id = match known {
            Some(user) => user.user_id,
            None => add(database, name, role, &email).await?,
        };
        people.push(DemoPerson {
            name,
            role,
            email,
            password: None,
            user_id,
        });
    }
    Ok(people)
}

async fn add(
    database: &Database,
    name: &str,
    role: Role,
    email: &EmailAddress,
) -> Result<UserId, Failure> {
    let user = NewUser {
        email: email.clone(),
        display_name: name.to_owned(),
        roles: RoleSet::new([role]),
        locale: "ja".to_owned(),
    };
    let mut tx = database.begin(Actor::operator()).await?;
    let invitation = create_user(&mut tx, user).await?;
    tx.commit().await?;
    let user_id = invitation.user_id;
    Ok(user_id.ok_or_else(|| anyhow::anyhow!("{name} was invited without an id"))?)
}

/// Gives everybody without a password a random one. This comes last, just before the passwords are
/// printed: nobody can read those of a start that was killed.
pub(super) async fn give_passwords(
    database: &Database,
    people: &mut [DemoPerson],
) -> Result<(), Failure> {
    let passwords = tokio::task::spawn_blocking(Passwords::new)
        .await
        .map_err(anyhow::Error::new)?;
    for person in people {
        let user = users::find(&database.reader(), person.user_id).await?;
        if user.is_some_and(|user| user.password_hash.is_none()) {
            person.password = Some(give_password(database, &passwords, person).await?);
        }
    }
    Ok(())
}

/// Issues an invitation and accepts it with a random password.
async fn give_password(
    database: &Database,
    passwords: &Passwords,
    person: &DemoPerson,
) -> Result<String, Failure> {
    let mut tx = database.begin(Actor::operator()).await?;
    let invitation = issue_reset(&mut tx, person.user_id).await?;
    tx.commit().await?;
    let password = random_password();
    let accepted = AcceptToken {
        password: password.clone().into(),
        first_admin: None,
    };
    accept_token(database, passwords, &invitation.token, accepted)
        .await
        .map_err(|error| {
            let name = person.name;
            let message = format!("the demonstration's {name} got no password: {error}");
            Failure::message(Code::Failed, message)
        })?;
    Ok(password)
}

fn random_password() -> String {
    (0..PASSWORD_LENGTH)
        .map(|_| {
            char::from(PASSWORD_LETTERS[usize::from(rand::random::<u8>()) % PASSWORD_LETTERS.len()])
        })
        .collect()
}
