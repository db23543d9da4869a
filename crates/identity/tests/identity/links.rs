//! One-time links and passwords.

use annai_domain::decide::Refusal;
use annai_domain::token::{Token, TokenKind};
use annai_domain::{Clock, Locale, Role, RoleSet};
use annai_identity::{
    AcceptToken, FirstAdmin, IdentityError, Passwords, accept_token, check_password, disable_user,
    enable_user, issue_reset, issue_setup,
};
use annai_storage::{tokens, users};
use annai_test_macros::annai_test;
use annai_test_world::{Ground, add_people, database, now};
use jiff::ToSpan as _;
use sqlx::postgres::PgConnectOptions;

use crate::world::{GOOD, OTHER, World, chosen, epoch, invite};

fn is_not_found<T: std::fmt::Debug>(result: &Result<T, IdentityError>) -> bool {
    matches!(result, Err(IdentityError::Refused(Refusal::NotFound)))
}

#[annai_test]
async fn an_invited_person_chooses_a_password_once_and_signs_in(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let passwords = Passwords::new();
    let (user_id, invitation) = invite(&world, "hanako@example.jp").await;
    assert_eq!(invitation.token.kind(), TokenKind::Invite);
    assert_eq!(invitation.expires_at, now() + 72.hours());
    let user = users::find(&world.db.reader(), user_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (user.display_name.as_str(), user.password_hash),
        ("山田 花子", None)
    );
    let stored = "SELECT string_agg(encode(token_hash, 'hex'), '') FROM user_tokens";
    assert!(!world.text(stored).await.contains(invitation.token.expose()));

    for (weak, code) in [
        ("short", "too_short"),
        ("hanakohanakohanako", "guessable"),
        ("123456789012", "guessable"),
        (&"x".repeat(257), "too_long"),
    ] {
        let result = accept_token(&world.db, &passwords, &invitation.token, chosen(weak)).await;
        let refused = matches!(&result, Err(IdentityError::Field { field: "password", fault }) if fault.as_str() == code);
        assert!(refused, "{weak}: {result:?}");
    }
    let audit = world.audit().await.len();
    let accepted = accept_token(&world.db, &passwords, &invitation.token, chosen(GOOD))
        .await
        .unwrap();
    assert_eq!(
        accepted, user_id,
        "a refused password leaves the link usable"
    );
    assert_eq!(world.audit().await.len(), audit + 1);
    assert_eq!(world.audit().await[0].action, "user.accept_invitation");
    let again = accept_token(&world.db, &passwords, &invitation.token, chosen(OTHER)).await;
    assert!(is_not_found(&again), "{again:?}");

    let signed_in = check_password(&world.db, &passwords, " HANAKO@example.jp", GOOD.into())
        .await
        .unwrap();
    assert_eq!(signed_in.unwrap().user_id, user_id);
    for (email, password) in [
        ("hanako@example.jp", OTHER),
        ("nobody@example.jp", GOOD),
        ("no address", GOOD),
        ("hanako@example.jp", ""),
    ] {
        let refused = check_password(&world.db, &passwords, email, password.into())
            .await
            .unwrap();
        assert!(refused.is_none(), "{email} {password}");
    }
    world
        .done(&world.admin, "user.disable", async |tx| {
            disable_user(tx, user_id).await
        })
        .await;
    let entries = world.audit().await.len();
    let again = world.run(&world.admin, async |tx| disable_user(tx, user_id).await);
    again.await.unwrap();
    let refused = check_password(&world.db, &passwords, "hanako@example.jp", GOOD.into())
        .await
        .unwrap();
    assert!(refused.is_none(), "shut out");
    world
        .done(&world.admin, "user.enable", async |tx| {
            enable_user(tx, user_id).await
        })
        .await;
    let again = world.run(&world.admin, async |tx| enable_user(tx, user_id).await);
    again.await.unwrap();
    assert_eq!(
        world.audit().await.len(),
        entries + 1,
        "repeats change nothing"
    );
    let back = check_password(&world.db, &passwords, "hanako@example.jp", GOOD.into())
        .await
        .unwrap();
    assert!(back.is_some());
}

#[annai_test]
async fn of_two_people_with_one_link_one_succeeds(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let passwords = Passwords::new();
    let (_, invitation) = invite(&world, "hanako@example.jp").await;
    let audit = world.audit().await.len();
    let (left, right) = tokio::join!(
        accept_token(&world.db, &passwords, &invitation.token, chosen(GOOD)),
        accept_token(&world.db, &passwords, &invitation.token, chosen(OTHER)),
    );
    assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
    assert!(is_not_found(&left) || is_not_found(&right));
    assert_eq!(world.audit().await.len(), audit + 1);
    let (winner, loser) = if left.is_ok() {
        (GOOD, OTHER)
    } else {
        (OTHER, GOOD)
    };
    let email = "hanako@example.jp";
    assert!(
        check_password(&world.db, &passwords, email, winner.into())
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        check_password(&world.db, &passwords, email, loser.into())
            .await
            .unwrap()
            .is_none()
    );
}

#[annai_test]
async fn links_end_by_themselves_and_with_the_next_one(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let passwords = Passwords::new();
    let (user_id, invitation) = invite(&world, "hanako@example.jp").await;
    let reset = async |tx: &mut _| issue_reset(tx, user_id).await;
    let again = world.done(&world.admin, "user.issue_link", reset).await;
    assert_eq!(
        again.token.kind(),
        TokenKind::Invite,
        "the invitation was never taken up"
    );
    let result = accept_token(&world.db, &passwords, &invitation.token, chosen(GOOD)).await;
    assert!(is_not_found(&result), "a newer link was made: {result:?}");

    let too_late = database(&world.connect, 2, Clock::Fixed(again.expires_at));
    let result = accept_token(&too_late, &passwords, &again.token, chosen(GOOD)).await;
    assert!(is_not_found(&result), "it has expired: {result:?}");
    let just_before = Clock::Fixed(again.expires_at - 1.second());
    let in_time = database(&world.connect, 2, just_before);
    accept_token(&in_time, &passwords, &again.token, chosen(GOOD))
        .await
        .unwrap();

    let before = epoch(&world, user_id).await;
    let link = world.done(&world.admin, "user.issue_link", reset).await;
    assert_eq!(
        (link.token.kind(), link.expires_at),
        (TokenKind::Reset, now() + 20.minutes())
    );
    accept_token(&world.db, &passwords, &link.token, chosen(OTHER))
        .await
        .unwrap();
    assert_eq!(
        epoch(&world, user_id).await,
        before + 1,
        "a new password ends the sessions"
    );
    assert_eq!(world.audit().await[0].action, "user.reset_password");
    let unknown = Token::generate(TokenKind::Reset);
    let result = accept_token(&world.db, &passwords, &unknown, chosen(GOOD)).await;
    assert!(is_not_found(&result), "{result:?}");
}

/// A database where nobody can sign in.
fn empty(connect: PgConnectOptions) -> Ground<IdentityError> {
    Ground::new(connect, 4)
}

/// Issues a set-up link, as a node does that starts without an administrator.
async fn set_up_link(ground: &Ground<IdentityError>) -> Token {
    let operator = annai_domain::Actor::operator();
    let issued = ground.run(&operator, async |tx| issue_setup(tx).await);
    issued.await.unwrap().token
}

fn first(email: &str, name: &str) -> AcceptToken {
    AcceptToken {
        password: GOOD.into(),
        first_admin: Some(FirstAdmin {
            email: email.parse().unwrap(),
            display_name: name.into(),
            locale: Locale::En,
        }),
    }
}

#[annai_test]
async fn the_set_up_link_makes_the_first_administrator(connect: PgConnectOptions) {
    let ground = empty(connect);
    let passwords = Passwords::new();
    add_people(&ground.db, [("taken", &[Role::Author])]).await;
    let link = set_up_link(&ground).await;
    for (accepted, field) in [
        (chosen(GOOD), "email"),
        (first("first@example.jp", " "), "display_name"),
        (first("taken@example.jp", "一郎"), "email"),
    ] {
        let result = accept_token(&ground.db, &passwords, &link, accepted).await;
        let refused =
            matches!(&result, Err(IdentityError::Field { field: found, .. }) if *found == field);
        assert!(refused, "{field}: {result:?}");
    }
    let accepted = first("first@example.jp", "一郎");
    let user_id = accept_token(&ground.db, &passwords, &link, accepted).await;
    let user = users::find(&ground.db.reader(), user_id.unwrap()).await;
    let user = user.unwrap().unwrap();
    assert_eq!(user.roles, RoleSet::new([Role::Admin]));
    assert_eq!(user.locale, Locale::En, "the language of the set-up page");
    assert_eq!(ground.audit().await[0].action, "user.set_up");
    let accepted = first("second@example.jp", "二郎");
    let again = accept_token(&ground.db, &passwords, &link, accepted).await;
    assert!(is_not_found(&again), "{again:?}");
}

#[annai_test]
async fn every_node_without_an_administrator_has_a_link_until_there_is_one(
    connect: PgConnectOptions,
) {
    let ground = empty(connect);
    let passwords = Passwords::new();
    let (one, other) = (set_up_link(&ground).await, set_up_link(&ground).await);
    let db = ground.db.reader();
    for link in [&one, &other] {
        let usable = tokens::find_usable(&db, &link.hash(), now()).await;
        assert!(usable.unwrap().is_some(), "both links work");
    }
    let accepted = first("first@example.jp", "一郎");
    accept_token(&ground.db, &passwords, &one, accepted)
        .await
        .unwrap();
    let usable = tokens::find_usable(&db, &other.hash(), now()).await;
    assert!(usable.unwrap().is_none(), "an administrator exists");
    let accepted = first("second@example.jp", "二郎");
    let again = accept_token(&ground.db, &passwords, &other, accepted).await;
    assert!(is_not_found(&again), "{again:?}");
}

#[annai_test]
async fn of_two_people_with_two_set_up_links_one_succeeds(connect: PgConnectOptions) {
    let ground = empty(connect);
    let passwords = Passwords::new();
    let (one, other) = (set_up_link(&ground).await, set_up_link(&ground).await);
    let (left, right) = tokio::join!(
        accept_token(
            &ground.db,
            &passwords,
            &one,
            first("first@example.jp", "一郎")
        ),
        accept_token(
            &ground.db,
            &passwords,
            &other,
            first("second@example.jp", "二郎")
        ),
    );
    assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
    assert!(is_not_found(&left) || is_not_found(&right));
    let admins = "SELECT count(*) FROM users WHERE 'admin' = ANY (roles)";
    assert_eq!(ground.number(admins).await, 1);
}

#[annai_test]
async fn an_administrator_who_came_otherwise_ends_the_set_up_links_too(connect: PgConnectOptions) {
    let ground = empty(connect);
    let link = set_up_link(&ground).await;
    add_people(&ground.db, [("admin", &[Role::Admin])]).await;
    let usable = tokens::find_usable(&ground.db.reader(), &link.hash(), now()).await;
    assert!(usable.unwrap().is_none());
}

#[annai_test]
async fn the_set_up_links_are_bounded(connect: PgConnectOptions) {
    let ground = empty(connect);
    let mut links = Vec::new();
    for _ in 0..tokens::SETUP_LINKS + 2 {
        links.push(set_up_link(&ground).await);
    }
    let live = "SELECT count(*) FROM user_tokens WHERE used_at IS NULL";
    assert_eq!(ground.number(live).await, tokens::SETUP_LINKS);
}
