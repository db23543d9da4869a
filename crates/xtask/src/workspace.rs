//! The workspace as `cargo metadata` sees it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::process;

/// This workspace and everything it depends on.
#[derive(Debug, Deserialize)]
pub struct Workspace {
    /// Every package of the build, ours and others'.
    pub packages: Vec<Package>,
    /// The folder of cargo's results.
    pub target_directory: PathBuf,
    #[serde(rename = "workspace_root")]
    root: PathBuf,
    #[serde(rename = "workspace_members")]
    members: BTreeSet<String>,
}

/// One package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name, such as `annai-storage`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as an SPDX expression.
    pub license: Option<String>,
    /// The registry of its source; `None` for a folder.
    pub source: Option<String>,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// The packages it depends on.
    pub dependencies: Vec<Dependency>,
    /// Its libraries, programs and tests.
    pub targets: Vec<Target>,
    id: String,
}

/// One thing that cargo compiles.
#[derive(Debug, Deserialize)]
pub struct Target {
    /// Its name, as paths in the code spell it save for `-`.
    pub name: String,
    /// Its kinds, such as `lib`.
    pub kind: Vec<String>,
    /// The file it begins with.
    pub src_path: PathBuf,
}

/// One dependency in a package's manifest.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The package's name.
    pub name: String,
    /// `None` for an ordinary one, else `dev` or `build`.
    pub kind: Option<String>,
}

impl Workspace {
    /// Reads the workspace from `cargo metadata`.
    ///
    /// # Errors
    ///
    /// When cargo fails, such as for a lock file that is out of date.
    pub fn load() -> anyhow::Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let json = process::output(process::cargo(here).args([
            "metadata",
            "--format-version=1",
            "--locked",
        ]))?;
        serde_json::from_str(&json).context("cannot read the answer of `cargo metadata`")
    }

    /// Returns the folder of the workspace.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the workspace's own packages.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.members.contains(&package.id))
    }
}
