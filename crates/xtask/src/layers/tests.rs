use super::{judge, parse_table, starters_of_processes};
use crate::workspace::Package;

const TABLE: &str = "\
# Architecture

| other | table |
|---|---|
| not | this |

| crate | may depend on (ours) | the only one allowed to use |
|---|---|---|
| domain | – | |
| storage | domain | sqlx macros, SQL text |
| pages | domain, storage (reads) | minijinja, `tower-sessions` |
| local-postgres | – | child processes |
| server | all of them | anyhow, `std::env` |

`xtask layers` reads this.
";

fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
    let dependencies: Vec<_> = dependencies
        .iter()
        .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind }))
        .collect();
    serde_json::from_value(serde_json::json!({
        "name": name, "version": "1.0.0", "license": "MIT", "source": null,
        "manifest_path": "Cargo.toml", "dependencies": dependencies, "targets": [], "id": name,
    }))
    .unwrap()
}

/// Returns the problems of a valid workspace after one crate was replaced.
fn problems(changed: Package) -> Vec<String> {
    let mut members = vec![
        package("annai-domain", &[]),
        package(
            "annai-storage",
            &[
                ("annai-domain", None),
                ("sqlx", None),
                ("annai-test-support", Some("dev")),
            ],
        ),
        package(
            "annai-pages",
            &[
                ("annai-domain", None),
                ("annai-storage", None),
                ("minijinja", None),
            ],
        ),
        package("annai-local-postgres", &[("sqlx", Some("dev"))]),
        package("annai-server", &[("annai-pages", None), ("anyhow", None)]),
        package(
            "annai-test-support",
            &[("anyhow", None), ("annai-server", None)],
        ),
        package("xtask", &[("anyhow", None)]),
    ];
    members.retain(|member| member.name != changed.name);
    members.push(changed);
    judge(
        &parse_table(TABLE).unwrap(),
        &members.iter().collect::<Vec<_>>(),
    )
}

#[test]
fn a_workspace_in_order_passes() {
    assert_eq!(problems(package("annai-domain", &[])), Vec::<String>::new());
}

#[test]
fn a_dependency_against_the_table_is_named() {
    let found = problems(package("annai-domain", &[("annai-storage", None)]));

    assert_eq!(found, ["`domain` may not depend on `storage`"]);
}

#[test]
fn what_one_crate_alone_may_use_is_refused_to_the_others() {
    let found = problems(package("annai-pages", &[("sqlx", None), ("anyhow", None)]));

    assert_eq!(
        found,
        [
            "`pages` uses `sqlx`, which only `storage` may",
            "`pages` uses `anyhow`, which only `server` may"
        ]
    );
}

#[test]
fn the_program_may_not_ship_what_is_for_tests() {
    let found = problems(package("annai-server", &[("annai-test-support", None)]));

    assert_eq!(found, ["`server` may not depend on `test-support`"]);
}

#[test]
fn a_crate_outside_the_table_and_a_line_without_a_crate_are_both_named() {
    assert_eq!(
        problems(package("annai-extra", &[])),
        ["the table lacks the crate `extra`"]
    );

    let found = judge(&parse_table(TABLE).unwrap(), &[]);
    assert!(
        found.contains(&"the table has a crate `domain` that does not exist".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_document_without_the_table_is_an_error() {
    assert!(parse_table("# Architecture\n").is_err());
}

#[test]
fn a_crate_that_starts_processes_is_found_in_its_sources() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src/deep")).unwrap();
    std::fs::write(
        folder.path().join("src/deep/file.rs"),
        "use std::process::Command;",
    )
    .unwrap();
    let mut pages = package("annai-pages", &[]);
    pages.manifest_path = folder.path().join("Cargo.toml");

    let found = starters_of_processes(&parse_table(TABLE).unwrap(), &[&pages]).unwrap();

    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with("starts child processes, which only `local-postgres` may"),
        "{found:?}"
    );
}
