//! The workspace as `cargo metadata` sees it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::process;

/// What `cargo metadata` tells about this workspace and everything it depends on.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    /// Every package of the build, ours and others'.
    pub(crate) packages: Vec<Package>,
    /// Where cargo puts what it builds.
    pub(crate) target_directory: PathBuf,
    #[serde(rename = "workspace_root")]
    root: PathBuf,
    #[serde(rename = "workspace_members")]
    members: BTreeSet<String>,
}

/// One package.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Its name, such as `annai-storage`.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its licence as an SPDX expression.
    pub(crate) license: Option<String>,
    /// Where it comes from; `None` for a folder.
    pub(crate) source: Option<String>,
    /// Its `Cargo.toml`.
    pub(crate) manifest_path: PathBuf,
    /// What it asks for.
    pub(crate) dependencies: Vec<Dependency>,
    /// Its libraries, programs and tests.
    pub(crate) targets: Vec<Target>,
    id: String,
}

/// One thing that cargo compiles.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    /// Its name, as paths in the code spell it save for `-`.
    pub(crate) name: String,
    /// Its kinds, such as `lib`.
    pub(crate) kind: Vec<String>,
    /// The file it begins with.
    pub(crate) src_path: PathBuf,
}

/// One dependency as a package asks for it.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package asked for.
    pub(crate) name: String,
    /// `None` for an ordinary one, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> anyhow::Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let json = process::output(process::cargo(here).args([
            "metadata",
            "--format-version=1",
            "--locked",
        ]))?;
        serde_json::from_str(&json).context("cannot read the answer of `cargo metadata`")
    }

    /// The folder of the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The workspace's own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.members.contains(&package.id))
    }
}
