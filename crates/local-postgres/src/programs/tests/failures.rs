//! Failures on the way. None of them leaves anything in the folder of programs.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::World;
use super::world::{Entry, program_files, tarball, wheel};
use crate::offer::Client;

fn archive() -> Vec<u8> {
    wheel(&program_files("17.10", true))
}

async fn assert_refused(world: &World, words: &str) {
    let message = world.refused().await;
    assert!(message.contains(words), "{message}");
    assert!(message.contains("hint: "), "{message}");
    assert_eq!(world.kept(), [""; 0]);
    assert!(world.choose().is_err());
}

#[tokio::test]
async fn a_cut_file_is_refused() {
    let mut world = World::bare();
    world.offer(Client::Pip, &archive(), "");
    let whole = world.home.join("programs.whl");
    fs::write(&whole, &archive()[1..]).unwrap();

    assert_refused(&world, "bytes instead of").await;
}

#[tokio::test]
async fn a_file_with_another_hash_is_refused_and_the_next_client_is_tried() {
    let mut world = World::bare();
    world.offer(Client::Pip, &archive(), "");
    let mut altered = archive();
    altered[40] ^= 1;
    fs::write(world.home.join("programs.whl"), &altered).unwrap();

    assert_refused(&world, "wrong SHA-256").await;

    world.offer(Client::Npm, &tarball(&program_files("17.10", true)), "");
    world.provide().await.unwrap();
    assert_eq!(world.kept(), ["17.10"]);
}

#[tokio::test]
async fn the_words_of_a_failing_client_reach_the_person() {
    let mut world = World::bare();
    world.offer(
        Client::Pip,
        &archive(),
        "echo 'no route to anywhere' >&2; exit 3",
    );
    world.offer(Client::Npm, &archive(), "exit 4");

    let message = world.refused().await;

    for words in [
        "with pip: ",
        "no route to anywhere",
        "with npm: ",
        "exit status: 4",
    ] {
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(world.kept(), [""; 0]);
}

#[tokio::test]
async fn a_client_that_writes_nothing_is_refused() {
    let mut world = World::bare();
    world.offer(Client::Pip, &archive(), "exit 0");

    assert_refused(&world, "wrote no file of a known name").await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_hangs_is_ended_after_its_time() {
    let mut world = World::bare();
    world.machine.limit = Duration::from_mins(10);
    let pid = world.home.join("pid");
    let hang = format!("echo $$ > {}; exec sleep 3600", pid.display());
    world.offer(Client::Pip, &archive(), &hang);

    assert_refused(&world, "did not end within 10 minutes").await;

    // The script may not even have begun: paused time runs ahead of it.
    if let Some(pid) = fs::read_to_string(pid).ok().filter(|pid| !pid.is_empty()) {
        let stat = format!("/proc/{}/stat", pid.trim());
        let is_gone = || fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
        for _ in 0..200 {
            if is_gone() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(is_gone());
    }
}

#[tokio::test]
async fn a_disk_without_room_is_named_before_anything_is_got() {
    let mut world = World::bare();
    world.machine.room = u64::MAX;
    world.offer(Client::Pip, &archive(), "");

    assert_refused(&world, "MB are needed").await;
    assert_eq!(world.log_of(Client::Pip), "");
}

#[tokio::test]
async fn programs_that_do_not_run_are_not_kept() {
    let mut not_executable = program_files("17.10", true);
    for (_, _, mode) in &mut not_executable {
        *mode = 0o644;
    }
    let mut broken = program_files("17.10", true);
    broken[0].1 = b"#!/bin/sh\necho 'a library is missing' >&2; exit 127".to_vec();
    for (files, words) in [
        (not_executable, "Permission denied"),
        (broken, "a library is missing"),
        (
            program_files("16.1", true),
            "its PostgreSQL is version 16.1",
        ),
    ] {
        let mut world = World::bare();
        world.offer(Client::Pip, &wheel(&files), "");

        assert_refused(&world, words).await;
    }
}

#[tokio::test]
async fn programs_that_cannot_create_a_cluster_are_not_kept() {
    let mut files = program_files("17.10", true);
    files[1].1 = b"#!/bin/sh\n[ \"$1\" = --version ] && echo 'initdb (PostgreSQL) 17.10' || \
                   { echo 'no locale' >&2; exit 1; }"
        .to_vec();
    let mut world = World::bare();
    world.offer(Client::Pip, &wheel(&files), "");

    assert_refused(&world, "no locale").await;
}

#[tokio::test]
async fn an_archive_cannot_write_outside_its_folder() {
    let outside = |name: &str| -> Vec<Entry> { vec![(name.into(), b"x".to_vec(), 0o644)] };
    let link = br#"[{"source":"native/lib/x","target":"native/bin/x"}]"#;
    let far = br#"[{"source":"native/../x","target":"native/../y"}]"#;
    for files in [
        outside("../../../escaped"),
        outside("bin/../../x"),
        vec![("pg-symlinks.json".into(), link.to_vec(), 0o644)],
        vec![("pg-symlinks.json".into(), far.to_vec(), 0o644)],
    ] {
        let mut world = World::bare();
        world.offer(Client::Pip, &wheel(&files), "");
        assert_refused(&world, "outside its folder").await;
        assert!(!world.home.join("data/escaped").exists());
    }
}

#[tokio::test]
async fn an_archive_with_a_link_is_refused() {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut tar = tar::Builder::new(gzip);
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    tar.append_link(&mut header, "package/native/bin", "/etc")
        .unwrap();
    let bytes = tar.into_inner().unwrap().finish().unwrap();
    let mut world = World::bare();
    world.offer(Client::Npm, &bytes, "");

    assert_refused(&world, "a link or a place outside its folder").await;
}

/// A small disk of its own over the folder of programs; only root can have one.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn over(folder: &'a Path, options: &str) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "annai-test"]);
        let mounted = mount
            .arg(folder)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(Self(folder))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).output();
    }
}

#[tokio::test]
async fn a_disk_that_becomes_full_leaves_nothing() {
    let mut world = World::bare();
    let programs = world.programs();
    let Some(_disk) = Disk::over(&programs, "size=400k,mode=755") else {
        return; // only root can mount
    };
    let mut files = program_files("17.10", true);
    files.push(("share/large".into(), vec![0; 1_000_000], 0o644));
    world.offer(Client::Pip, &wheel(&files), "");

    assert_refused(&world, "No space left on device").await;
}

#[tokio::test]
async fn a_disk_that_forbids_programs_is_noticed() {
    let mut world = World::bare();
    let programs = world.programs();
    let Some(_disk) = Disk::over(&programs, "noexec,mode=755") else {
        return; // only root can mount
    };
    world.offer(Client::Pip, &archive(), "");

    assert_refused(&world, "Permission denied").await;
}
