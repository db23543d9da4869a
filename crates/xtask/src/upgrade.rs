//! The rolling upgrade: an older program and this one on one database, in turn.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::json;

use crate::http::Client;
use crate::process;
use crate::program::{Program, Server};
use crate::scratch::Scratch;
use crate::workspace::Workspace;

/// The migration that lets nodes know each other. Older programs refuse tables with migrations that
/// they do not have.
const NODES: &str = "migrations/20261130150100_create_nodes.sql";

/// The time in which a publication through one node reaches the other.
const FOLLOWS: Duration = Duration::from_secs(30);

/// Builds the program of `commit`, or of the last tag, and runs it beside this one.
///
/// The older program starts first, serves on while this one adds to the tables, and restarts beside
/// it. Each node signs a person in and saves, each program publishes, and both nodes deliver it.
///
/// # Errors
///
/// When the older program cannot run beside this one, or a node does not start, stop or answer.
pub(crate) fn run(workspace: &Workspace, commit: Option<&str>) -> anyhow::Result<()> {
    let commit = match commit {
        Some(commit) => commit.to_owned(),
        None => last_tag(workspace)?,
    };
    require_common_tables(workspace, &commit)?;
    let folder = tempfile::Builder::new()
        .prefix("annai-upgrade-")
        .tempdir()?;
    let old = build_old(workspace, &commit, folder.path())?;
    process::run(process::cargo(workspace.root()).args(["build", "--locked", "--bin=annai"]))?;
    let new = workspace.target_directory.join("debug/annai");
    let scratch = Scratch::start()?;
    let url = scratch.empty_database("upgrade")?;
    let program = |name: &str, binary: PathBuf| -> anyhow::Result<Program> {
        let home = folder.path().join(name);
        fs::create_dir(&home)?;
        Ok(Program::new(binary, &home)?.with("ANNAI_DATABASE_URL", &url))
    };
    let (old, new) = (program("old", old)?, program("new", new)?);

    let sample = fs::read_to_string(workspace.root().join("content/sre_engineer.md"))?;
    let text = |slug: &str| sample.replace("\"sre_engineer\"", &format!("\"{slug}\""));

    let first = old.serve_demo()?;
    let (email, password) = first.person("admin")?;
    let second = new.serve()?;
    for (name, program, server) in [("old", &old, &first), ("new", &new, &second)] {
        let mut person = Client::connect(server.address())?;
        person.sign_in(&email, &password)?;
        save(&mut person, &text(&format!("draft_of_{name}")))
            .with_context(|| format!("through the {name} node"))?;
        let slug = format!("public_by_{name}");
        publish(program, folder.path(), &slug, &text(&slug))?;
        delivers(&first, &slug)?;
        delivers(&second, &slug)?;
    }
    drop(first);
    let again = old
        .serve()
        .context("the old program restarts beside the new one")?;
    delivers(&again, "public_by_new")?;
    new.run(&["doctor"])?;
    drop(again);
    new.run(&["migrate", "--contract"])?;
    delivers(&second, "public_by_old")?;
    eprintln!("upgrade: {commit} and this version worked side by side");
    Ok(())
}

fn last_tag(workspace: &Workspace) -> anyhow::Result<String> {
    let mut git = process::command("git", workspace.root());
    let tag = process::output(git.args(["describe", "--tags", "--abbrev=0"]))
        .context("there is no tag; name a commit: `cargo xtask upgrade COMMIT`")?;
    Ok(tag.trim().to_owned())
}

/// Refuses a commit whose program could not share tables with this one, before it is built.
fn require_common_tables(workspace: &Workspace, commit: &str) -> anyhow::Result<()> {
    let git = || process::command("git", workspace.root());
    let mut list = git();
    list.args(["ls-tree", "-r", "--name-only", commit, "--", NODES]);
    ensure!(
        process::output(&mut list)?.trim() == NODES,
        "{commit} does not know the table `nodes`: its program refuses tables that a newer one \
         migrated, so it cannot restart beside this one. Stop such a program before an upgrade; \
         this lane needs a commit that has {NODES}"
    );
    let mut diff = git();
    diff.args([
        "diff",
        "--name-only",
        "--diff-filter=MD",
        commit,
        "--",
        "migrations/*.sql",
    ]);
    let edited = process::output(&mut diff)?;
    ensure!(
        edited.trim().is_empty(),
        "migrations were edited after {commit}, so both programs refuse the tables of the other: {}",
        edited.split_whitespace().collect::<Vec<_>>().join(", ")
    );
    Ok(())
}

/// Builds the program of `commit` in a worktree that is removed afterwards.
fn build_old(workspace: &Workspace, commit: &str, folder: &Path) -> anyhow::Result<PathBuf> {
    let source = folder.join("source");
    let git = || process::command("git", workspace.root());
    let mut add = git();
    add.args(["worktree", "add", "--detach"]).arg(&source);
    process::run(add.arg(commit))?;
    let target = workspace.target_directory.join("upgrade");
    let mut cargo = process::cargo(&source);
    cargo.args(["build", "--locked", "--bin=annai", "--target-dir"]);
    let built = process::run(cargo.arg(&target));
    process::run(git().args(["worktree", "remove", "--force"]).arg(&source))?;
    built?;
    Ok(target.join("debug/annai"))
}

/// Saves a new draft, and reads the list of guides.
fn save(person: &mut Client, text: &str) -> anyhow::Result<()> {
    person.post("/api/v1/guides", &json!({ "source": text }), None)?;
    person.get("/api/v1/guides?limit=1")?;
    Ok(())
}

/// Publishes a guide through the command line of `program`.
fn publish(program: &Program, folder: &Path, slug: &str, text: &str) -> anyhow::Result<()> {
    let file = folder.join(format!("{slug}.md"));
    fs::write(&file, text)?;
    let file = file.to_str().context("the temporary folder is not UTF-8")?;
    program.run(&["import", file, "--publish"])
}

/// Waits until the node delivers the guide.
fn delivers(server: &Server, slug: &str) -> anyhow::Result<()> {
    let begin = Instant::now();
    let mut client = Client::connect(server.address())?;
    while client.get(&format!("/v1/guides/{slug}")).is_err() {
        ensure!(begin.elapsed() < FOLLOWS, "a node does not deliver {slug}");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
