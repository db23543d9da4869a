use std::path::{Path, PathBuf};

/// Returns a small guide that may be published.
#[must_use]
pub fn guide_source(slug: &str, title: &str, body: &str) -> String {
    let description = "試験のための短い記事。".repeat(10);
    format!(
        r#"---json
{{
  "title": "{title}",
  "slug": "{slug}",
  "category": "cloud-infra",
  "meta_description": "{description}",
  "keywords": ["試験"],
  "tags": ["試験"],
  "related_jobs": []
}}
---
# {title}

{body}
"#
    )
}

/// Returns the sample guides of the repository: file name and bytes, by name.
#[must_use]
pub fn own_guides() -> Vec<(String, Vec<u8>)> {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let guides = read_markdown(&content);
    assert!(guides.len() >= 4, "content/ holds {} guides", guides.len());
    guides
}

/// Returns the real pages in the folder that `ANNAI_TEST_PAGES` names; none if it is not set.
///
/// A missing or empty folder fails the test.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a test is told by its environment where pages are"
)]
pub fn real_pages() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = std::env::var_os("ANNAI_TEST_PAGES").filter(|folder| !folder.is_empty())
    else {
        return Vec::new();
    };
    let folder = PathBuf::from(folder);
    let folder = if folder.is_absolute() {
        folder
    } else {
        // Relative to the workspace: tests run in their package's folder.
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(folder)
    };
    let pages = read_markdown(&folder);
    assert!(
        !pages.is_empty(),
        "ANNAI_TEST_PAGES names {}, which has no *.md",
        folder.display()
    );
    pages
}

fn read_markdown(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}
