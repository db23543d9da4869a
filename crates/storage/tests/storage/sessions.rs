//! Sessions of browsers: an ended one stays ended.

use annai_domain::UserId;
use annai_storage::sessions::{self, SessionRecord};
use annai_storage::users;
use annai_test_macros::annai_test;
use annai_test_world::now;
use jiff::ToSpan as _;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

fn session(number: u8, user_id: UserId) -> SessionRecord {
    SessionRecord {
        session_hash: [number; 32],
        user_id,
        session_epoch: 0,
        data: serde_json::json!({}),
        user_agent: "Firefox".to_owned(),
        created_at: now(),
        last_seen_at: now() + i64::from(number).seconds(),
        reauthenticated_at: now(),
        expires_at: now() + 30.minutes(),
    }
}

#[annai_test]
async fn a_session_that_was_ended_is_not_brought_back_by_a_late_request(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let mine = session(1, world.author.user_id);
    sessions::insert(&world.db, &mine).await.unwrap();
    let found = sessions::find(&world.db.reader(), &mine.session_hash, now())
        .await
        .unwrap();
    assert_eq!(found.as_ref(), Some(&mine));
    assert!(sessions::renew(&world.db, &mine).await.unwrap());

    assert!(
        sessions::remove(&world.db, &mine.session_hash)
            .await
            .unwrap()
    );
    assert!(
        !sessions::remove(&world.db, &mine.session_hash)
            .await
            .unwrap()
    );
    assert!(!sessions::renew(&world.db, &mine).await.unwrap());
    let found = sessions::find(&world.db.reader(), &mine.session_hash, now())
        .await
        .unwrap();
    assert_eq!(found, None);
}

#[annai_test]
async fn a_person_lists_and_ends_their_own_sessions_only(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (author, editor) = (world.author.user_id, world.editor.user_id);
    for (number, user_id) in [(1, author), (2, author), (3, author), (4, editor)] {
        sessions::insert(&world.db, &session(number, user_id))
            .await
            .unwrap();
    }
    let numbers = async |user_id: UserId, at| {
        let list = sessions::list_of_user(&world.db.reader(), user_id, at)
            .await
            .unwrap();
        list.iter()
            .map(|session| session.session_hash[0])
            .collect::<Vec<_>>()
    };
    assert_eq!(
        numbers(author, now()).await,
        [3, 2, 1],
        "the last used first"
    );
    assert_eq!(
        numbers(author, now() + 30.minutes()).await,
        Vec::<u8>::new(),
        "they have ended"
    );
    assert_eq!(
        sessions::remove_others(&world.db, author, Some(&[2; 32]))
            .await
            .unwrap(),
        2
    );
    assert_eq!(numbers(author, now()).await, [2]);
    assert_eq!(numbers(editor, now()).await, [4]);

    let mut tx = world.begin(&world.admin).await;
    users::set_disabled(&mut tx, author, true).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        numbers(author, now()).await,
        Vec::<u8>::new(),
        "an older epoch is over"
    );
    assert_eq!(
        sessions::sweep(&world.db, now() + 30.minutes())
            .await
            .unwrap(),
        2
    );
    let short = "INSERT INTO sessions SELECT 'short', user_id, 0, '{}', '', now(), now(), now(), now() FROM users LIMIT 1";
    assert_eq!(world.rule_against(short).await, "sessions_hash_check");
}
