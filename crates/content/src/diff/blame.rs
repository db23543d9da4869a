//! Finds the last text that changed each block.

use serde::Serialize;

use super::BlockKind;
use super::align::{Step, align};
use super::blocks::{Block, blocks};

/// A block of the newest text, with the text that changed it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlamedBlock {
    /// The kind of block.
    pub kind: BlockKind,
    /// The source of the block.
    pub text: String,
    /// The line in the body, from 1.
    pub line: u32,
    /// The index of the text that changed the block last, from 0.
    ///
    /// Moving a section does not change its blocks. Index 0 means the first text or an earlier one.
    pub origin: usize,
}

/// Returns the blocks of the last of `bodies`, which are ordered from the oldest to the newest.
///
/// The time grows with the number of bodies and with the length of each.
#[must_use]
pub fn blame(bodies: &[&str]) -> Vec<BlamedBlock> {
    let mut known: Vec<Block<'_>> = Vec::new();
    let mut origins: Vec<usize> = Vec::new();
    for (number, body) in bodies.iter().enumerate() {
        let next = blocks(body);
        let mut found = vec![number; next.len()];
        inherit(&align(&known, &next), &origins, &mut found);
        (known, origins) = (next, found);
    }
    let blamed = |(block, origin): (Block<'_>, usize)| BlamedBlock {
        kind: block.kind,
        text: block.text.to_owned(),
        line: block.line,
        origin,
    };
    known.into_iter().zip(origins).map(blamed).collect()
}

/// Copies the origin of every unchanged block.
fn inherit(steps: &[Step], origins: &[usize], found: &mut [usize]) {
    for step in steps {
        match step {
            Step::Same { old, new } => found[*new] = origins[*old],
            Step::Moved { steps, .. } => inherit(steps, origins, found),
            Step::Changed { .. }
            | Step::Broken { .. }
            | Step::Added { .. }
            | Step::Removed { .. }
            | Step::MovedAway { .. } => {}
        }
    }
}
