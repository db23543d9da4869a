//! The line numbers of a preview.

use super::*;
use crate::GuideAddresses;

/// Returns the HTML without its line numbers, and the line numbers in order.
fn parted(html: &str) -> (String, Vec<u32>) {
    let mut parts = html.split(" data-line=\"");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    let mut lines = Vec::new();
    for part in parts {
        let (line, rest) = part.split_once('"').unwrap();
        lines.push(line.parse().unwrap());
        plain.push_str(rest);
    }
    (plain, lines)
}

#[test]
fn each_block_of_a_preview_names_its_line() {
    let body = "# 題\n\n段落。\n続き。\n\n> 引用\n\n3. 一\n4. 二\n\n| 列 |\n|---|\n| 値 |\n\n```\nx\n```\n<b>\n\n---\n";
    let (_, lines) = parted(
        &render_preview(body, &GuideAddresses::default())
            .unwrap()
            .html,
    );
    assert_eq!(lines, [1, 3, 6, 6, 8, 8, 9, 11, 11, 13, 15, 18, 20]);
}

#[test]
fn a_preview_without_its_marks_is_what_readers_get() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let source = crate::GuideSource::parse(std::fs::read(path).unwrap()).unwrap();
        let (plain, lines) = parted(
            &render_preview(source.body(), &GuideAddresses::default())
                .unwrap()
                .html,
        );
        assert_eq!(plain, render(source.body(), Profile::Guide).unwrap().html);
        assert!(lines.len() > 10 && lines.is_sorted());
    }
}

#[test]
fn text_that_looks_like_a_mark_is_text() {
    let html = render_preview(
        "a data-line=\"9\" `<p data-line=\"9\">`\n",
        &GuideAddresses::default(),
    )
    .unwrap();
    assert_eq!(html.html.matches("data-line=\"9\"").count(), 0);
}
