//! People and their passwords.

use annai_domain::decide::{Forbidden, Refusal};
use annai_domain::{FieldFault, Role, RoleSet, UserId};
use annai_identity::{
    IdentityError, NewUser, Passwords, accept_token, change_password, check_password, create_user,
    disable_user, issue_reset, set_profile, set_roles,
};
use annai_storage::users;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{GOOD, OTHER, World, chosen, epoch, invite, new_user};

#[annai_test]
async fn changing_the_password_takes_the_old_one_and_ends_every_session(connect: PgConnectOptions) {
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
            matches!(&result, Err(IdentityError::Field { field: found, .. }) if *found == field);
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

#[annai_test]
async fn roles_are_given_by_another_administrator_and_end_the_sessions(connect: PgConnectOptions) {
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
            IdentityError::Field {
                fault: FieldFault::LastAdmin,
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
            IdentityError::Field {
                fault: FieldFault::LastAdmin,
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

#[annai_test]
async fn a_persons_particulars_are_checked(connect: PgConnectOptions) {
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
                display_name: "a\r\nBcc: b".into(),
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
            matches!(error, IdentityError::Field { field: found, .. } if found == field),
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
