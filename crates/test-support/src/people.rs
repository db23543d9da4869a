use annai_domain::{Actor, EmailAddress, Role, RoleSet, UserId};
use annai_storage::users::{self, NewUserRow};
use serde_json::json;
use tokio::sync::OnceCell;

use crate::{Client, TestApp};

/// The password of all people in tests.
pub const PASSWORD: &str = "静かな海と青い自転車の旅";

/// The hash of [`PASSWORD`], made once per test program.
static HASH: OnceCell<String> = OnceCell::const_new();

/// A person with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id, as `created_by` names them.
    pub user_id: UserId,
    /// The e-mail address they sign in with.
    pub email: String,
    /// Their roles.
    pub roles: RoleSet,
}

impl Person {
    /// Returns the person as commands expect them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::new(self.user_id, self.roles.clone())
    }
}

impl TestApp {
    /// Adds a person named `name`, with the address `{name}@example.jp`.
    pub async fn add_person(&self, name: &str, roles: &[Role]) -> Person {
        let hash = HASH.get_or_init(async || self.passwords.hash(PASSWORD.into()).await.unwrap());
        let email: EmailAddress = format!("{name}@example.jp").parse().unwrap();
        let person = Person {
            user_id: UserId::new(),
            email: email.to_string(),
            roles: RoleSet::new(roles.iter().copied()),
        };
        let mut tx = self.database.begin(Actor::operator()).await.unwrap();
        let row = NewUserRow {
            user_id: person.user_id,
            email: &email,
            display_name: name,
            roles: &person.roles,
            locale: annai_domain::Locale::Ja,
            password_hash: Some(hash.await),
        };
        users::insert(&mut tx, row).await.unwrap();
        tx.commit().await.unwrap();
        person
    }

    /// Signs a person in, over HTTP.
    pub async fn sign_in(&self, person: &Person) -> Client {
        let client = self.anonymous();
        let body = json!({ "email": person.email, "password": PASSWORD });
        let answer = client.post("/api/v1/session").json(&body).await;
        assert_eq!(answer.status, 200, "{answer}");
        client
    }

    /// Adds a person with one role and the role's name, and signs them in.
    pub async fn add(&self, role: Role) -> (Person, Client) {
        let person = self.add_person(role.as_str(), &[role]).await;
        let client = self.sign_in(&person).await;
        (person, client)
    }

    /// Adds an author and signs them in.
    pub async fn author(&self) -> (Person, Client) {
        self.add(Role::Author).await
    }

    /// Adds an editor and signs them in.
    pub async fn editor(&self) -> (Person, Client) {
        self.add(Role::Editor).await
    }

    /// Adds a reviewer and signs them in.
    pub async fn reviewer(&self) -> (Person, Client) {
        self.add(Role::Reviewer).await
    }

    /// Adds a publisher and signs them in.
    pub async fn publisher(&self) -> (Person, Client) {
        self.add(Role::Publisher).await
    }

    /// Adds an administrator and signs them in.
    pub async fn admin(&self) -> (Person, Client) {
        self.add(Role::Admin).await
    }
}
