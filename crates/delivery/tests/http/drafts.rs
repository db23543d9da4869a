use annai_test_macros::annai_test;
use http::StatusCode;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use crate::world::{DATA, PLATFORM, World};

#[annai_test]
async fn the_delivery_role_cannot_read_what_is_not_published(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect.clone()).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
          WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
            AND relname NOT IN ('published_versions', 'delivery_ledger', 'delivery_genesis',
                                'delivery_slugs', 'delivery_api_keys')
          ORDER BY relname",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    let named = [
        "contents",
        "revisions",
        "working_copies",
        "users",
        "guides",
        "publications",
        "reviews",
    ];
    for table in named {
        assert!(tables.iter().any(|known| known == table), "{table}");
    }

    let mut delivery = PgConnection::connect_with(&connect).await.unwrap();
    sqlx::query("SET ROLE annai_delivery")
        .execute(&mut delivery)
        .await
        .unwrap();
    for table in tables {
        let read = format!("SELECT 1 FROM \"{table}\" LIMIT 1");
        let error = sqlx::raw_sql(sqlx::AssertSqlSafe(read))
            .execute(&mut delivery)
            .await
            .unwrap_err();
        let code = error
            .as_database_error()
            .and_then(|error| error.code().map(Into::into));
        assert_eq!(code, Some("42501".to_owned()), "{table}: {error}");
    }
    for write in [
        "INSERT INTO published_versions DEFAULT VALUES",
        "UPDATE published_versions SET to_ref = 1",
        "DELETE FROM published_versions",
    ] {
        let error = sqlx::query(write).execute(&mut delivery).await.unwrap_err();
        let code = error
            .as_database_error()
            .and_then(|error| error.code().map(Into::into));
        assert_eq!(code, Some("42501".to_owned()), "{write}: {error}");
    }
}

#[annai_test]
async fn a_slug_of_a_draft_is_answered_like_one_that_nobody_has(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    world.draft(&DATA).await;
    let pinned = format!("/v1/@{}", world.newest());
    for prefix in ["/v1", pinned.as_str()] {
        for ending in ["", ".md", ".html", ".txt", "?body=none"] {
            let draft = world
                .get(&format!("{prefix}/guides/data_engineer{ending}"))
                .await;
            let unknown = world
                .get(&format!("{prefix}/guides/never_existed{ending}"))
                .await;

            assert_eq!(draft.status, StatusCode::NOT_FOUND);
            assert_eq!(
                world.show(&draft).replace("data_engineer", "never_existed"),
                world.show(&unknown)
            );
        }
    }
    assert_eq!(world.get("/v1/guides").await.slugs(), ["platform_engineer"]);
}

#[annai_test]
async fn newer_text_of_a_published_guide_stays_inside(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let stored = world.publish(&PLATFORM).await;
    let newer = crate::world::Page {
        title: "秘密の新しい題",
        ..PLATFORM
    };
    world.draft(&newer).await;

    assert_eq!(world.get("/v1/guides/platform_engineer").await.body, stored);
    for path in [
        "/v1/guides/platform_engineer.md",
        "/v1/guides",
        "/v1/guides?body=html,markdown,text",
    ] {
        let answer = world.get(path).await;
        assert!(
            !String::from_utf8(answer.body).unwrap().contains("秘密"),
            "{path}"
        );
    }
}
