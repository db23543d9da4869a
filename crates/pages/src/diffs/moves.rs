//! Sections that moved: a chapter moves as one, however many headings it has.

use std::collections::HashMap;

use annai_content::{BlockChange, BlockKind, Segment, SegmentKind};
use annai_view::diff::MoveView;

/// The way of each moved section, by the line of its heading in the new body.
pub(super) type Moves = HashMap<u32, MoveView>;

/// Joins the sections that moved together, and says where they stand now.
pub(super) fn join_moves(blocks: Vec<BlockChange>) -> (Vec<BlockChange>, Moves) {
    let followers = followers(&blocks);
    let mut moves: Moves = HashMap::new();
    let mut joined: Vec<BlockChange> = Vec::new();
    let (mut after, mut first) = (None, 0);
    for block in blocks {
        if let Some(heading) = heading_of(&block) {
            if let BlockChange::Moved { line, .. } = &block {
                if followers.contains_key(line) {
                    if let Some(way) = moves.get_mut(&first) {
                        way.more += 1;
                    }
                } else {
                    first = *line;
                    let title = plain(&heading);
                    let (more, after) = (0, after.clone());
                    moves.insert(first, MoveView { title, more, after });
                }
            }
            after = Some(plain(&heading));
        }
        join(&mut joined, block, &followers);
    }
    (joined, moves)
}

/// Finds the sections that followed the same section before and after, each with its leader: their
/// old places are neighbours, and so are their new ones.
fn followers(blocks: &[BlockChange]) -> HashMap<u32, u32> {
    let old_neighbours = blocks.windows(2).filter_map(|pair| match pair {
        [
            BlockChange::MovedAway { line: first, .. },
            BlockChange::MovedAway { line: second, .. },
        ] => Some((*first, *second)),
        _ => None,
    });
    let new_neighbours: Vec<(u32, u32)> = blocks
        .windows(2)
        .filter_map(|pair| match pair {
            [
                BlockChange::Moved { line: first, .. },
                BlockChange::Moved { line: second, .. },
            ] => Some((*first, *second)),
            _ => None,
        })
        .collect();
    let together = old_neighbours.filter(|pair| new_neighbours.contains(pair));
    together.map(|(first, second)| (second, first)).collect()
}

fn join(joined: &mut Vec<BlockChange>, block: BlockChange, followers: &HashMap<u32, u32>) {
    match (joined.last_mut(), block) {
        (
            Some(BlockChange::Moved { blocks: leader, .. }),
            BlockChange::Moved { line, blocks, .. },
        ) if followers.contains_key(&line) => leader.extend(blocks),
        (Some(BlockChange::MovedAway { .. }), BlockChange::MovedAway { line, .. })
            if followers.contains_key(&line) => {}
        (_, block) => joined.push(block),
    }
}

/// Returns the heading that the new text has at this block.
pub(super) fn heading_of(block: &BlockChange) -> Option<String> {
    match block {
        BlockChange::Unchanged { kind, text, .. } | BlockChange::Added { kind, text, .. } => {
            (*kind == BlockKind::Heading).then(|| text.clone())
        }
        BlockChange::Changed { kind, segments, .. } => (*kind == BlockKind::Heading).then(|| {
            let stays = |segment: &&Segment| segment.kind != SegmentKind::Removed;
            let parts = segments.iter().filter(stays);
            parts.map(|segment| segment.text.as_str()).collect()
        }),
        BlockChange::Moved { heading, .. } => Some(heading.clone()),
        BlockChange::Removed { .. } | BlockChange::MovedAway { .. } => None,
    }
}

/// Returns the words of a heading.
fn plain(heading: &str) -> String {
    heading.trim_matches(['#', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use annai_content::{GuideSource, diff};

    use super::*;

    #[test]
    fn a_chapter_that_moved_with_its_sections_is_one_line() {
        let chapter = "## 甲\n\n長い長い本文の節です。\n\n### 甲の一\n\n一つ目の小さな節。\n\n### 甲の二\n\n二つ目の小さな節。\n\n";
        let other = "## 乙\n\nここは動かない章であり、動く章よりもずっと長い本文があるので、動いたのは甲の章だと分かります。本当に長い文です。とても長いので、ほかと比べても重くなります。\n\n";
        let source = |body: String| GuideSource::parse(format!("\n{body}").into_bytes()).unwrap();
        let (old, new) = (
            source(format!("{chapter}{other}")),
            source(format!("{other}{chapter}")),
        );
        let (joined, moves) = join_moves(diff(&old, &new).body);
        let of = |wanted: fn(&&BlockChange) -> bool| joined.iter().filter(wanted).count();
        assert_eq!(of(|block| matches!(block, BlockChange::Moved { .. })), 1);
        assert_eq!(
            of(|block| matches!(block, BlockChange::MovedAway { .. })),
            1
        );
        let [way] = moves.values().collect::<Vec<_>>()[..] else {
            panic!("{moves:?}")
        };
        assert_eq!((way.title.as_str(), way.more), ("甲", 2));
        assert_eq!(way.after.as_deref(), Some("乙"));
    }
}
