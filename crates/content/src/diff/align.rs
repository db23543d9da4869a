//! Aligns the blocks of two texts.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::BlockKind;
use super::blocks::Block;
use super::letters::{MIN_LIKENESS, likeness};
use super::sections::{Move, moves};

/// The maximum distance to a similar block: it keeps the comparison of a rewritten page linear.
const MAX_DISTANCE: usize = 16;
/// The maximum number of paragraphs into which one was divided, or from which one was joined.
const MAX_PARTS: usize = 4;
/// The likeness from which several paragraphs are one that was divided. Corrections may come with it.
const MIN_WHOLE: f64 = 0.9;

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
    /// A paragraph was divided, or several were joined.
    Broken {
        old: Range<usize>,
        new: Range<usize>,
    },
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
            Self::Broken { old, .. } => Some(old.start),
            Self::Added { .. } | Self::Moved { .. } | Self::MovedAway { .. } => None,
        }
    }

    fn new_block(&self) -> Option<usize> {
        match self {
            Self::Same { new, .. } | Self::Changed { new, .. } | Self::Added { new } => Some(*new),
            Self::Broken { new, .. } => Some(new.start),
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
    fn pair(&self, mut old_at: &[usize], mut new_at: &[usize], steps: &mut Vec<Step>) {
        let removed = |old: &usize| Step::Removed { old: *old };
        while let [new, rest @ ..] = new_at {
            let (added, partner) = (Step::Added { new: *new }, self.partner(old_at, new_at));
            let Some((skipped, step)) = partner else {
                steps.push(added);
                new_at = rest;
                continue;
            };
            steps.extend(old_at[..skipped].iter().map(removed));
            let (old, new) = match &step {
                Step::Broken { old, new } => (old.len(), new.len()),
                _ => (1, 1),
            };
            steps.push(step);
            old_at = &old_at[skipped + old..];
            new_at = &new_at[new..];
        }
        steps.extend(old_at.iter().map(removed));
    }

    /// Returns the step to the first new block, and the number of old blocks before it.
    fn partner(&self, old_at: &[usize], new_at: &[usize]) -> Option<(usize, Step)> {
        let near = 0..old_at.len().min(MAX_DISTANCE);
        near.into_iter().find_map(|skipped| {
            let (old, new) = (&old_at[skipped..], new_at);
            let alike = self.likeness(&old[..1], &new[..1]);
            let broken = self.broken(old, new, alike.max(MIN_WHOLE));
            let step = broken.or_else(|| {
                let is_same_kind = self.old[old[0]].kind == self.new[new[0]].kind;
                (is_same_kind && alike >= MIN_LIKENESS).then_some(Step::Changed {
                    old: old[0],
                    new: new[0],
                })
            });
            step.map(|step| (skipped, step))
        })
    }

    /// Returns the step if the first paragraph of one side is several of the other, and these are
    /// more like it than `least`.
    fn broken(&self, old_at: &[usize], new_at: &[usize], least: f64) -> Option<Step> {
        let shapes = (2..=MAX_PARTS).flat_map(|parts| [(1, parts), (parts, 1)]);
        let wholes = shapes.filter_map(|(old, new)| {
            let (old, new) = (old_at.get(..old)?, new_at.get(..new)?);
            let are_whole = paragraphs(self.old, old)
                && paragraphs(self.new, new)
                && are_as_long(length(self.old, old), length(self.new, new));
            let likeness = are_whole.then(|| self.likeness(old, new))?;
            let step = Step::Broken {
                old: old[0]..old[0] + old.len(),
                new: new[0]..new[0] + new.len(),
            };
            (likeness > least).then_some((likeness, step))
        });
        let best = wholes.max_by(|(left, _), (right, _)| left.total_cmp(right));
        best.map(|(_, step)| step)
    }

    /// Returns how alike these blocks are.
    fn likeness(&self, old_at: &[usize], new_at: &[usize]) -> f64 {
        likeness(
            old_at.iter().flat_map(|at| self.old[*at].text.chars()),
            new_at.iter().flat_map(|at| self.new[*at].text.chars()),
        )
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

/// Returns whether these blocks are paragraphs that follow each other.
fn paragraphs(blocks: &[Block<'_>], at: &[usize]) -> bool {
    at.is_sorted_by(|left, right| left + 1 == *right)
        && at.iter().all(|at| blocks[*at].kind == BlockKind::Paragraph)
}

/// Returns the length of these blocks in bytes.
fn length(blocks: &[Block<'_>], at: &[usize]) -> usize {
    at.iter().map(|at| blocks[*at].text.len()).sum()
}

/// Returns whether two lengths differ by a fifth at most. It spares the comparison by letter.
fn are_as_long(old: usize, new: usize) -> bool {
    old.abs_diff(new) * 5 <= old.max(new)
}
