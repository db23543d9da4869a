//! Who changed a block last.

use serde::Serialize;

use super::BlockKind;
use super::align::{Step, align};
use super::blocks::{Block, blocks};

/// A block of the newest text of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlamedBlock {
    /// What it is.
    pub kind: BlockKind,
    /// Its source.
    pub text: String,
    /// Its line in the body, from 1.
    pub line: u32,
    /// Which text of the chain was the last to change it, from 0. Moving a section changes
    /// nothing in it. Of what the first text has already, this says 0: that or earlier.
    pub origin: usize,
}

/// The blocks of the last of `bodies`, which follow each other from the oldest to the newest.
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

/// What is the same keeps its origin.
fn inherit(steps: &[Step], origins: &[usize], found: &mut [usize]) {
    for step in steps {
        match step {
            Step::Same { old, new } => found[*new] = origins[*old],
            Step::Moved { steps, .. } => inherit(steps, origins, found),
            Step::Changed { .. }
            | Step::Added { .. }
            | Step::Removed { .. }
            | Step::MovedAway { .. } => {}
        }
    }
}
