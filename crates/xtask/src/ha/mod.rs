//! Annai on a database that fails over: two nodes before Patroni with three members.
//!
//! Each scene makes a fault while clients save and read, and then compares what they were told with
//! what the database has.

mod cluster;
mod daemon;
mod figures;
mod load;
mod member;
mod programs;
mod scenes;
mod site;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::program;
use crate::scratch;
use crate::workspace::Workspace;
use cluster::Cluster;
use figures::Figures;
use programs::Programs;
pub(crate) use scenes::Scene;
use site::Site;

/// The scenes to play.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// The program to run; without it a debug build.
    #[arg(long)]
    binary: Option<PathBuf>,

    /// The scenes to play; without it all of them.
    #[arg(value_enum)]
    scenes: Vec<Scene>,
}

impl Options {
    /// Chooses scenes for a debug build.
    pub(crate) fn of(scenes: Vec<Scene>) -> Self {
        Self {
            binary: None,
            scenes,
        }
    }

    fn scenes(&self) -> Vec<Scene> {
        let mut scenes = Scene::ALL.to_vec();
        scenes.retain(|scene| self.scenes.is_empty() || self.scenes.contains(scene));
        scenes
    }
}

/// A scene that was played.
pub(crate) struct Played {
    /// The scene.
    pub(crate) scene: Scene,
    /// The promises that did not hold.
    pub(crate) broken: Vec<String>,
}

/// Plays the scenes and prints their figures.
///
/// # Errors
///
/// When something does not hold, or a program is missing.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let mut broken = String::new();
    for played in play(workspace, options)? {
        for words in played.broken {
            write!(broken, "\n  {}: {words}", played.scene.name())?;
        }
    }
    if !broken.is_empty() {
        bail!("the database failed over, and not everything held:{broken}");
    }
    Ok(())
}

/// Plays the scenes, prints their figures, and returns what did not hold in each.
///
/// # Errors
///
/// When a program is missing, or the scenes cannot be played at all.
pub(crate) fn play(workspace: &Workspace, options: &Options) -> anyhow::Result<Vec<Played>> {
    let programs = Programs::find(workspace)?;
    let binary = binary(workspace, options)?;
    let _runtime = scratch::runtime()?;
    let folder = tempfile::Builder::new().prefix("annai-ha-").tempdir()?;
    let played = on_stage(programs, &binary, folder.path(), &options.scenes());
    if !played
        .as_ref()
        .is_ok_and(|all| all.iter().all(|one| one.broken.is_empty()))
    {
        eprintln!("ha: the servers' logs are in {}", folder.keep().display());
    }
    played
}

fn binary(workspace: &Workspace, options: &Options) -> anyhow::Result<PathBuf> {
    if let Some(binary) = &options.binary {
        let found = binary.canonicalize();
        return found.with_context(|| format!("there is no program {}", binary.display()));
    }
    program::build(workspace)
}

fn on_stage(
    programs: Programs,
    binary: &Path,
    folder: &Path,
    scenes: &[Scene],
) -> anyhow::Result<Vec<Played>> {
    eprintln!("ha: starting etcd, three members and two nodes …");
    let mut cluster = Cluster::start(programs, folder)?;
    let site = Site::start(binary, folder, &cluster.url())?;
    let mut all = Vec::new();
    let mut played = Vec::new();
    for scene in scenes {
        eprintln!("ha: {} …", scene.name());
        let outcome = one(*scene, &mut cluster, &site);
        let is_last = outcome.is_err(); // the cluster may be in pieces
        let broken = match outcome {
            Ok((figures, broken)) => {
                all.push(figures);
                broken
            }
            Err(error) => vec![format!("{error:#}")],
        };
        played.push(Played {
            scene: *scene,
            broken,
        });
        if is_last {
            break;
        }
    }
    eprint!("{}", figures::table(&all));
    Ok(played)
}

fn one(scene: Scene, cluster: &mut Cluster, site: &Site) -> anyhow::Result<(Figures, Vec<String>)> {
    let before = revisions(cluster, site)?;
    let known_errors: BTreeSet<String> = site.errors()?.into_iter().collect();
    let (window, log) = load::under(site, scene.name(), |load| scene.play(cluster, load))?;
    let after = revisions(cluster, site)?;
    let figures = Figures::new(scene, &log, &before, &after);
    let mut broken = figures.broken(&log);
    broken.extend(scene.broken(&log, window));
    let errors = site.errors()?.into_iter();
    let new = errors.filter(|line| !known_errors.contains(line));
    broken.extend(new.take(3).map(|line| format!("a node logged: {line}")));
    if let Err(error) = site.doctor() {
        broken.push(format!("{error:#}"));
    }
    Ok((figures, broken))
}

/// Returns the revisions of the guide as the leader has them.
fn revisions(cluster: &Cluster, site: &Site) -> anyhow::Result<BTreeSet<String>> {
    let guide = &site.guide_id;
    let statement = format!("SELECT revision_id FROM revisions WHERE guide_id = '{guide}'");
    let rows = cluster.sql("annai", &statement)?;
    Ok(rows.lines().map(str::to_owned).collect())
}
