//! The data remembers what its programs could do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use annai_local_postgres::{Durability, LocalPostgresError, ProgramSettings, Settings};

use crate::home::{Home, ask, run};

/// Returns the folder of the programs that the server ran with.
fn programs_of(home: &Home) -> PathBuf {
    let options = fs::read_to_string(home.path("cluster/postmaster.opts")).unwrap();
    let program = Path::new(options.split(' ').next().unwrap());
    program.parent().unwrap().canonicalize().unwrap()
}

/// Makes programs that are the real ones, except that they know no lz4.
fn without_lz4(home: &Home) -> PathBuf {
    let folder = home.folder().join("without-lz4");
    fs::create_dir_all(&folder).unwrap();
    for program in ["postgres", "initdb"] {
        let real = programs_of(home).join(program);
        let script = format!(
            "#!/bin/sh\n[ \"$1\" = -C ] && exit 1\nexec {} \"$@\"\n",
            real.display()
        );
        let path = folder.join(program);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

fn settings(home: &Home, folder: PathBuf) -> Settings {
    Settings {
        programs: ProgramSettings {
            folder: Some(folder),
            ..ProgramSettings::default()
        },
        ..home.settings(Durability::Durable)
    }
}

#[tokio::test]
async fn data_that_may_be_compressed_with_lz4_is_not_opened_without_it() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    let record = fs::read_to_string(home.path("programs.json")).unwrap();
    assert!(record.contains("\"has_lz4\": true"), "{record}");
    let folder = without_lz4(&home);

    let error = annai_local_postgres::start(settings(&home, folder), |_| {})
        .await
        .unwrap_err();

    assert!(matches!(error, LocalPostgresError::NoLz4 { .. }), "{error}");
    // The programs that wrote it open it.
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn data_of_an_earlier_version_is_asked_whether_it_uses_lz4() {
    let home = Home::new();
    let postgres = home.start().await;
    run(postgres.url(), "CREATE TABLE kept (word text)").await;
    postgres.stop().await.unwrap();
    let record = home.path("programs.json");
    fs::remove_file(&record).unwrap();
    let folder = without_lz4(&home);

    let postgres = annai_local_postgres::start(settings(&home, folder.clone()), |_| {})
        .await
        .unwrap();

    assert!(
        fs::read_to_string(&record)
            .unwrap()
            .contains("\"has_lz4\": false")
    );
    run(
        postgres.url(),
        "ALTER TABLE kept ALTER word SET COMPRESSION lz4",
    )
    .await;
    postgres.stop().await.unwrap();
    fs::remove_file(&record).unwrap();
    let error = annai_local_postgres::start(settings(&home, folder), |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, LocalPostgresError::NoLz4 { .. }), "{error}");
    assert!(!record.exists());
}

#[tokio::test]
async fn the_mark_of_lz4_stays_once_programs_with_it_ran() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    let record = home.path("programs.json");
    let without = fs::read_to_string(&record)
        .unwrap()
        .replace("true", "false");
    fs::write(&record, without).unwrap();

    let postgres = home.start().await;

    assert_eq!(ask(postgres.url(), "SELECT 'up'").await, "up");
    assert!(
        fs::read_to_string(&record)
            .unwrap()
            .contains("\"has_lz4\": true")
    );
    postgres.stop().await.unwrap();
}
