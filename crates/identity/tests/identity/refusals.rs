//! The roles that may run each command.

use annai_domain::decide::{Forbidden, Refusal};
use annai_domain::{Role, RoleSet};
use annai_identity::{
    IdentityError, create_user, disable_user, enable_user, issue_reset, issue_setup, set_roles,
};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, new_user};

fn is_permitted<T>(result: &Result<T, IdentityError>) -> bool {
    match result {
        Ok(_) => true,
        Err(IdentityError::Refused(Refusal::Forbidden(Forbidden::Role))) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// Runs each command in a transaction that is rolled back, and returns whether each was permitted.
macro_rules! permitted {
    ($world:ident, $actor:ident, $($command:expr),* $(,)?) => {
        [$({
            let mut tx = $world.db.begin($actor.clone()).await.unwrap();
            let run = $command;
            is_permitted(&run(&mut tx).await)
        }),*]
    };
}

#[annai_test]
async fn people_are_kept_by_administrators_only(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (who, before) = (world.author.user_id, world.fingerprint().await);
    for (role, actor) in Role::ALL.into_iter().zip(&world.people) {
        let found = permitted!(
            world,
            actor,
            async |tx: &mut _| create_user(tx, new_user("new@example.jp")).await,
            async |tx: &mut _| set_roles(tx, who, &RoleSet::default()).await,
            async |tx: &mut _| disable_user(tx, who).await,
            async |tx: &mut _| enable_user(tx, who).await,
            async |tx: &mut _| issue_reset(tx, who).await,
            async |tx: &mut _| issue_setup(tx).await,
        );
        assert_eq!(found, [role == Role::Admin; 6], "{role:?}");
    }
    assert_eq!(world.fingerprint().await, before);
}
