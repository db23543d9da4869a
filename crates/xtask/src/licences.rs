//! Licences and sources of everything we build with.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, bail};
use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::process;
use crate::workspace::{Package, Workspace};

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The part of `deny.toml` that we read ourselves.
#[derive(Debug, Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    /// Accepted for every crate.
    allow: Vec<String>,
    /// Accepted for one crate.
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    package: String,
    allow: Vec<String>,
}

/// Runs `cargo deny` where it is installed, and otherwise reads the same `deny.toml`.
///
/// Compiling cargo-deny would cost more than the rest of the build.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    if process::exists("cargo-deny") {
        let mut deny = process::cargo(workspace.root());
        return process::run(deny.args([
            "deny",
            "--all-features",
            "check",
            "licenses",
            "bans",
            "sources",
        ]));
    }
    let path = workspace.root().join("deny.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let deny: Deny = toml::from_str(&text).context("cannot understand deny.toml")?;
    let problems = judge(&workspace.packages, &deny.licenses, |package| {
        workspace
            .members()
            .any(|member| member.name == package.name)
    });
    if !problems.is_empty() {
        bail!(
            "{}\nhint: choose another crate, or allow the licence in deny.toml and say why",
            problems.join("\n")
        );
    }
    eprintln!("{} packages", workspace.packages.len());
    Ok(())
}

fn judge(
    packages: &[Package],
    licenses: &Licenses,
    is_ours: impl Fn(&Package) -> bool,
) -> Vec<String> {
    let exceptions: BTreeMap<&str, &[String]> = licenses
        .exceptions
        .iter()
        .map(|exception| (exception.package.as_str(), exception.allow.as_slice()))
        .collect();
    let mut problems = Vec::new();
    for package in packages {
        let Package { name, version, .. } = package;
        let extra = exceptions.get(name.as_str()).copied().unwrap_or_default();
        let accepts = |licence: &str| {
            licenses
                .allow
                .iter()
                .chain(extra)
                .any(|allowed| allowed == licence)
        };
        let expression = package.license.as_deref().unwrap_or_default();
        if !is_allowed(expression, accepts) {
            problems.push(format!(
                "{name} {version} is under `{expression}`, which deny.toml does not allow"
            ));
        }
        let known = match package.source.as_deref() {
            Some(source) => source == REGISTRY,
            None => is_ours(package),
        };
        if !known {
            let source = package
                .source
                .as_deref()
                .unwrap_or("a folder outside the workspace");
            problems.push(format!(
                "{name} {version} comes from {source}, not from the registry"
            ));
        }
    }
    problems
}

/// Returns true when the accepted licences suffice for `expression`; an unreadable one is refused.
///
/// Old crates write `/` for `OR`. `A WITH B` counts as `A`: an exception only ever permits more.
fn is_allowed(expression: &str, accepts: impl Fn(&str) -> bool) -> bool {
    let mode = ParseMode {
        allow_slash_as_or_operator: true,
        allow_deprecated: true,
        ..ParseMode::STRICT
    };
    Expression::parse_mode(expression, mode).is_ok_and(|expression| {
        expression.evaluate(|required| required.license.id().is_some_and(|id| accepts(id.name)))
    })
}

#[cfg(test)]
mod tests {
    use super::{Deny, REGISTRY, is_allowed, judge};
    use crate::workspace::Package;

    fn package(name: &str, license: Option<&str>, source: Option<&str>) -> Package {
        serde_json::from_value(serde_json::json!({
            "name": name, "version": "1.0.0", "license": license, "source": source,
            "manifest_path": "Cargo.toml", "dependencies": [], "targets": [], "id": name,
        }))
        .unwrap()
    }

    fn problems(package: Package) -> Vec<String> {
        let deny: Deny = toml::from_str(
            "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"roots\", allow = [\"CDLA-Permissive-2.0\"] }]",
        )
        .unwrap();
        judge(&[package], &deny.licenses, |package| package.name == "ours")
    }

    #[test]
    fn an_allowed_crate_from_the_registry_is_no_problem() {
        assert_eq!(
            problems(package("good", Some("MIT"), Some(REGISTRY))),
            Vec::<String>::new()
        );
        assert_eq!(
            problems(package("ours", Some("MIT"), None)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_copyleft_or_missing_licence_is_named() {
        let problem = problems(package("bad", Some("GPL-3.0-only"), Some(REGISTRY)));
        assert_eq!(
            problem,
            ["bad 1.0.0 is under `GPL-3.0-only`, which deny.toml does not allow"]
        );
        assert_eq!(problems(package("none", None, Some(REGISTRY))).len(), 1);
    }

    #[test]
    fn an_exception_holds_for_its_crate_only() {
        assert!(
            problems(package(
                "roots",
                Some("CDLA-Permissive-2.0"),
                Some(REGISTRY)
            ))
            .is_empty()
        );
        assert_eq!(
            problems(package(
                "other",
                Some("CDLA-Permissive-2.0"),
                Some(REGISTRY)
            ))
            .len(),
            1
        );
    }

    #[test]
    fn a_crate_from_a_repository_or_a_strange_folder_is_named() {
        assert_eq!(
            problems(package(
                "fork",
                Some("MIT"),
                Some("git+https://example.org/fork")
            ))
            .len(),
            1
        );
        assert_eq!(problems(package("stray", Some("MIT"), None)).len(), 1);
    }

    fn allowed(expression: &str) -> bool {
        is_allowed(expression, |licence| {
            ["MIT", "Apache-2.0", "ISC"].contains(&licence)
        })
    }

    #[test]
    fn one_acceptable_choice_is_enough() {
        assert!(allowed("MIT"));
        assert!(allowed("GPL-3.0-only OR MIT"));
        assert!(allowed("Unlicense/MIT"));
        assert!(allowed("Apache-2.0 WITH LLVM-exception"));
    }

    #[test]
    fn every_part_that_applies_at_once_must_be_acceptable() {
        assert!(allowed("ISC AND (Apache-2.0 OR OpenSSL)"));
        assert!(!allowed("MIT AND GPL-3.0-only"));
        assert!(!allowed("(MIT OR Apache-2.0) AND OpenSSL"));
        assert!(!allowed("GPL-3.0-only OR AGPL-3.0-only"));
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_refused() {
        for expression in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "MIT)"] {
            assert!(!allowed(expression), "{expression}");
        }
    }
}
