//! Whole pages: the customer's, if their folder is given, and our own.

use std::path::{Path, PathBuf};

use super::*;
use crate::GuideSource;

fn guides_in(folder: &Path) -> Vec<(PathBuf, GuideSource)> {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        let source = GuideSource::parse(bytes.clone())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(source.as_bytes(), bytes, "{}", path.display());
        (path, source)
    };
    // Notes for people who browse the folder are not guides.
    paths
        .into_iter()
        .filter(|path| !path.ends_with("README.md"))
        .map(read)
        .collect()
}

/// Asserts the properties of every page of the genre.
fn assert_page(path: &Path, source: &GuideSource) {
    let page = render(source.body(), Profile::Guide).unwrap();
    let name = path.display();
    assert!(!page.html.contains("**"), "{name} shows a literal **");
    assert_eq!(page.html.matches("<h1 ").count(), 1, "{name}");
    assert_eq!(page.toc.len() + 1, page.stats.headings, "{name}");
    assert_eq!(
        page.html.matches("<table>").count(),
        page.stats.tables,
        "{name}"
    );
    let opened = page.html.matches("<strong>").count();
    assert_eq!(
        opened,
        source.body().matches("**").count() / 2,
        "{name}: every pair of ** is bold"
    );
    let mut ids: Vec<_> = page.toc.iter().map(|entry| entry.slug.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), page.toc.len(), "{name}: ids are unique");
    assert_eq!(
        source
            .with_body_from_browser(&source.body().replace("\r\n", "\n"))
            .unwrap(),
        *source,
        "{name}"
    );
    assert_one_letter(path, source);
    for (key, value) in source.front_matter() {
        assert_eq!(
            source.with_field(key, value).unwrap(),
            *source,
            "{name}: {key}"
        );
    }
}

/// Asserts that one changed letter of a page is one changed letter of the comparison.
fn assert_one_letter(path: &Path, source: &GuideSource) {
    let text = source.as_str();
    let middle = text.len() - source.body().len() / 2;
    let kanji = |character: char| ('\u{4e00}'..='\u{9fff}').contains(&character);
    let start = text.floor_char_boundary(middle);
    let at = start
        + text[start..]
            .find(kanji)
            .expect("Japanese in the second half of the page");
    let letter = text[at..].chars().next().unwrap();
    let edited = format!("{}朕{}", &text[..at], &text[at + letter.len_utf8()..]);
    let diff = crate::diff(source, &GuideSource::parse(edited).unwrap());
    assert_eq!(diff.front_matter.fields, []);
    let changed: Vec<_> = diff
        .body
        .iter()
        .filter_map(|block| match block {
            crate::BlockChange::Unchanged { .. } => None,
            crate::BlockChange::Changed { segments, .. } => Some(segments),
            other => panic!("{}: {other:?}", path.display()),
        })
        .flatten()
        .filter(|segment| segment.kind != crate::SegmentKind::Kept)
        .map(|segment| segment.text.clone())
        .collect();
    assert_eq!(
        changed,
        [letter.to_string(), "朕".to_owned()],
        "{}",
        path.display()
    );
}

#[test]
fn our_own_guides_render_correctly() {
    let guides = guides_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content"));
    assert!(guides.len() >= 4, "{} guides", guides.len());
    for (path, source) in guides {
        assert_page(&path, &source);
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test runner names the folder"
)]
fn the_customers_pages_render_correctly() {
    let Some(folder) = std::env::var_os("ANNAI_TEST_PAGES") else {
        return;
    };
    // Cargo runs tests in the crate's folder, but CI names a folder next to the repository.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guides = guides_in(&root.join(folder));
    assert!(
        !guides.is_empty(),
        "ANNAI_TEST_PAGES names a folder without pages"
    );
    for (path, source) in &guides {
        assert_page(path, source);
        if path.ends_with("platform_engineer.md") {
            assert_seed(source);
        }
    }
}

fn assert_seed(source: &GuideSource) {
    let page = render(source.body(), Profile::Guide).unwrap();
    assert_eq!(page.html.matches("<strong>").count(), 79);
    assert_eq!(
        page.stats,
        Stats {
            characters: 13_718,
            reading_minutes: 28,
            headings: 54,
            tables: 5
        }
    );
    assert_eq!(
        page.heading.as_deref(),
        Some("[完全ガイド] Platform Engineer: 開発効率を最大化する基盤構築の専門家")
    );
    let first = TocEntry {
        depth: 2,
        slug: "序章-なぜ今-platform-engineerが必要なのか".to_owned(),
        text: "🚀 序章：なぜ今、Platform Engineerが必要なのか？".to_owned(),
    };
    assert_eq!(page.toc.first(), Some(&first));
    let description = source.front_matter()["meta_description"].as_str().unwrap();
    assert_eq!(crate::graphemes(description), 122);
    assert!((crate::width(description) - 113.0).abs() < 1e-9);
    let canonical = GuideSource::new_guide(source.front_matter(), source.body()).unwrap();
    assert_eq!(canonical, *source, "new guides are laid out as this one");
}
