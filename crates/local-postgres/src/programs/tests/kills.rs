//! A process that is killed between two steps, and another user.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use super::World;
use super::world::{program_files, wheel};
use crate::offer::Client;
use crate::programs::provide;

/// The number of steps that getting programs reports.
const STEPS: usize = 5;

/// The file that tells the child at which step it dies.
const DIES_AT: &str = "dies-at";

/// Gets programs in the working folder, and dies at the step that a file names.
#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn the_child() {
    let home = std::env::current_dir().unwrap();
    let dies_at: usize = fs::read_to_string(home.join(DIES_AT))
        .unwrap()
        .parse()
        .unwrap();
    let world = world_at(&home);
    let mut step = 0;
    let mut die = |_| {
        if step == dies_at {
            std::process::abort();
        }
        step += 1;
    };
    provide(&world.machine, &world.settings, &world.folder, &mut die)
        .await
        .unwrap();
}

fn world_at(home: &Path) -> World {
    let mut world = World::at(home);
    world.offer(Client::Pip, &wheel(&program_files("17.10", true)), "");
    world
}

fn run_child(world: &World, dies_at: usize, uid: Option<u32>) -> ExitStatus {
    fs::write(world.home.join(DIES_AT), dies_at.to_string()).unwrap();
    let program = world.home.join("test");
    if !program.exists() {
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut child = Command::new(program);
    child
        .args(["--ignored", "--exact", "programs::tests::kills::the_child"])
        .current_dir(&world.home)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(uid) = uid {
        child.uid(uid).gid(uid);
    }
    child.status().unwrap()
}

#[tokio::test]
async fn a_kill_between_two_steps_leaves_nothing_that_counts_as_whole() {
    let world = World::bare();
    for step in 0..STEPS {
        assert!(!run_child(&world, step, None).success(), "step {step}");
        assert!(world.choose().is_err(), "after step {step}");
    }

    assert!(run_child(&world, STEPS, None).success());

    assert_eq!(world.kept(), ["17.10"]);
    assert_eq!(world.choose().unwrap().release(), "17.10");
}

#[tokio::test]
async fn a_user_without_rights_gets_programs_too() {
    if !nix::unistd::geteuid().is_root() {
        return; // the other tests run as such a user then
    }
    let nobody = nix::unistd::User::from_name("nobody").unwrap().unwrap();
    let (uid, gid) = (nobody.uid.as_raw(), nobody.gid.as_raw());
    let world = World::bare();
    // The child makes the folders anew, as its own.
    fs::remove_dir_all(world.home.join("data")).unwrap();
    chown(&world.home, Some(uid), Some(gid)).unwrap();

    assert!(run_child(&world, STEPS, Some(uid)).success());

    assert_eq!(world.kept(), ["17.10"]);
}
