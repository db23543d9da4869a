//! The lints of the workspace apply only to crates that ask for them, so every crate must.

use std::fs;

use anyhow::bail;

use crate::workspace::Workspace;

/// Makes sure that every `Cargo.toml` says `[lints] workspace = true`.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let mut missing = Vec::new();
    for package in workspace.members() {
        if !takes_workspace_lints(&fs::read_to_string(&package.manifest_path)?)? {
            missing.push(package.name.as_str());
        }
    }
    if !missing.is_empty() {
        bail!(
            "without `[lints] workspace = true` in Cargo.toml: {}",
            missing.join(", ")
        );
    }
    Ok(())
}

fn takes_workspace_lints(manifest: &str) -> anyhow::Result<bool> {
    let manifest: toml::Table = toml::from_str(manifest)?;
    let lints = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"));
    Ok(lints.and_then(toml::Value::as_bool) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::takes_workspace_lints;

    #[test]
    fn only_a_crate_that_asks_for_the_lints_passes() {
        assert!(takes_workspace_lints("[lints]\nworkspace = true\n").unwrap());
        assert!(!takes_workspace_lints("[lints]\nworkspace = false\n").unwrap());
        assert!(!takes_workspace_lints("[lints.rust]\nunsafe_code = \"allow\"\n").unwrap());
        assert!(!takes_workspace_lints("[package]\nname = \"x\"\n").unwrap());
    }
}
