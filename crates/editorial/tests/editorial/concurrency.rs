//! Concurrent commands: one wins, no text is lost, and no number is skipped.

use std::time::Duration;

use annai_domain::{Actor, UserId};
use annai_editorial::{CommandError, ImportedFile, NewText, import_revision, publish, save};
use annai_storage::StorageError;
use annai_storage::health::check_ledger;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinSet;

use crate::world::{World, related_text, text};

/// Repeats a command while its error asks for a retry, as a client does.
macro_rules! patiently {
    ($attempt:block) => {{
        let mut attempts = 0;
        loop {
            let result: Result<_, CommandError> = async { $attempt }.await;
            attempts += 1;
            match result {
                Err(CommandError::Storage(StorageError::Unavailable(_))) if attempts < 50 => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                other => break other,
            }
        }
    }};
}

#[annai_test]
async fn of_twenty_writers_on_one_base_one_wins_and_none_is_lost(connect: PgConnectOptions) {
    let world = World::with_connections(connect, 10).await;
    let first = world.guide("a").await;
    let (guide_id, base) = (first.guide_id, first.revision_id);
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let (db, schema) = (world.db.clone(), world.schema.clone());
        // Twenty people, because each has a working copy of their own.
        let actor = Actor::new(UserId::new(), world.editor.roles().clone());
        add_person(&world, &actor).await;
        tasks.spawn(async move {
            let mine = text("a", &format!("第{number}の案"));
            let saved = patiently!({
                let tx = db.begin(actor.clone()).await?;
                let text = NewText {
                    guide_id,
                    base,
                    begun_on: None,
                    source: mine.clone(),
                    message: "",
                    window: None,
                    seen: None,
                };
                match save(&db, &schema, tx, text).await {
                    Ok(saved) => {
                        saved.tx.commit().await?;
                        Ok(saved.revision)
                    }
                    Err(refused) => Err(refused.error),
                }
            });
            match saved {
                Ok(saved) => Some(saved),
                Err(CommandError::Stale(stale)) => {
                    assert_eq!(stale.mine, mine);
                    None
                }
                Err(other) => panic!("{other:?}"),
            }
        });
    }
    let won: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();

    assert_eq!(
        won.iter()
            .map(|saved| saved.revision_number)
            .collect::<Vec<_>>(),
        [2]
    );
    let numbers =
        "SELECT string_agg(revision_number::text, ' ' ORDER BY revision_number) FROM revisions";
    assert_eq!(world.text(numbers).await, "1 2");
    assert_eq!(
        world
            .number("SELECT count(DISTINCT source) FROM working_copies")
            .await,
        19
    );
}

async fn add_person(world: &World, actor: &Actor) {
    let mut tx = world.db.begin(Actor::operator()).await.unwrap();
    let row = annai_storage::users::NewUserRow {
        user_id: actor.user_id,
        email: &format!("{}@example.jp", actor.user_id).parse().unwrap(),
        display_name: "一人",
        roles: actor.roles(),
        locale: annai_domain::Locale::Ja,
        password_hash: None,
    };
    annai_storage::users::insert(&mut tx, row).await.unwrap();
    tx.commit().await.unwrap();
}

#[annai_test]
async fn sixteen_guides_that_show_each_other_are_published_at_once_without_gaps(
    connect: PgConnectOptions,
) {
    let world = World::with_connections(connect, 8).await;
    let slugs: Vec<String> = (0..16).map(|number| format!("guide_{number}")).collect();
    let all: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let mut guides = Vec::new();
    for slug in &all {
        let saved = world
            .guide_of(&world.author, related_text(slug, slug, &all))
            .await;
        world.submit(&world.author, saved).await;
        world.approve(&world.reviewer, saved).await;
        guides.push(saved);
    }
    let schema = &world.schema;
    let mut tasks = JoinSet::new();
    for saved in guides {
        let (db, actor, schema) = (world.db.clone(), world.publisher.clone(), schema.clone());
        tasks.spawn(async move {
            patiently!({
                let mut tx = db.begin(actor.clone()).await?;
                let (guide_id, revision_id, hash) =
                    (saved.guide_id, saved.revision_id, saved.content_hash);
                let published = publish(&mut tx, &schema, guide_id, revision_id, hash).await?;
                tx.commit().await?;
                Ok(published)
            })
            .unwrap()
        });
    }
    let published = tasks.join_all().await;

    let mut refs: Vec<i64> = published
        .iter()
        .map(|entry| entry.publication_ref.number.get())
        .collect();
    refs.sort_unstable();
    assert_eq!(refs, (1..=16).collect::<Vec<i64>>());
    let report = check_ledger(&world.db).await.unwrap();
    assert_eq!((report.entries, report.first_bad), (16, None));
    for entry in published {
        let before = usize::try_from(entry.publication_ref.number.get() - 1).unwrap();
        assert_eq!(
            entry.affects.len(),
            before,
            "each changes the answers of those before it"
        );
    }
    let cards = "SELECT sum(jsonb_array_length(convert_from(answer, 'UTF8')::jsonb -> 'included' -> 'related'))::bigint
                   FROM published_versions WHERE to_ref IS NULL";
    assert_eq!(
        world.number(cards).await,
        16 * 15,
        "in the end everybody shows everybody"
    );
}

#[annai_test]
async fn a_publication_beside_a_running_import_waits_and_neither_is_undone(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.submit(&world.author, saved).await;
    world.approve(&world.reviewer, saved).await;
    let file = |slug: &str, publish: bool| ImportedFile {
        guide_id: None,
        path: format!("{slug}.md"),
        source: text(slug, "一"),
        publish,
    };

    // An import writes several files in one transaction: revisions first, then a publication.
    let mut tx = world.db.begin(Actor::operator()).await.unwrap();
    import_revision(&mut tx, &world.schema, file("b", false))
        .await
        .unwrap();
    let beside = {
        let (db, actor, schema) = (
            world.db.clone(),
            world.publisher.clone(),
            world.schema.clone(),
        );
        tokio::spawn(async move {
            let mut tx = db.begin(actor).await?;
            let (guide_id, revision_id, hash) =
                (saved.guide_id, saved.revision_id, saved.content_hash);
            let published = publish(&mut tx, &schema, guide_id, revision_id, hash).await?;
            tx.commit().await?;
            Ok::<_, CommandError>(published)
        })
    };
    world.until_one_waits_for_a_lock().await;
    import_revision(&mut tx, &world.schema, file("c", true))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let published = beside.await.unwrap().unwrap();
    assert_eq!(published.publication_ref.number.get(), 2);
}
