use std::fs;

use super::{Fixture, problems};
use crate::shape::sizes::{crates, files, lines, templates};
use crate::shape::source::Kind;

#[test]
fn a_long_file_is_found_unless_it_holds_tests() {
    let long = "// line\n".repeat(401);
    let sources = Fixture::new()
        .library(
            "house",
            &[
                ("lib.rs", "mod long; mod right; #[cfg(test)] mod tests;"),
                ("long.rs", &long),
                ("right.rs", &"// line\n".repeat(400)),
                ("tests.rs", &long),
            ],
        )
        .target("trial", Kind::Test, &[("main.rs", &long)])
        .read();

    assert_eq!(
        problems(&files(&sources)),
        ["house/long.rs: 401 lines, more than 400"]
    );
}

#[test]
fn a_crate_is_measured_without_its_tests() {
    let code = |lines: usize| "// line\n".repeat(lines);
    let tested = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", code(15), code(97));
    let small = code(85);
    let sources = Fixture::new()
        .library("tested", &[("lib.rs", &tested)])
        .library("rest", &[("lib.rs", &small)])
        .read();
    let lines = lines(&sources);

    assert_eq!(lines["tested"], 15);
    assert_eq!(
        problems(&crates(&lines)),
        ["crates/rest: 85 of 100 lines are 85.0 %, more than 15 %"]
    );
}

#[test]
fn a_long_line_of_a_template_is_found_by_its_characters() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("templates/guides");
    fs::create_dir_all(&below).unwrap();
    let text = format!("{}\n{}\n", "案".repeat(160), "a".repeat(161));
    fs::write(below.join("show.html"), text).unwrap();

    let found = templates(folder.path(), &folder.path().join("templates")).unwrap();

    assert_eq!(
        problems(&found),
        ["templates/guides/show.html:2: 161 characters, more than 160"]
    );
}
