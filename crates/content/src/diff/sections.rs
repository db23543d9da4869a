//! Finds the sections that stand in another order than before.
//!
//! A section is a heading with the blocks below it, up to the next heading.

use std::collections::HashMap;
use std::ops::Range;

use super::BlockKind;
use super::blocks::Block;
use super::letters::{MIN_LIKENESS, likeness};

/// A section that moved, as its blocks in the old and in the new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// A function that returns the key by which sections are paired.
type Key = fn(&[Block<'_>]) -> String;

/// The number of sections beyond which moves are not searched; no guide has that many.
const MAX_SECTIONS: usize = 1_000;

/// Returns the sections that moved, in the order of the new text.
///
/// As much text as possible counts as unmoved.
pub(super) fn moves(old: &[Block<'_>], new: &[Block<'_>]) -> Vec<Move> {
    let pairs = pairs(old, new);
    let weights: Vec<usize> = pairs
        .iter()
        .map(|pair| {
            new[pair.new.clone()]
                .iter()
                .map(|block| block.text.len())
                .sum()
        })
        .collect();
    let stays = heaviest_rising(&pairs, &weights);
    pairs
        .into_iter()
        .zip(stays)
        .filter(|(_, stays)| !stays)
        .map(|(pair, _)| pair)
        .collect()
}

/// Pairs the sections that both texts contain, in the order of the new one.
///
/// Equal sections are paired first, then those with the same words in their heading, then those
/// with the same text below it (renumbering changes headings). A section whose key is not unique
/// stays unpaired.
fn pairs(old: &[Block<'_>], new: &[Block<'_>]) -> Vec<Move> {
    let mut old_sections = sections(old);
    let mut new_sections = sections(new);
    let mut pairs = Vec::new();
    if old_sections.len().max(new_sections.len()) > MAX_SECTIONS {
        return pairs;
    }
    let keys: [Key; 3] = [whole, heading_words, text_below];
    for key in keys {
        let old_keys = sole(&old_sections, |section| key(&old[section.clone()]));
        let new_keys = sole(&new_sections, |section| key(&new[section.clone()]));
        for (key, new_section) in new_keys {
            let Some(old_section) = old_keys.get(&key) else {
                continue;
            };
            let (before, after) = (&old[old_section.clone()], &new[new_section.clone()]);
            if likeness(whole(before).chars(), whole(after).chars()) >= MIN_LIKENESS {
                old_sections.retain(|section| section != old_section);
                new_sections.retain(|section| *section != new_section);
                pairs.push(Move {
                    old: old_section.clone(),
                    new: new_section,
                });
            }
        }
    }
    pairs.sort_by_key(|pair| pair.new.start);
    pairs
}

fn sections(blocks: &[Block<'_>]) -> Vec<Range<usize>> {
    let is_heading = |index: &usize| blocks[*index].kind == BlockKind::Heading;
    let starts: Vec<usize> = (0..blocks.len()).filter(is_heading).collect();
    let ends = starts.iter().skip(1).copied().chain([blocks.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

/// Returns the sections with a unique key; an empty key identifies nothing.
fn sole(
    sections: &[Range<usize>],
    key: impl Fn(&Range<usize>) -> String,
) -> HashMap<String, Range<usize>> {
    let mut found: HashMap<String, Vec<&Range<usize>>> = HashMap::new();
    for section in sections {
        found.entry(key(section)).or_default().push(section);
    }
    found
        .into_iter()
        .filter(|(key, sections)| !key.is_empty() && sections.len() == 1)
        .map(|(key, sections)| (key, sections[0].clone()))
        .collect()
}

fn whole(section: &[Block<'_>]) -> String {
    let texts: Vec<String> = section.iter().map(Block::plain).collect();
    texts.join("\n\n")
}

fn heading_words(section: &[Block<'_>]) -> String {
    let letters = section[0].text.chars();
    letters
        .filter(|character| character.is_alphabetic())
        .collect()
}

fn text_below(section: &[Block<'_>]) -> String {
    whole(&section[1..])
}

/// Selects the pairs whose old places increase too: the heaviest increasing subsequence.
fn heaviest_rising(pairs: &[Move], weights: &[usize]) -> Vec<bool> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let before = (0..index)
            .filter(|earlier| pairs[*earlier].old.start < pair.old.start)
            .max_by_key(|earlier| best[*earlier].0);
        let weight = before.map_or(0, |earlier| best[earlier].0) + weights[index];
        best.push((weight, before));
    }
    let mut stays = vec![false; pairs.len()];
    let mut at = (0..pairs.len()).max_by_key(|index| best[*index].0);
    while let Some(index) = at {
        stays[index] = true;
        at = best[index].1;
    }
    stays
}
