//! A fresh database with a person of every role, and commands that run as handlers run them.

use std::ops::Deref;

use annai_domain::decide::Refusal;
use annai_domain::{Actor, Role, RoleSet, UserId};
use annai_identity::{AcceptToken, IdentityError, Invitation, NewUser, create_user};
use annai_storage::{WriteTx, users};
use annai_test_world::{Ground, add_people};
use sqlx::postgres::PgConnectOptions;

pub(crate) const GOOD: &str = "静かな海と青い自転車です。";
pub(crate) const OTHER: &str = "correct horse battery";

pub(crate) fn new_user(email: &str) -> NewUser {
    NewUser {
        email: email.parse().unwrap(),
        display_name: " 山田 花子 ".into(),
        roles: RoleSet::new([Role::Editor]),
        locale: "ja".into(),
    }
}

pub(crate) fn chosen(password: &str) -> AcceptToken {
    AcceptToken {
        password: password.into(),
        first_admin: None,
    }
}

pub(crate) async fn invite(world: &World, email: &str) -> (UserId, Invitation) {
    let invitation = world
        .done(&world.admin, "user.create", async |tx| {
            create_user(tx, new_user(email)).await
        })
        .await;
    (invitation.user_id.unwrap(), invitation)
}

pub(crate) async fn epoch(world: &World, user_id: UserId) -> i32 {
    users::find(&world.db.reader(), user_id)
        .await
        .unwrap()
        .unwrap()
        .session_epoch
}

/// A database and people.
pub(crate) struct World {
    ground: Ground<IdentityError>,
    /// One person of each role, in the order of [`Role::ALL`].
    pub(crate) people: Vec<Actor>,
    pub(crate) author: Actor,
    pub(crate) admin: Actor,
}

/// A world is its database with people in it.
impl Deref for World {
    type Target = Ground<IdentityError>;

    fn deref(&self) -> &Self::Target {
        &self.ground
    }
}

impl World {
    pub(crate) async fn new(connect: PgConnectOptions) -> Self {
        let ground = Ground::new(connect, 4);
        let roles = Role::ALL.map(|role| [role]);
        let people = roles.each_ref().map(|role| (role[0].as_str(), &role[..]));
        let people = add_people(&ground.db, people).await.to_vec();
        Self {
            ground,
            author: people[0].clone(),
            admin: people[4].clone(),
            people,
        }
    }

    /// Runs a command that the rules must refuse, and returns the refusal. See [`Ground::refused`].
    pub(crate) async fn refusal<T: std::fmt::Debug>(
        &self,
        actor: &Actor,
        command: impl AsyncFnOnce(&mut WriteTx) -> Result<T, IdentityError>,
    ) -> Refusal {
        match self.refused(actor, command).await {
            IdentityError::Refused(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    }
}
