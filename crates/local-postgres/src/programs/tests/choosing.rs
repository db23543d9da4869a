//! The choice of programs, and the words where none fit.

use std::fs;
use std::path::PathBuf;

use super::World;
use crate::LocalPostgresError;
use crate::binaries::{Binaries, find_in};
use crate::record::{Provider, Record};

/// Makes the data folder look as if that version had written it.
fn cluster_of(world: &World, major: u32, has_lz4: bool) {
    fs::create_dir_all(world.folder.cluster()).unwrap();
    fs::write(world.folder.cluster().join("PG_VERSION"), major.to_string()).unwrap();
    let record = Record {
        major,
        has_lz4,
        provider: Provider::Libc,
    };
    record.write(&world.folder).unwrap();
}

fn got(world: &World, release: &str) {
    fs::create_dir_all(world.programs()).unwrap();
    let system = world.home.join("system").join(release);
    fs::rename(system, world.programs().join(release)).unwrap();
}

#[test]
fn every_version_below_a_place_is_found_and_incomplete_ones_are_not() {
    let world = World::bare();
    world.install("15.1", true);
    world.install("17.2", true);
    fs::create_dir_all(world.home.join("system/16.3/bin")).unwrap();

    let found = find_in(&world.machine.places);
    let mut versions: Vec<u32> = found.iter().map(Binaries::version).collect();
    versions.sort_unstable();

    assert_eq!(versions, [15, 17]);
}

#[test]
fn a_new_cluster_gets_the_newest_programs_of_the_system() {
    let world = World::bare();
    for release in ["15.1", "17.2", "16.3"] {
        world.install(release, true);
    }

    assert_eq!(world.choose().unwrap().release(), "17.2");
}

#[test]
fn programs_that_annai_got_win_over_the_system_and_a_named_folder_over_both() {
    let mut world = World::bare();
    world.install("16.3", true);
    got(&world, "16.3");
    world.install("17.2", true);
    world.install("15.1", true);

    assert_eq!(world.choose().unwrap().release(), "16.3");

    world.settings.folder = Some(world.home.join("system/15.1"));
    assert_eq!(world.choose().unwrap().release(), "15.1");
    world.settings.folder = Some(world.home.join("system/15.1/bin"));
    assert_eq!(world.choose().unwrap().release(), "15.1");
}

#[test]
fn a_named_folder_without_programs_is_refused_though_others_exist() {
    let mut world = World::bare();
    world.install("17.2", true);
    world.settings.folder = Some(PathBuf::from("/nowhere"));

    let message = world.choose().unwrap_err().to_string();

    assert!(message.contains("postgres_dir is /nowhere"), "{message}");
    assert!(message.contains("hint: "), "{message}");
}

#[test]
fn an_old_cluster_keeps_the_programs_of_its_version() {
    let world = World::bare();
    world.install("15.1", true);
    world.install("17.2", true);
    cluster_of(&world, 15, true);

    assert_eq!(world.choose().unwrap().version(), 15);
}

#[test]
fn a_cluster_of_an_absent_version_names_both_versions() {
    let world = World::bare();
    world.install("17.2", true);
    world.install("15.1", true);
    cluster_of(&world, 16, true);

    let error = world.choose().unwrap_err();

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
    let world = World::bare();
    world.install("13.9", true);

    let error = world.choose().unwrap_err();

    assert!(
        matches!(error, LocalPostgresError::TooOld { newest: 13 }),
        "{error}"
    );
}

#[test]
fn data_with_lz4_is_refused_by_programs_without_it() {
    let world = World::bare();
    world.install("17.2", false);
    cluster_of(&world, 17, true);

    let error = world.choose().unwrap_err();

    let message = error.to_string();
    assert!(message.contains("may be compressed with lz4"), "{message}");
    assert!(
        message.contains("hint: install other programs of PostgreSQL 17"),
        "{message}"
    );

    world.install("17.1", true);
    assert_eq!(world.choose().unwrap().release(), "17.1");
}

#[test]
fn data_without_lz4_takes_any_programs_of_its_version() {
    let world = World::bare();
    world.install("17.2", false);
    cluster_of(&world, 17, false);

    assert_eq!(world.choose().unwrap().release(), "17.2");
}

#[test]
fn remains_of_an_interrupted_attempt_are_never_chosen() {
    let world = World::bare();
    for remains in ["17.10.part", "17.10.new", "17.10.old"] {
        world.install("17.10", true);
        got(&world, "17.10");
        fs::rename(
            world.programs().join("17.10"),
            world.programs().join(remains),
        )
        .unwrap();
    }

    assert!(world.choose().is_err());
}

#[test]
fn a_machine_without_postgres_is_told_what_to_install_on_each_system() {
    let message = World::bare().choose().unwrap_err().to_string();

    for line in [
        "Annai needs PostgreSQL and this machine has none",
        "sudo apt-get install postgresql",
        "sudo dnf install postgresql-server",
        "brew install postgresql@17",
        "ANNAI_POSTGRES_ARCHIVE",
        "ANNAI_DATABASE_URL",
    ] {
        assert!(message.contains(line), "{message}");
    }
}
