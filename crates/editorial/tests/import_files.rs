//! Importing many files: checked first, written in batches, finished by repeating.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use annai_content::{Mapping, MappingPreset, Schema};
use annai_domain::decide::{Forbidden, Refusal};
use annai_domain::{Actor, Clock, FileDialect, Role, RoleSet, UserId};
use annai_editorial::import::{
    CollectError, ImportFile, ImportOptions, ImportProgress, ImportReport, ImportState,
    collect_files, import_files,
};
use annai_editorial::{CommandError, NewGuide, create_guide};
use annai_storage::Database;
use annai_storage::history::list_export;
use annai_test_macros::annai_test;
use annai_test_world::database;
use sqlx::postgres::PgConnectOptions;

fn write_guides(folder: &Path, count: usize) {
    let text = include_str!("../../../content/sre_engineer.md");
    for number in 0..count {
        let slug = format!("guide_{number:02}");
        let text = text.replace("\"sre_engineer\"", &format!("\"{slug}\""));
        fs::write(folder.join(format!("{slug}.md")), text).unwrap();
    }
}

fn schema() -> Schema {
    Schema::parse(include_str!("../../../content/schema.json")).unwrap()
}

/// Imports a folder. `between` runs after all files were checked and before any is written.
async fn import(
    db: &Database,
    actor: &Actor,
    folder: &Path,
    options: ImportOptions,
    between: impl Fn() + Send + Sync,
) -> Result<ImportReport, CommandError> {
    let schema = schema();
    let files = collect_files(&[folder.to_path_buf()]).unwrap().files;
    let count = files.len();
    let mut progress = |progress| {
        if progress == ImportProgress::Checked(count) {
            between();
        }
    };
    import_files(db, actor, &Arc::new(schema), files, options, &mut progress).await
}

/// Imports a folder by the operator's right.
async fn import_folder(db: &Database, folder: &Path, options: ImportOptions) -> ImportReport {
    import(db, &Actor::operator(), folder, options, || {})
        .await
        .unwrap()
}

fn counts(report: &ImportReport) -> [usize; 4] {
    [
        ImportState::New,
        ImportState::Changed,
        ImportState::Same,
        ImportState::Error,
    ]
    .map(|state| report.count(state))
}

async fn stored(db: &Database) -> usize {
    list_export(&db.reader(), true, None, 1000)
        .await
        .unwrap()
        .len()
}

#[annai_test]
async fn an_import_that_broke_off_is_finished_by_repeating_it(connect: PgConnectOptions) {
    let db = database(&connect, 4, Clock::System);
    let folder = tempfile::tempdir().unwrap();
    write_guides(folder.path(), 45);
    let last = folder.path().join("guide_44.md");
    let good = fs::read(&last).unwrap();
    let options = ImportOptions::default();

    let spoil = || fs::write(&last, "not what was checked").unwrap();
    let broken = import(
        &db,
        &Actor::operator(),
        folder.path(),
        options.clone(),
        spoil,
    )
    .await
    .unwrap();
    let after_first = stored(&db).await;
    fs::write(&last, good).unwrap();
    let repeated = import_folder(&db, folder.path(), options.clone()).await;

    assert!(!broken.complete);
    assert_eq!(broken.files[44].problems[0].code, "file_changed");
    assert_eq!(
        after_first, 40,
        "whole batches are kept, the broken one is not"
    );
    assert!(repeated.complete);
    assert_eq!(counts(&repeated), [5, 0, 40, 0]);
    assert_eq!(stored(&db).await, 45);
}

#[annai_test]
async fn a_batch_goes_on_without_its_bad_file_when_told_to(connect: PgConnectOptions) {
    let db = database(&connect, 4, Clock::System);
    let folder = tempfile::tempdir().unwrap();
    write_guides(folder.path(), 25);
    let spoiled = folder.path().join("guide_07.md");
    let options = ImportOptions {
        keep_going: true,
        ..ImportOptions::default()
    };

    let remove = || fs::remove_file(&spoiled).unwrap();
    let report = import(
        &db,
        &Actor::operator(),
        folder.path(),
        options.clone(),
        remove,
    )
    .await
    .unwrap();

    assert!(!report.complete);
    assert_eq!(counts(&report), [24, 0, 0, 1]);
    assert_eq!(stored(&db).await, 24);
}

#[annai_test]
async fn an_editor_imports_drafts_and_only_the_operator_publishes(connect: PgConnectOptions) {
    let db = database(&connect, 4, Clock::System);
    let folder = tempfile::tempdir().unwrap();
    write_guides(folder.path(), 3);
    let publishing = ImportOptions {
        publish: true,
        ..ImportOptions::default()
    };
    let reader = Actor::new(UserId::OPERATOR, RoleSet::new([Role::Reviewer]));

    let refused = import(&db, &reader, folder.path(), ImportOptions::default(), || {}).await;
    assert!(
        matches!(
            refused,
            Err(CommandError::Refused(Refusal::Forbidden(Forbidden::Role)))
        ),
        "{refused:?}"
    );
    assert_eq!(stored(&db).await, 0);

    let dry = ImportOptions {
        dry_run: true,
        ..publishing.clone()
    };
    let checked = import(&db, &Actor::operator(), folder.path(), dry, || {})
        .await
        .unwrap();
    assert_eq!((counts(&checked), checked.complete), ([3, 0, 0, 0], false));
    assert_eq!(stored(&db).await, 0);

    let published = import(
        &db,
        &Actor::operator(),
        folder.path(),
        publishing.clone(),
        || {},
    )
    .await
    .unwrap();
    assert_eq!(published.published(), 3);
    let again = import(
        &db,
        &Actor::operator(),
        folder.path(),
        publishing.clone(),
        || {},
    )
    .await
    .unwrap();
    assert_eq!((counts(&again), again.published()), ([0, 0, 3, 0], 0));
}

#[test]
fn two_files_cannot_be_one_guide_and_links_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    for part in [&one, &two] {
        fs::create_dir(part).unwrap();
        fs::write(part.join("same.md"), "x").unwrap();
    }
    fs::create_dir(one.join(".git")).unwrap();
    fs::write(one.join(".git/hidden.md"), "x").unwrap();
    std::os::unix::fs::symlink(&two, one.join("linked")).unwrap();
    let link = folder.path().join("link.md");
    std::os::unix::fs::symlink(one.join("same.md"), &link).unwrap();

    fs::write(one.join("notes.txt"), "x").unwrap();
    let collected = collect_files(&[one.clone(), one.clone()]).unwrap();
    let names: Vec<&str> = collected.files.iter().map(ImportFile::path).collect();
    assert_eq!(names, ["same.md"], "a folder named twice is read once");
    let passed_over: Vec<(&str, &str)> = collected
        .passed_over
        .iter()
        .map(|one| (one.path.as_str(), one.reason.as_str()))
        .collect();
    let expected = [
        (".git", "hidden"),
        ("linked", "not_a_file"),
        ("notes.txt", "not_markdown"),
    ];
    assert_eq!(passed_over, expected, "nothing is passed over in silence");
    assert!(matches!(
        collect_files(&[one, two]),
        Err(CollectError::SamePath { .. })
    ));
    assert!(matches!(collect_files(&[link]), Err(CollectError::Link(_))));
}

/// Returns the path of each guide.
async fn paths(db: &Database) -> Vec<Option<String>> {
    let rows = list_export(&db.reader(), true, None, 1000).await.unwrap();
    rows.into_iter().map(|row| row.path).collect()
}

#[annai_test]
async fn a_guide_that_is_found_by_its_slug_comes_from_the_file_from_then_on(
    connect: PgConnectOptions,
) {
    let db = database(&connect, 4, Clock::System);
    let folder = tempfile::tempdir().unwrap();
    write_guides(folder.path(), 1);
    let written = folder.path().join("guide_00.md");
    let mut tx = db.begin(Actor::operator()).await.unwrap();
    let guide = NewGuide {
        source: fs::read(&written).unwrap(),
        path: None,
        message: String::new(),
    };
    create_guide(&mut tx, &schema(), guide).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(paths(&db).await, [None]);
    let options = ImportOptions::default();
    let again = async || import_folder(&db, folder.path(), options.clone()).await;

    let same = again().await;

    assert_eq!(counts(&same), [0, 0, 1, 0]);
    assert!(same.complete && same.files[0].written);
    assert_eq!(paths(&db).await, [Some("guide_00.md".to_owned())]);
    assert!(!again().await.files[0].written, "nothing is left to do");

    fs::create_dir(folder.path().join("jobs")).unwrap();
    let moved = folder.path().join("jobs/moved.md");
    fs::rename(&written, &moved).unwrap();
    let text = fs::read_to_string(&moved).unwrap();
    fs::write(&moved, format!("{text}\n追記。\n")).unwrap();
    let changed = again().await;
    assert_eq!(counts(&changed), [0, 1, 0, 0]);
    assert_eq!(paths(&db).await, [Some("jobs/moved.md".to_owned())]);
}

/// Imports one file from a folder of its own.
async fn import_one(db: &Database, name: &str, text: &str, options: ImportOptions) -> ImportReport {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    import_folder(db, folder.path(), options).await
}

/// Returns the newest text of every guide.
async fn texts(db: &Database) -> Vec<String> {
    let rows = list_export(&db.reader(), true, None, 1000).await.unwrap();
    let texts = rows.into_iter().map(|row| String::from_utf8(row.source));
    texts.map(Result::unwrap).collect()
}

#[annai_test]
async fn a_draft_may_have_every_fault_that_only_publishing_forbids(connect: PgConnectOptions) {
    let db = database(&connect, 4, Clock::System);
    let text = "---json\n{\"title\":\"下書き\",\"category\":\"なし\"}\n---\n本文\n";
    let publishing = ImportOptions {
        publish: true,
        ..ImportOptions::default()
    };

    let refused = import_one(&db, "a.md", text, publishing).await;
    assert_eq!(counts(&refused), [0, 0, 0, 1]);
    let taken = import_one(&db, "a.md", text, ImportOptions::default()).await;

    assert_eq!((counts(&taken), taken.complete), ([1, 0, 0, 0], true));
    let problems = &taken.files[0].problems;
    let places: Vec<_> = problems
        .iter()
        .map(|problem| (problem.code.as_str(), problem.position.unwrap().to_string()))
        .collect();
    let expected = [("field_missing", "2:1"), ("field_not_an_option", "2:27")];
    assert_eq!(places, expected.map(|(code, at)| (code, at.to_owned())));
    assert_eq!(texts(&db).await, [text]);
}

#[annai_test]
async fn files_of_every_dialect_become_guides_and_a_repeat_writes_nothing(
    connect: PgConnectOptions,
) {
    let db = database(&connect, 4, Clock::System);
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.MD", "---\ntitle: 甲\n---\n本文\n"),
        ("b.markdown", "+++\ntitle = '乙'\n+++\n本文\n"),
        ("c.mdx", "{\n\"title\": \"丙\"\n}\n本文\n"),
        ("d.md", "本文だけ\n"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let again = async || {
        let options = ImportOptions::default();
        import_folder(&db, folder.path(), options).await
    };

    let first = again().await;
    let dialects: Vec<_> = first
        .files
        .iter()
        .map(|line| line.dialect.unwrap())
        .collect();
    let expected = [
        FileDialect::Yaml,
        FileDialect::Toml,
        FileDialect::HugoJson,
        FileDialect::None,
    ];
    assert_eq!(
        (counts(&first), dialects),
        ([4, 0, 0, 0], expected.to_vec())
    );
    assert_eq!(counts(&again().await), [0, 0, 4, 0]);
    let expected = ["甲", "乙", "丙"]
        .map(|title| format!("---json\n{{\n  \"title\": \"{title}\"\n}}\n---\n本文\n"));
    let mut texts = texts(&db).await;
    texts.sort();
    let mut expected = expected.to_vec();
    expected.push("本文だけ\n".to_owned());
    expected.sort();
    assert_eq!(texts, expected);
}

#[annai_test]
async fn a_name_in_nfd_and_one_in_nfc_are_one_file(connect: PgConnectOptions) {
    let db = database(&connect, 4, Clock::System);
    let options = ImportOptions::default();
    let text = |slug: &str| format!("---json\n{{\"slug\": \"{slug}\"}}\n---\n本文\n");
    let decomposed = "テ\u{3099}サ\u{3099}イナー.md";

    let from_apple = import_one(&db, decomposed, &text("imp_dz"), options.clone()).await;
    let from_linux = import_one(&db, "デザイナー.md", &text("imp_designer"), options).await;

    assert_eq!(counts(&from_apple), [1, 0, 0, 0]);
    assert_eq!(counts(&from_linux), [0, 1, 0, 0]);
    assert_eq!(paths(&db).await, [Some("デザイナー.md".to_owned())]);
}

#[annai_test]
async fn a_mapping_names_the_fields_and_keeps_drafts_back(connect: PgConnectOptions) {
    let db = database(&connect, 4, Clock::System);
    let options = ImportOptions {
        publish: true,
        mapping: Arc::new(Mapping::preset(MappingPreset::Hugo).unwrap()),
        ..ImportOptions::default()
    };
    let text = |draft: bool| {
        format!(
            "---\ntitle: 見本\ndescription: 説明\ncategories: [data]\ndraft: {draft}\n---\n本文\n"
        )
    };

    let draft = import_one(&db, "my-post.md", &text(true), options.clone()).await;
    assert_eq!((counts(&draft), draft.published()), ([1, 0, 0, 0], 0));
    assert_eq!(draft.files[0].slug.as_deref(), Some("my_post"));
    let ready = import_one(&db, "my-post.md", &text(false), options).await;

    assert_eq!((counts(&ready), ready.published()), ([0, 0, 1, 0], 1));
    assert_eq!(ready.files[0].problems, []);
}

#[annai_test]
async fn a_slug_that_leads_to_another_guide_is_refused(connect: PgConnectOptions) {
    let db = database(&connect, 4, Clock::System);
    let options = ImportOptions {
        publish: true,
        ..ImportOptions::default()
    };
    let named = |slug: &str| {
        let text = include_str!("../../../content/sre_engineer.md");
        text.replace("\"sre_engineer\"", &format!("\"{slug}\""))
    };
    for slug in ["first_slug", "second_slug"] {
        let report = import_one(&db, "own.md", &named(slug), options.clone()).await;
        assert_eq!(report.published(), 1, "{slug}");
    }

    let other = import_one(&db, "other.md", &named("first_slug"), options).await;

    assert_eq!(counts(&other), [0, 0, 0, 1]);
    assert_eq!(other.files[0].problems[0].code, "slug_taken");
    assert_eq!(texts(&db).await, [named("second_slug")]);
}
