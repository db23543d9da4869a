//! Users: an administrator always remains; the built-in actors can never sign in.

use annai_domain::{Locale, Role, RoleSet, UserId};
use annai_storage::keys::{self, KeyScope, NewKeyRow};
use annai_storage::tokens::{self, UserTokenKind};
use annai_storage::users::{self, NewUserRow};
use annai_storage::{Conflict, StorageError};
use annai_test_macros::annai_test;
use annai_test_world::now;
use jiff::ToSpan as _;
use sqlx::Row as _;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

fn is_last_admin<T>(result: &Result<T, StorageError>) -> bool {
    matches!(result, Err(StorageError::Conflict(Conflict::LastAdmin)))
}

async fn add_admin(world: &World, password_hash: Option<&str>) -> UserId {
    let mut tx = world.begin(&world.admin).await;
    let user_id = UserId::new();
    let row = NewUserRow {
        user_id,
        email: &format!("{user_id}@example.jp").parse().unwrap(),
        display_name: "二人目",
        roles: &RoleSet::new([Role::Admin]),
        locale: annai_domain::Locale::Ja,
        password_hash,
    };
    users::insert(&mut tx, row).await.unwrap();
    tx.commit().await.unwrap();
    user_id
}

#[annai_test]
async fn the_last_administrator_can_neither_be_disabled_nor_lose_the_role(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let admin = world.admin.user_id;
    // An administrator who has not accepted the invitation, or is disabled, does not count.
    add_admin(&world, None).await;
    let shut_out = add_admin(&world, Some("$argon2id$")).await;
    let mut tx = world.begin(&world.admin).await;
    let first = users::set_disabled(&mut tx, shut_out, true).await.unwrap();
    let again = users::set_disabled(&mut tx, shut_out, true).await.unwrap();
    assert_eq!([first, again], [Some(true), Some(false)]);
    tx.commit().await.unwrap();

    for roles in [
        RoleSet::default(),
        RoleSet::new([Role::Editor, Role::Publisher]),
    ] {
        let mut tx = world.begin(&world.admin).await;
        let result = users::set_roles(&mut tx, admin, &roles).await;
        assert!(is_last_admin(&result), "{result:?}");
    }
    let mut tx = world.begin(&world.admin).await;
    let result = users::set_disabled(&mut tx, admin, true).await;
    assert!(is_last_admin(&result), "{result:?}");

    let mut tx = world.begin(&world.admin).await;
    let more = RoleSet::new([Role::Admin, Role::Editor]);
    assert!(
        users::set_roles(&mut tx, admin, &more).await.unwrap(),
        "another role beside it"
    );
    users::set_disabled(&mut tx, shut_out, false).await.unwrap();
    let one_of_two = users::set_disabled(&mut tx, admin, true).await.unwrap();
    assert_eq!(one_of_two, Some(true));
    tx.commit().await.unwrap();
    assert!(users::admin_exists(&world.db.reader()).await.unwrap());
}

#[annai_test]
async fn two_administrators_cannot_remove_each_other_at_once(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let second = add_admin(&world, Some("$argon2id$")).await;
    let remove = |user_id: UserId| {
        let (db, actor) = (world.db.clone(), world.admin.clone());
        async move {
            let mut tx = db.begin(actor).await?;
            users::set_roles(&mut tx, user_id, &RoleSet::default()).await?;
            tx.commit().await
        }
    };
    let (left, right) = tokio::join!(remove(world.admin.user_id), remove(second));
    assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
    let admins = "SELECT count(*) FROM users WHERE 'admin' = ANY (roles)";
    assert_eq!(world.number(admins).await, 1);
}

#[annai_test]
async fn the_built_in_actors_can_neither_sign_in_nor_be_changed(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for user_id in [UserId::OPERATOR, UserId::SYSTEM] {
        let update =
            |change: &str| format!("UPDATE users SET {change} WHERE user_id = '{user_id}'");
        let password = update("password_hash = '$argon2id$'");
        assert_eq!(world.rule_against(password).await, "users_password_check");
        assert_eq!(
            world.rule_against(update("email = 'a@example.jp'")).await,
            "users_email_check"
        );

        let mut tx = world.begin(&world.admin).await;
        assert!(
            !users::set_password(&mut tx, user_id, "$argon2id$")
                .await
                .unwrap()
        );
        assert!(
            !users::set_roles(&mut tx, user_id, &RoleSet::new([Role::Admin]))
                .await
                .unwrap()
        );
        let nobody = users::set_disabled(&mut tx, user_id, true).await.unwrap();
        assert_eq!(nobody, None);
        assert!(users::find(&tx, user_id).await.unwrap().is_none());
    }
}

#[annai_test]
async fn a_persons_row_holds_only_valid_values(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let author = world.author.user_id;
    for (change, rule) in [
        (
            "kind = 'robot', email = NULL, password_hash = NULL",
            "users_kind_check",
        ),
        ("email = NULL", "users_email_check"),
        ("email = 'Author@example.jp'", "users_email_lower_check"),
        ("email = 'editor@example.jp'", "users_email_key"),
        ("locale = 'fr'", "users_locale_check"),
        ("display_name = ''", "users_display_name_check"),
        (
            "display_name = repeat('あ', 101)",
            "users_display_name_check",
        ),
        ("roles = '{author,root}'", "users_roles_check"),
    ] {
        let update = format!("UPDATE users SET {change} WHERE user_id = '{author}'");
        assert_eq!(world.rule_against(update).await, rule, "{change}");
    }
}

#[annai_test]
async fn an_address_belongs_to_one_person(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let mut tx = world.begin(&world.admin).await;
    let row = NewUserRow {
        user_id: UserId::new(),
        email: &"Author@Example.JP".parse().unwrap(),
        display_name: "別人",
        roles: &RoleSet::default(),
        locale: annai_domain::Locale::Ja,
        password_hash: None,
    };
    let result = users::insert(&mut tx, row).await;
    assert!(
        matches!(result, Err(StorageError::Conflict(Conflict::EmailTaken))),
        "{result:?}"
    );
}

#[annai_test]
async fn sessions_end_with_roles_password_and_shutting_out_but_not_with_a_rehash(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let user_id = world.author.user_id;
    let epoch = async || {
        users::find(&world.db.reader(), user_id)
            .await
            .unwrap()
            .unwrap()
            .session_epoch
    };
    let mut tx = world.begin(&world.admin).await;
    users::set_roles(&mut tx, user_id, &RoleSet::new([Role::Editor]))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(epoch().await, 1);
    let mut tx = world.begin(&world.admin).await;
    users::set_password(&mut tx, user_id, "$new$")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(epoch().await, 2);
    let mut tx = world.begin(&world.admin).await;
    users::rehash_password(&mut tx, user_id, "$rehashed$")
        .await
        .unwrap();
    users::set_profile(&mut tx, user_id, "山田", Locale::En)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(epoch().await, 2);
    let mut tx = world.begin(&world.admin).await;
    users::set_disabled(&mut tx, user_id, true).await.unwrap();
    tx.commit().await.unwrap();
    let user = users::find(&world.db.reader(), user_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((user.session_epoch, user.disabled_at), (3, Some(now())));
    assert_eq!(
        (user.display_name.as_str(), user.locale.as_str()),
        ("山田", "en")
    );
    assert_eq!(user.password_hash.as_deref(), Some("$rehashed$"));
}

#[annai_test]
async fn a_one_time_link_is_used_once_in_its_time_and_ends_with_the_next(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    let user_id = Some(world.author.user_id);
    let [first, second, expired] = [[1; 32], [2; 32], [3; 32]];
    let later = now() + 1.hour();
    let mut tx = world.begin(&world.admin).await;
    tokens::insert(&mut tx, &expired, UserTokenKind::Reset, user_id, now())
        .await
        .unwrap();
    tokens::insert(&mut tx, &first, UserTokenKind::Invite, user_id, later)
        .await
        .unwrap();
    tokens::insert(&mut tx, &second, UserTokenKind::Invite, user_id, later)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.begin(&world.admin).await;
    assert_eq!(
        tokens::take(&mut tx, &first).await.unwrap(),
        None,
        "a newer one was made"
    );
    assert_eq!(
        tokens::take(&mut tx, &expired).await.unwrap(),
        None,
        "it has expired"
    );
    let taken = tokens::take(&mut tx, &second).await.unwrap().unwrap();
    assert_eq!(
        (taken.kind, taken.user_id),
        (UserTokenKind::Invite, user_id)
    );
    assert_eq!(
        tokens::take(&mut tx, &second).await.unwrap(),
        None,
        "it was used"
    );
    tx.commit().await.unwrap();
    assert_eq!(
        tokens::find_usable(&world.db.reader(), &second, now())
            .await
            .unwrap(),
        None
    );

    let admin = world.admin.user_id;
    let insert = |hash: &str, kind: &str, user: &str| {
        format!(
            "INSERT INTO user_tokens VALUES ({hash}, '{kind}', {user}, '{admin}', now(), now(), NULL)"
        )
    };
    let person = format!("'{admin}'");
    for (sql, rule) in [
        (
            insert("sha256('a')", "typo", &person),
            "user_tokens_kind_check",
        ),
        (
            insert("sha256('a')", "setup", &person),
            "user_tokens_user_check",
        ),
        (
            insert("sha256('a')", "invite", "NULL"),
            "user_tokens_user_check",
        ),
        (
            insert("'short'", "invite", &person),
            "user_tokens_hash_check",
        ),
    ] {
        assert_eq!(world.rule_against(sql).await, rule);
    }
}

#[annai_test]
async fn delivery_does_not_know_a_revoked_key(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let mut tx = world.begin(&world.admin).await;
    let mut ids = Vec::new();
    for (number, scope) in [(1, KeyScope::Reader), (2, KeyScope::Preview)] {
        let row = NewKeyRow {
            api_key_id: annai_domain::ApiKeyId::new(),
            name: "site",
            scope,
            key_hash: &[number; 32],
            hint: "annai_r_abc",
            expires_at: None,
        };
        keys::insert(&mut tx, row).await.unwrap();
        ids.push(row.api_key_id);
    }
    let unknown = annai_domain::ApiKeyId::new();
    for (api_key_id, changes) in [(ids[0], Some(true)), (ids[0], Some(false)), (unknown, None)] {
        let revoked = keys::revoke(&mut tx, api_key_id).await.unwrap();
        assert_eq!(revoked, changes);
    }
    tx.commit().await.unwrap();

    let living = world
        .row("SELECT string_agg(scope, ' ') FROM delivery_api_keys")
        .await;
    assert_eq!(living.get::<String, _>(0), "preview");
    for (change, rule) in [
        ("key_hash = sha256('x')", "api_keys_key_hash_key"),
        ("key_hash = 'short'", "api_keys_key_hash_check"),
        ("scope = 'writer'", "api_keys_scope_check"),
        ("name = ''", "api_keys_name_check"),
    ] {
        assert_eq!(
            world
                .rule_against(format!("UPDATE api_keys SET {change}"))
                .await,
            rule,
            "{change}"
        );
    }
}
