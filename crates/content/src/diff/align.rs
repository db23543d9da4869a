//! Aligns the blocks of two texts.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::blocks::Block;
use super::letters::{MIN_LIKENESS, likeness};
use super::sections::{Move, moves};

/// The maximum distance to a similar block: it keeps the comparison of a rewritten page linear.
const MAX_DISTANCE: usize = 16;

/// One step of an alignment; blocks are named by their index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The block is the same in both texts.
    Same { old: usize, new: usize },
    /// The block is in both texts, with changes inside.
    Changed { old: usize, new: usize },
    /// The block is only in the new text.
    Added { new: usize },
    /// The block is only in the old text.
    Removed { old: usize },
    /// A section of the new text that stood elsewhere in the old one.
    Moved { from: Move, steps: Vec<Step> },
    /// The old place of a section that now stands elsewhere.
    MovedAway { from: Move },
}

impl Step {
    fn old_block(&self) -> Option<usize> {
        match self {
            Self::Same { old, .. } | Self::Changed { old, .. } | Self::Removed { old } => {
                Some(*old)
            }
            Self::Added { .. } | Self::Moved { .. } | Self::MovedAway { .. } => None,
        }
    }

    fn new_block(&self) -> Option<usize> {
        match self {
            Self::Same { new, .. } | Self::Changed { new, .. } | Self::Added { new } => Some(*new),
            Self::Removed { .. } | Self::Moved { .. } | Self::MovedAway { .. } => None,
        }
    }
}

/// Returns the steps from one text to the other.
///
/// Without the steps that belong to the other text, they name every block of a text in its order.
pub(super) fn align(old: &[Block<'_>], new: &[Block<'_>]) -> Vec<Step> {
    let moves = moves(old, new);
    let sides = Sides { old, new };
    let steps = sides.in_order(
        &staying(old.len(), moves.iter().map(|one| &one.old)),
        &staying(new.len(), moves.iter().map(|one| &one.new)),
    );
    sides.weave(steps, &moves)
}

/// Returns the places of all blocks outside `moved`.
fn staying<'a>(count: usize, moved: impl Iterator<Item = &'a Range<usize>>) -> Vec<usize> {
    let mut stays = vec![true; count];
    for section in moved {
        stays[section.clone()].fill(false);
    }
    (0..count).filter(|index| stays[*index]).collect()
}

struct Sides<'a> {
    old: &'a [Block<'a>],
    new: &'a [Block<'a>],
}

impl Sides<'_> {
    /// Compares the blocks at these places, which keep their order.
    fn in_order(&self, old_at: &[usize], new_at: &[usize]) -> Vec<Step> {
        let key = |block: &Block<'_>| (block.kind, block.plain());
        let old_keys: Vec<_> = old_at.iter().map(|at| key(&self.old[*at])).collect();
        let new_keys: Vec<_> = new_at.iter().map(|at| key(&self.new[*at])).collect();
        let mut steps = Vec::with_capacity(new_at.len());
        for operation in capture_diff_slices(Algorithm::Patience, &old_keys, &new_keys) {
            let old = &old_at[operation.old_range()];
            let new = &new_at[operation.new_range()];
            if let DiffOp::Equal { .. } = operation {
                let same = |(old, new): (&usize, &usize)| Step::Same {
                    old: *old,
                    new: *new,
                };
                steps.extend(old.iter().zip(new).map(same));
            } else {
                self.pair(old, new, &mut steps);
            }
        }
        steps
    }

    /// Pairs the blocks of a replaced stretch: in order, each with the nearest similar block.
    fn pair(&self, old_at: &[usize], new_at: &[usize], steps: &mut Vec<Step>) {
        let removed = |old: &usize| Step::Removed { old: *old };
        let mut next = 0;
        for new in new_at {
            let partner = (next..old_at.len())
                .take(MAX_DISTANCE)
                .find(|index| are_alike(&self.old[old_at[*index]], &self.new[*new]));
            match partner {
                Some(index) => {
                    steps.extend(old_at[next..index].iter().map(removed));
                    let old = old_at[index];
                    steps.push(Step::Changed { old, new: *new });
                    next = index + 1;
                }
                None => steps.push(Step::Added { new: *new }),
            }
        }
        steps.extend(old_at[next..].iter().map(removed));
    }

    /// Inserts the moved sections at their new places and marks their old ones.
    fn weave(&self, steps: Vec<Step>, moves: &[Move]) -> Vec<Step> {
        let mut came = moves.iter().cloned().peekable();
        let mut gone = moves.to_vec();
        gone.sort_by_key(|one| one.old.start);
        let mut gone = gone.into_iter().peekable();
        let mut woven = Vec::with_capacity(steps.len() + 2 * moves.len());
        for step in steps.into_iter().map(Some).chain([None]) {
            // After the last step every remaining section is due.
            let due = |place: usize, before: Option<usize>| match &step {
                Some(_) => before.is_some_and(|before| place < before),
                None => true,
            };
            let (old, new) = (
                step.as_ref().and_then(Step::old_block),
                step.as_ref().and_then(Step::new_block),
            );
            while let Some(from) = gone.next_if(|one| due(one.old.start, old)) {
                woven.push(Step::MovedAway { from });
            }
            while let Some(from) = came.next_if(|one| due(one.new.start, new)) {
                woven.push(self.moved(from));
            }
            woven.extend(step);
        }
        woven
    }

    fn moved(&self, from: Move) -> Step {
        let places = |range: &Range<usize>| range.clone().collect::<Vec<_>>();
        let steps = self.in_order(&places(&from.old), &places(&from.new));
        Step::Moved { from, steps }
    }
}

fn are_alike(old: &Block<'_>, new: &Block<'_>) -> bool {
    old.kind == new.kind && likeness(old.text, new.text) >= MIN_LIKENESS
}
