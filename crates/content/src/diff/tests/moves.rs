//! Sections in another order; and every diff contains both texts whole.

use proptest::prelude::*;

use super::super::blame;
use super::*;

/// Formats the changes of the body, one per line, without unchanged blocks.
fn told(old: &str, new: &str) -> Vec<String> {
    told_blocks(&diff(&source(old), &source(new)).body)
}

fn told_blocks(blocks: &[BlockChange]) -> Vec<String> {
    let tell = |block: &BlockChange| match block {
        BlockChange::Unchanged { .. } => None,
        BlockChange::Added { text, .. } => Some(format!("+{text}")),
        BlockChange::Removed { text, .. } => Some(format!("-{text}")),
        BlockChange::Changed { segments, .. } => Some(marked(segments)),
        BlockChange::Moved {
            heading,
            from_line,
            line,
            blocks,
        } => Some(format!(
            "{heading} {from_line}→{line} [{}]",
            told_blocks(blocks).concat()
        )),
        BlockChange::MovedAway { heading, line } => Some(format!("{heading} →{line}")),
    };
    blocks.iter().filter_map(tell).collect()
}

const WORK: &str = "## 仕事\n\n毎日の仕事は基盤の運用です。\n\n- 設計\n- 監視\n";
const PAY: &str = "## 年収\n\n年収は600万円からです。\n";
const PATH: &str = "## 進路\n\n設計者や管理者へ進む人が多くいます。\n\n相談もできます。\n";

#[test]
fn a_section_that_moved_is_one_move() {
    let old = format!("# 題\n\n{WORK}\n{PAY}\n{PATH}");
    let new = format!("# 題\n\n{PAY}\n{WORK}\n{PATH}");
    assert_eq!(told(&old, &new), ["## 年収 10→3 []", "## 年収 →3"]);
}

#[test]
fn changes_inside_a_moved_section_are_marked_in_it() {
    let old = format!("# 題\n\n{WORK}\n{PAY}\n{PATH}");
    let new = format!("# 題\n\n{}\n{WORK}\n{PATH}", PAY.replace("600", "700"));
    assert_eq!(
        told(&old, &new),
        [
            "## 年収 10→3 [年収は[-600-]{+700+}万円からです。]",
            "## 年収 →3"
        ]
    );
}

#[test]
fn a_renumbered_heading_moves_with_its_section() {
    let numbered =
        |number: &str, section: &str| section.replacen("## ", &format!("## {number} "), 1);
    let old = format!("{}{}", numbered("1️⃣", WORK), numbered("2️⃣", PAY));
    let new = format!("{}{}", numbered("1️⃣", PAY), numbered("2️⃣", WORK));
    assert_eq!(
        told(&old, &new),
        [
            "## 1️⃣ 年収 7→1 [## [-2️⃣-]{+1️⃣+} 年収]",
            "## [-1️⃣-]{+2️⃣+} 仕事",
            "## 2️⃣ 年収 →1",
        ]
    );
}

#[test]
fn a_section_that_was_cut_in_two_did_not_move() {
    let new = PATH.replace("相談も", "## 相談\n\n相談も");
    assert_eq!(told(PATH, &new), ["+## 相談"]);
}

#[test]
fn blame_names_the_last_text_that_changed_a_block() {
    let first = format!("# 題\n\n{WORK}\n{PAY}");
    let second = first.replace("600", "700");
    let third = format!("# 題\n\n{}\n{WORK}", PAY.replace("600", "700"));
    let blamed: Vec<_> = blame(&[&first, &second, &third])
        .into_iter()
        .map(|block| (block.text, block.line, block.origin))
        .collect();
    let block = |text: &str, line, origin| (text.to_owned(), line, origin);
    assert_eq!(
        blamed,
        [
            block("# 題", 1, 0),
            block("## 年収", 3, 0),
            block("年収は700万円からです。", 5, 1),
            block("## 仕事", 7, 0),
            block("毎日の仕事は基盤の運用です。", 9, 0),
            block("- 設計", 11, 0),
            block("- 監視", 12, 0),
        ]
    );
    assert!(blame(&[]).is_empty());
}

/// Returns one side of a diff, block by block.
fn side(blocks: &[BlockChange], wanted: SegmentKind) -> Vec<String> {
    let is_new = wanted == SegmentKind::Added;
    let mut told = Vec::new();
    for block in blocks {
        match block {
            BlockChange::Unchanged { text, .. } => told.push(text.clone()),
            BlockChange::Added { text, .. } if is_new => told.push(text.clone()),
            BlockChange::Removed { text, .. } if !is_new => told.push(text.clone()),
            BlockChange::Changed { segments, .. } => {
                let of_side = segments
                    .iter()
                    .filter(|segment| segment.kind == SegmentKind::Kept || segment.kind == wanted);
                told.push(of_side.map(|segment| segment.text.as_str()).collect());
            }
            BlockChange::Moved { blocks, .. } if is_new => told.extend(side(blocks, wanted)),
            BlockChange::MovedAway { line: to, .. } if !is_new => {
                let moved = all_moves(blocks, *to);
                told.extend(side(moved, wanted));
            }
            BlockChange::Added { .. }
            | BlockChange::Removed { .. }
            | BlockChange::Moved { .. }
            | BlockChange::MovedAway { .. } => {}
        }
    }
    told
}

/// Returns the blocks of the section that moved to the line `to`.
fn all_moves(blocks: &[BlockChange], to: u32) -> &[BlockChange] {
    let found = blocks.iter().find_map(|block| match block {
        BlockChange::Moved { line, blocks, .. } if *line == to => Some(blocks.as_slice()),
        _ => None,
    });
    found.expect("a section that moved away came somewhere")
}

fn body() -> impl Strategy<Value = String> {
    let block = prop_oneof![
        3 => "#{1,3} [あいう一二12]{1,3}",
        3 => "[あいうえ一二三。a ]{0,12}[。あ]",
        1 => "- [あい一二]{1,4}",
        1 => "\\|[あい一]{0,3}\\|[う二]{0,3}\\|",
        1 => "```\n# [あい]{1,3}\n```",
    ];
    proptest::collection::vec(block, 0..14).prop_map(|blocks| blocks.join("\n\n"))
}

proptest! {
    #[test]
    fn a_diff_contains_both_texts_whole(old in body(), new in body()) {
        let whole = |body: &str| -> Vec<String> {
            let blocks = super::super::blocks::blocks(body);
            blocks.into_iter().map(|block| block.text.to_owned()).collect()
        };
        let changes = diff(&source(&old), &source(&new)).body;
        prop_assert_eq!(side(&changes, SegmentKind::Removed), whole(&old));
        prop_assert_eq!(side(&changes, SegmentKind::Added), whole(&new));
    }

    #[test]
    fn sections_in_any_order_are_only_moved(order in Just(vec![0_usize, 1, 2, 3, 4]).prop_shuffle()) {
        let section = |number: &usize| format!("## 第{number}章\n\n本文{}です。\n", "字".repeat(*number + 1));
        let text = |order: &[usize]| order.iter().map(section).collect::<Vec<_>>().join("\n");
        let changes = diff(&source(&text(&[0, 1, 2, 3, 4])), &source(&text(&order))).body;
        for change in &changes {
            let is_calm = match change {
                BlockChange::Unchanged { .. } | BlockChange::MovedAway { .. } => true,
                BlockChange::Moved { blocks, .. } => told_blocks(blocks).is_empty(),
                BlockChange::Added { .. } | BlockChange::Removed { .. } | BlockChange::Changed { .. } => false,
            };
            prop_assert!(is_calm, "{change:?}");
        }
    }
}

#[test]
fn one_changed_letter_of_a_real_page_marks_one_letter() {
    for page in crate::diff::tests::pages() {
        let (at, letter) = page
            .char_indices()
            .rev()
            .find(|(_, letter)| ('\u{4e00}'..'\u{9fff}').contains(letter))
            .expect("a page has a 漢字");
        let changed = format!("{}謎{}", &page[..at], &page[at + letter.len_utf8()..]);
        assert_eq!(told(&page, &changed).len(), 1);
        let told = told(&page, &changed).concat();
        assert!(told.contains(&format!("[-{letter}-]{{+謎+}}")), "{told}");
        assert_eq!(told.matches("[-").count(), 1, "{told}");
    }
}
