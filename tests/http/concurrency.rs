//! Concurrent writers.

use annai_domain::Role;
use annai_test_macros::annai_test;
use annai_test_support::{Answer, Call, TestApp, guide_source};
use futures_util::future::join_all;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn of_twenty_writers_on_one_base_one_wins_and_no_text_is_lost(connect: PgConnectOptions) {
    let app = TestApp::crowded(connect);
    let text = |number| guide_source("first", "記事", &format!("書き手{number}の文。"));
    let mut writers = Vec::new();
    for number in 0..20 {
        let person = app
            .add_person(&format!("writer{number}"), &[Role::Editor])
            .await;
        writers.push(app.sign_in(&person).await);
    }
    let created = writers[0]
        .post("/api/v1/guides")
        .json(&json!({ "source": text(99) }))
        .await;
    let base = created.string("/revision_id");
    let path = format!("/api/v1/guides/{}", created.string("/guide_id"));

    let saves = writers.iter().enumerate().map(|(number, writer)| {
        let save = writer.post(format!("{path}/revisions")).if_match(&base);
        until_answered(save.json(&json!({ "source": text(number) })))
    });
    let answers = join_all(saves).await;

    let won: Vec<_> = (0..20)
        .filter(|number| answers[*number].status == 201)
        .collect();
    assert_eq!(
        won.len(),
        1,
        "{:?}",
        answers
            .iter()
            .map(|answer| answer.status)
            .collect::<Vec<_>>()
    );
    let newest = writers[0].get(&path).await;
    assert_eq!(newest.string("/source"), text(won[0]));
    assert_eq!(newest.json()["latest"]["revision_number"], 2);
    for number in (0..20).filter(|number| *number != won[0]) {
        assert_eq!(answers[number].status, 412, "{}", answers[number]);
        assert_eq!(answers[number].string("/mine"), text(number));
        let kept = writers[number].get(format!("{path}/working-copy")).await;
        assert_eq!(
            kept.string("/source"),
            text(number),
            "writer {number} lost their text"
        );
    }
}

#[annai_test]
async fn revisions_are_numbered_without_gaps_whoever_saves(connect: PgConnectOptions) {
    let app = TestApp::crowded(connect);
    let (_, editor) = app.editor().await;
    let text = |number| guide_source("first", "記事", &format!("第{number}の文。"));
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": text(0) }))
        .await;
    let path = format!("/api/v1/guides/{}/revisions", created.string("/guide_id"));
    let mut base = created.string("/revision_id");
    for round in 0..5 {
        let saves = (0..4).map(|number| {
            let save = editor.post(&path).if_match(&base);
            save.json(&json!({ "source": text(1 + round * 4 + number) }))
                .into_future()
        });
        let answers = join_all(saves).await;
        let won: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 201)
            .collect();
        assert_eq!(won.len(), 1);
        base = won[0].string("/revision_id");
    }
    let history = editor.get(&path).await.json();
    let numbers = history["revisions"].as_array().unwrap().iter();
    let numbers: Vec<_> = numbers
        .map(|line| line["revision_number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
}

/// Repeats `call` after each 503, as a client does. That status only means that every connection
/// was taken for too long.
async fn until_answered(call: Call) -> Answer {
    for _ in 0..20 {
        let answer = call.clone().await;
        if answer.status != 503 {
            return answer;
        }
        assert!(answer.headers.contains_key("retry-after"), "{answer}");
    }
    call.await
}
