//! Keys of consumers.

use annai_domain::ApiKeyId;
use annai_domain::decide::Refusal;
use annai_domain::token::TokenKind;
use annai_editorial::{CommandError, create_key, revoke_key};
use annai_storage::keys::{self, KeyScope};
use annai_test_macros::annai_test;
use annai_test_world::now;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

#[annai_test]
async fn a_key_is_shown_once_and_ended_once(connect: PgConnectOptions) {
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
        let entries = world.audit().await.len();
        world.run(&world.admin, end).await.unwrap();
        assert_eq!(world.audit().await.len(), entries, "nothing changed");
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
        ("a\nb", None, "name"),
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
