//! People, their one-time links and passwords; keys of consumers.

use annai_domain::decide::{Forbidden, Refusal};
use annai_domain::token::TokenKind;
use annai_domain::{ApiKeyId, Role, RoleSet, UserId};
use annai_editorial::{
    AcceptToken, CommandError, Invitation, NewUser, Passwords, accept_token, change_password,
    check_password, create_key, create_user, disable_user, issue_reset, revoke_key, set_profile,
    set_roles,
};
use annai_storage::keys::{self, KeyScope};
use annai_storage::users;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::world::{World, now};

const GOOD: &str = "静かな海と青い自転車です。";
const OTHER: &str = "correct horse battery";

fn new_user(email: &str) -> NewUser {
    NewUser {
        email: email.parse().unwrap(),
        display_name: " 山田 花子 ".into(),
        roles: RoleSet::new([Role::Editor]),
        locale: "ja".into(),
    }
}

fn chosen(password: &str) -> AcceptToken {
    AcceptToken {
        password: password.into(),
        first_admin: None,
    }
}

async fn invite(world: &World, email: &str) -> (UserId, Invitation) {
    let invitation = world
        .done(&world.admin, "user.create", async |tx| {
            create_user(tx, new_user(email)).await
        })
        .await;
    (invitation.user_id.unwrap(), invitation)
}

async fn epoch(world: &World, user_id: UserId) -> i32 {
    users::find(&world.db.reader(), user_id)
        .await
        .unwrap()
        .unwrap()
        .session_epoch
}

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn changing_the_password_takes_the_old_one_and_ends_every_session(
    _pool: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let passwords = Passwords::new();
    let (user_id, invitation) = invite(&world, "hanako@example.jp").await;
    accept_token(&world.db, &passwords, &invitation.token, chosen(GOOD))
        .await
        .unwrap();
    let before = (epoch(&world, user_id).await, world.fingerprint().await);
    for (old, new, field) in [(OTHER, OTHER, "old_password"), (GOOD, "hanako", "password")] {
        let result = change_password(&world.db, &passwords, user_id, old.into(), new.into()).await;
        let refused =
            matches!(&result, Err(CommandError::Field { field: found, .. }) if *found == field);
        assert!(refused, "{result:?}");
    }
    assert_eq!(world.fingerprint().await, before.1);

    change_password(&world.db, &passwords, user_id, GOOD.into(), OTHER.into())
        .await
        .unwrap();
    assert_eq!(epoch(&world, user_id).await, before.0 + 1);
    let entry = &world.audit().await[0];
    assert_eq!(
        (entry.action.as_str(), entry.actor_id),
        ("user.change_password", user_id)
    );
    let email = "hanako@example.jp";
    assert!(
        check_password(&world.db, &passwords, email, OTHER.into())
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        check_password(&world.db, &passwords, email, GOOD.into())
            .await
            .unwrap()
            .is_none()
    );
}

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn roles_are_given_by_another_administrator_and_end_the_sessions(
    _pool: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let author = world.author.user_id;
    let roles = RoleSet::new([Role::Reviewer, Role::Author]);
    world
        .done(&world.admin, "user.set_roles", async |tx| {
            set_roles(tx, author, &roles).await
        })
        .await;
    let user = users::find(&world.db.reader(), author)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((user.roles, user.session_epoch), (roles.clone(), 1));
    assert_eq!(
        world.details().await["roles"],
        serde_json::json!(["author", "reviewer"])
    );

    let admin = world.admin.user_id;
    for own in [RoleSet::default(), RoleSet::new(Role::ALL)] {
        let refused = world
            .refusal(&world.admin, async |tx| set_roles(tx, admin, &own).await)
            .await;
        assert_eq!(
            refused,
            Refusal::Forbidden(Forbidden::Role),
            "nobody changes their own"
        );
    }
    let operator = annai_domain::Actor::operator();
    let last = world
        .refused(&operator, async |tx| set_roles(tx, admin, &roles).await)
        .await;
    assert!(
        matches!(
            last,
            CommandError::Field {
                code: "last_admin",
                ..
            }
        ),
        "{last:?}"
    );
    let last = world
        .refused(&operator, async |tx| disable_user(tx, admin).await)
        .await;
    assert!(
        matches!(
            last,
            CommandError::Field {
                code: "last_admin",
                ..
            }
        ),
        "{last:?}"
    );
    for unknown in [UserId::new(), UserId::OPERATOR, UserId::SYSTEM] {
        let roles = world
            .refusal(&world.admin, async |tx| {
                set_roles(tx, unknown, &roles).await
            })
            .await;
        let link = world
            .refusal(&world.admin, async |tx| issue_reset(tx, unknown).await)
            .await;
        let off = world
            .refusal(&world.admin, async |tx| disable_user(tx, unknown).await)
            .await;
        assert_eq!([roles, link, off], [Refusal::NotFound; 3]);
    }
}

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn a_persons_particulars_are_checked(_pool: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for (change, field) in [
        (
            NewUser {
                email: "Author@Example.jp".parse().unwrap(),
                ..new_user("x@example.jp")
            },
            "email",
        ),
        (
            NewUser {
                display_name: " \u{3000}".into(),
                ..new_user("x@example.jp")
            },
            "display_name",
        ),
        (
            NewUser {
                display_name: "あ".repeat(101),
                ..new_user("x@example.jp")
            },
            "display_name",
        ),
        (
            NewUser {
                display_name: "a\0b".into(),
                ..new_user("x@example.jp")
            },
            "display_name",
        ),
        (
            NewUser {
                locale: "fr".into(),
                ..new_user("x@example.jp")
            },
            "locale",
        ),
    ] {
        let error = world
            .refused(&world.admin, async |tx| create_user(tx, change).await)
            .await;
        assert!(
            matches!(error, CommandError::Field { field: found, .. } if found == field),
            "{error:?}"
        );
    }
    let author = world.author.user_id;
    world
        .done(&world.author, "user.set_profile", async |tx| {
            set_profile(tx, "新しい名前", "en").await
        })
        .await;
    let user = users::find(&world.db.reader(), author)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            user.display_name.as_str(),
            user.locale.as_str(),
            user.session_epoch
        ),
        ("新しい名前", "en", 0)
    );
}

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn a_key_is_shown_once_and_ended_once(_pool: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for (scope, kind) in [
        (KeyScope::Reader, TokenKind::Reader),
        (KeyScope::Preview, TokenKind::Preview),
    ] {
        let key = world
            .done(&world.admin, "key.create", async |tx| {
                create_key(tx, " 本番サイト ", scope, None).await
            })
            .await;
        assert_eq!(key.secret.kind(), kind);
        let list = keys::list(&world.db.reader()).await.unwrap();
        assert_eq!(
            (list[0].name.as_str(), list[0].scope),
            ("本番サイト", scope)
        );
        assert!(key.secret.expose().starts_with(&list[0].hint) && list[0].hint.len() < 20);
        let (details, secret) = (world.details().await.to_string(), key.secret.expose());
        assert!(!details.contains(&secret[8..]), "the log holds no secret");

        let end = async |tx: &mut _| revoke_key(tx, key.api_key_id).await;
        world.done(&world.admin, "key.revoke", end).await;
        assert_eq!(world.refusal(&world.admin, end).await, Refusal::NotFound);
    }
    let unknown = ApiKeyId::new();
    assert_eq!(
        world
            .refusal(&world.admin, async |tx| revoke_key(tx, unknown).await)
            .await,
        Refusal::NotFound
    );
    for (name, expires_at, field) in [
        (" ", None, "name"),
        (&*"あ".repeat(101), None, "name"),
        ("a\0", None, "name"),
        ("site", Some(now()), "expires_at"),
    ] {
        let error = world
            .refused(&world.admin, async |tx| {
                create_key(tx, name, KeyScope::Reader, expires_at).await
            })
            .await;
        assert!(
            matches!(error, CommandError::Field { field: found, .. } if found == field),
            "{error:?}"
        );
    }
}
