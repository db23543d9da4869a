use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Binaries, find_in, parse_version, select};
use crate::LocalPostgresError;

fn binaries(version: u32) -> Binaries {
    Binaries {
        folder: PathBuf::from(format!("/somewhere/{version}")),
        version,
    }
}

/// Writes programs that answer `--version` as PostgreSQL's do.
fn install(root: &Path, version: &str) {
    let folder = root.join(version).join("bin");
    fs::create_dir_all(&folder).unwrap();
    for program in ["postgres", "initdb"] {
        let path = folder.join(program);
        fs::write(
            &path,
            format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}.1 (Test)'\n"),
        )
        .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn versions_are_read_from_the_output_of_the_programs() {
    assert_eq!(
        parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
        Some(15)
    );
    assert_eq!(parse_version("initdb (PostgreSQL) 18beta2\n"), Some(18));
    assert_eq!(parse_version("something else 15.1\n"), None);
}

#[test]
fn every_version_below_a_place_is_found_and_incomplete_ones_are_not() {
    let root = tempfile::tempdir().unwrap();
    install(root.path(), "15");
    install(root.path(), "17");
    fs::create_dir_all(root.path().join("16/bin")).unwrap();

    let place = format!("{}/*/bin", root.path().display());
    let mut versions: Vec<u32> = find_in(&[&place]).iter().map(Binaries::version).collect();
    versions.sort_unstable();

    assert_eq!(versions, [15, 17]);
}

#[test]
fn a_new_cluster_gets_the_newest_programs() {
    let chosen = select(
        vec![binaries(15), binaries(17), binaries(16)],
        Path::new("/data"),
        None,
    )
    .unwrap();

    assert_eq!(chosen.version(), 17);
}

#[test]
fn an_old_cluster_keeps_the_programs_of_its_version() {
    let chosen = select(
        vec![binaries(15), binaries(17)],
        Path::new("/data"),
        Some(15),
    )
    .unwrap();

    assert_eq!(chosen.version(), 15);
}

#[test]
fn a_cluster_of_an_absent_version_names_both_versions() {
    let error = select(
        vec![binaries(17), binaries(15)],
        Path::new("/data"),
        Some(16),
    )
    .unwrap_err();

    assert!(
        matches!(error, LocalPostgresError::VersionMissing { wanted: 16, .. }),
        "{error}"
    );
    let message = error.to_string();
    assert!(
        message.contains("belongs to PostgreSQL 16, but this machine has 15, 17"),
        "{message}"
    );
    assert!(message.contains("hint:"), "{message}");
}

#[test]
fn programs_that_are_too_old_are_refused_for_a_new_cluster() {
    let error = select(vec![binaries(13)], Path::new("/data"), None).unwrap_err();

    assert!(
        matches!(error, LocalPostgresError::TooOld { newest: 13 }),
        "{error}"
    );
}

#[test]
fn a_machine_without_postgres_is_told_what_to_install_on_each_system() {
    let error = select(Vec::new(), Path::new("/data"), None).unwrap_err();

    let message = error.to_string();
    for line in [
        "sudo apt-get install postgresql",
        "sudo dnf install postgresql-server",
        "brew install postgresql@17",
    ] {
        assert!(message.contains(line), "{message}");
    }
}
