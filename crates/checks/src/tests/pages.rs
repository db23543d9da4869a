//! Whole pages: the customer's, where the folder is given, and our own.

use std::path::{Path, PathBuf};

use annai_content::GuideSource;

use super::schema;
use crate::*;

fn pages_in(folder: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    // Notes for people who browse the folder are not guides.
    let is_page = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md")
    };
    paths.retain(is_page);
    paths
}

fn assert_publishable(folder: &Path, least: usize) {
    let paths = pages_in(folder);
    assert!(paths.len() >= least, "{} pages", paths.len());
    for path in paths {
        let source = GuideSource::parse(std::fs::read(&path).unwrap()).unwrap();
        let stands_against = blocking(&source, &schema());
        assert_eq!(stands_against, [], "{} cannot be published", path.display());
    }
}

#[test]
fn our_own_guides_could_be_published() {
    assert_publishable(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content"),
        4,
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test runner names the folder"
)]
fn the_customers_pages_could_be_published() {
    if let Some(folder) = std::env::var_os("ANNAI_TEST_PAGES") {
        assert_publishable(Path::new(&folder), 1);
    }
}
