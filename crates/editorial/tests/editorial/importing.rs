//! Importing: a file's bytes become the newest revision; only the operator may publish them.

use annai_domain::decide::{Forbidden, Refusal, StateConflict};
use annai_domain::{Actor, GuideId};
use annai_editorial::{CommandError, ImportOutcome, ImportedFile, archive, import_revision};
use annai_storage::guides::FoundGuide;
use annai_storage::{guides, ledger};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide, text};

fn file(guide_id: Option<GuideId>, path: &str, source: Vec<u8>, publish: bool) -> ImportedFile {
    ImportedFile {
        guide_id,
        path: path.to_owned(),
        source,
        publish,
    }
}

/// Imports a file, and returns the outcome with the new audit actions, oldest first.
async fn import(world: &World, actor: &Actor, file: ImportedFile) -> (ImportOutcome, Vec<String>) {
    let before = world.audit().await.len();
    let outcome = world
        .run(actor, async |tx| {
            import_revision(tx, &world.schema, file).await
        })
        .await
        .unwrap();
    let audit = world.audit().await;
    let new = audit[..audit.len() - before]
        .iter()
        .rev()
        .map(|entry| entry.action.clone())
        .collect();
    (outcome, new)
}

#[annai_test]
async fn a_file_is_new_then_the_same_then_changed(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (outcome, audit) = import(
        &world,
        &world.editor,
        file(None, "jobs/a.md", text("a", "一"), false),
    )
    .await;
    let ImportOutcome::New(guide_id, None) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(audit, ["guide.import"]);
    let found = guides::find_by_path_or_slug(&world.db.reader(), "jobs/a.md", None)
        .await
        .unwrap();
    let expected = FoundGuide {
        guide_id,
        has_path: true,
    };
    assert_eq!(found, Some(expected));

    let known = Some(guide_id);
    let same = import(
        &world,
        &world.editor,
        file(known, "jobs/a.md", text("a", "一"), false),
    )
    .await;
    assert_eq!(same, (ImportOutcome::Same(guide_id, None), vec![]));
    let changed = import(
        &world,
        &world.editor,
        file(known, "jobs/a.md", text("a", "二"), false),
    )
    .await;
    assert_eq!(
        changed,
        (
            ImportOutcome::Changed(guide_id, None),
            vec!["guide.import".to_owned()]
        )
    );
    let kinds =
        "SELECT string_agg(kind || revision_number, ' ' ORDER BY revision_number) FROM revisions";
    assert_eq!(world.text(kinds).await, "import1 import2");
}

#[annai_test]
async fn an_import_that_publishes_stands_in_the_ledger_as_an_import(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let operator = Actor::operator();
    let (outcome, audit) =
        import(&world, &operator, file(None, "a.md", text("a", "一"), true)).await;
    let ImportOutcome::New(guide_id, Some(published)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(published.publication_ref.number.get(), 1);
    assert_eq!(audit, ["guide.import", "guide.publish"]);
    assert_eq!(world.details().await["authority"], "import");
    let entry = &ledger::list(&world.db.reader(), every_guide(), Some(guide_id), None, 9)
        .await
        .unwrap()[0];
    assert_eq!(
        (entry.authority.as_str(), entry.published_by_name.as_str()),
        ("import", "operator")
    );

    let known = Some(guide_id);
    let same = import(
        &world,
        &operator,
        file(known, "a.md", text("a", "一"), true),
    )
    .await;
    assert_eq!(
        same,
        (ImportOutcome::Same(guide_id, None), vec![]),
        "it is public already"
    );
    let (outcome, _) = import(
        &world,
        &world.editor,
        file(known, "a.md", text("a", "二"), false),
    )
    .await;
    assert_eq!(outcome, ImportOutcome::Changed(guide_id, None));
    let (outcome, audit) = import(
        &world,
        &operator,
        file(known, "a.md", text("a", "二"), true),
    )
    .await;
    let ImportOutcome::Same(_, Some(published)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        (published.publication_ref.number.get(), audit),
        (2, vec!["guide.publish".to_owned()])
    );
}

#[annai_test]
async fn a_file_without_a_slug_is_called_after_itself(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let source = String::from_utf8(text("x", "一"))
        .unwrap()
        .replace("  \"slug\": \"x\",\n", "")
        .into_bytes();
    let (outcome, _) = import(
        &world,
        &Actor::operator(),
        file(None, "jobs/data_engineer.md", source, true),
    )
    .await;
    let ImportOutcome::New(_, Some(published)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(published.slug.as_str(), "data_engineer");
}

#[annai_test]
async fn an_import_is_refused_without_a_trace(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let known = Some(saved.guide_id);
    let operator = Actor::operator();
    let refused = async |actor: &Actor, file: ImportedFile| {
        world
            .refused(actor, async |tx| {
                import_revision(tx, &world.schema, file).await
            })
            .await
    };
    let role = Refusal::Forbidden(Forbidden::Role);
    for actor in [&world.author, &world.reviewer, &world.publisher] {
        let error = refused(actor, file(None, "b.md", text("b", "一"), false)).await;
        assert!(
            matches!(error, CommandError::Refused(refusal) if refusal == role),
            "{error:?}"
        );
    }
    for actor in [&world.editor, &world.admin] {
        let error = refused(actor, file(None, "b.md", text("b", "一"), true)).await;
        let forbidden = matches!(error, CommandError::Refused(refusal) if refusal == role);
        assert!(forbidden, "publishing is the operator's: {error:?}");
    }
    let error = refused(&operator, file(None, "b.md", text("a", "他"), false)).await;
    assert!(matches!(error, CommandError::SlugTaken(_)), "{error:?}");
    let error = refused(
        &operator,
        file(known, "a.md", b"---json\n{]\n---\n".to_vec(), false),
    )
    .await;
    assert!(matches!(error, CommandError::Source(_)), "{error:?}");
    let error = refused(
        &operator,
        file(
            known,
            "a.md",
            b"---json\n{\"slug\": \"a\"}\n---\n".to_vec(),
            true,
        ),
    )
    .await;
    assert!(matches!(error, CommandError::Invalid(_)), "{error:?}");
    let error = refused(
        &operator,
        file(Some(GuideId::new()), "a.md", text("a", "二"), false),
    )
    .await;
    assert!(
        matches!(error, CommandError::Refused(Refusal::NotFound)),
        "{error:?}"
    );

    let guide_id = saved.guide_id;
    world
        .run(&world.admin, async |tx| archive(tx, guide_id, false).await)
        .await
        .unwrap();
    let error = refused(&operator, file(known, "a.md", text("a", "二"), false)).await;
    let archived = Refusal::State(StateConflict::Archived);
    assert!(
        matches!(error, CommandError::Refused(refusal) if refusal == archived),
        "{error:?}"
    );
}
