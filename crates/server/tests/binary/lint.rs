//! `annai lint`: its findings, its formats and its exit codes.

use std::fs;

use serde_json::{Value, json};

use crate::home::{Home, content};

/// Returns a guide without errors, with `slug` in its description.
fn guide(slug: &str, body: &str) -> String {
    let description = "案".repeat(100);
    format!(
        "---json\n{{\"title\": \"題\", \"category\": \"data\", \"meta_description\": \"{slug}{description}\"}}\n---\n# 題\n\n{body}\n"
    )
}

/// Creates a folder with two guides. One has faults of every level and characters that formats must
/// escape.
fn home() -> Home {
    let home = Home::new();
    let folder = home.path().join("ガイド, 一");
    fs::create_dir(&folder).unwrap();
    let faults = "[x](javascript:100%,\u{3a}y) コンピュータと\u{202e}です。\n\n| 表 | 題 |\n|---|---|\n| 一 |";
    fs::write(folder.join("faults.md"), guide("a", faults)).unwrap();
    fs::write(folder.join("good.md"), guide("b", "本文です。")).unwrap();
    fs::write(folder.join("README.md"), "no guide").unwrap();
    home
}

#[test]
fn our_own_guides_pass() {
    let home = Home::new();
    let content = content();
    let said = home.succeed(&["lint", content.to_str().unwrap()]);
    assert!(
        !said.contains(": error: ") && !said.contains(": warning: "),
        "{said}"
    );
}

#[test]
fn errors_make_the_exit_code_and_a_wrong_call_another() {
    let home = home();
    let said = home.fail(1, &["lint", "."]);
    assert!(
        said.contains("2 errors, 2 warnings and 0 hints in 2 files"),
        "{said}"
    );
    home.succeed(&["lint", "ガイド, 一/good.md"]);
    home.fail(2, &["lint"]);
    home.fail(2, &["lint", "--format", "xml", "."]);
    let said = home.fail(66, &["lint", "nowhere.md"]);
    assert!(said.contains("nowhere.md"), "{said}");
    fs::write(home.path().join("broken.md"), "---json\n{\n---\n").unwrap();
    let output = home.run(&["lint", "broken.md"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("broken.md:2:2: error: "));
}

#[test]
fn people_read_where_what_and_what_instead() {
    let home = home();
    let output = home.run(&["lint", "--language", "en", "ガイド, 一"]);
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}

#[test]
fn programs_read_json() {
    let home = home();
    let output = home.run(&["lint", "--format", "json", "ガイド, 一"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    insta::assert_json_snapshot!(answer);
}

#[test]
fn github_shows_annotations() {
    let home = home();
    let output = home.run(&["lint", "--format", "github", "ガイド, 一"]);
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}

#[test]
fn code_scanning_reads_sarif() {
    let home = home();
    let output = home.run(&["lint", "--format", "sarif", "ガイド, 一"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(
        log["$schema"]
            .as_str()
            .unwrap()
            .ends_with("/sarif-schema-2.1.0.json")
    );
    let [run] = log["runs"].as_array().unwrap().as_slice() else {
        panic!("{log}")
    };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "annai lint");
    let rules: Vec<_> = driver["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| &rule["id"])
        .collect();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        assert!(rules.contains(&&result["ruleId"]), "{result}");
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = "%E3%82%AC%E3%82%A4%E3%83%89%2C%20%E4%B8%80/faults.md";
        assert_eq!(place["artifactLocation"]["uri"], uri);
        assert_region(&place["region"]);
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let change = &fix["artifactChanges"][0];
            assert_eq!(change["artifactLocation"]["uri"], uri);
            assert_region(&change["replacements"][0]["deletedRegion"]);
        }
    }
    let spelling = results
        .iter()
        .find(|result| result["ruleId"] == "spelling_dictionary")
        .unwrap();
    assert_eq!(
        spelling["fixes"][0]["artifactChanges"][0]["replacements"],
        json!([{
            "deletedRegion": {"startLine": 6, "startColumn": 25, "endLine": 6, "endColumn": 31},
            "insertedContent": {"text": "コンピューター"},
        }])
    );
}

/// Asserts that lines and columns count from 1 and that the end is not before the start.
fn assert_region(region: &Value) {
    let number = |name: &str| region[name].as_u64().unwrap_or_else(|| panic!("{region}"));
    let start = (number("startLine"), number("startColumn"));
    let end = (number("endLine"), number("endColumn"));
    assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{region}");
}
