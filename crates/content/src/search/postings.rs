//! Sets of documents, by number.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// The size from which a bitmap is smaller than a list of numbers.
const LIST_LIMIT: usize = 64;

/// The documents that contain each gram.
#[derive(Debug, Default)]
pub(super) struct Postings(HashMap<u64, Documents, RandomState>);

/// A set of documents: a list while small, then a bitmap.
#[derive(Debug, Clone)]
enum Documents {
    Few(Vec<u32>),
    Many(Bitmap),
}

/// A set with one bit for each number.
#[derive(Debug, Clone, Default)]
pub(super) struct Bitmap(Vec<u64>);

impl Postings {
    /// Adds a document, whose number must be larger than all earlier ones.
    pub(super) fn add(&mut self, number: u32, grams: &[u64]) {
        for &gram in grams {
            let documents = self.0.entry(gram);
            let documents = documents.or_insert_with(|| Documents::Few(Vec::new()));
            documents.add(number);
        }
    }

    /// Returns the documents that contain every one of `grams`, which must not be empty.
    pub(super) fn having_all(&self, grams: &[u64]) -> Bitmap {
        let mut found: Option<Bitmap> = None;
        for gram in grams {
            let Some(documents) = self.0.get(gram) else {
                return Bitmap::default();
            };
            match &mut found {
                Some(found) => match documents {
                    Documents::Few(_) => found.keep(&documents.to_bitmap()),
                    Documents::Many(bitmap) => found.keep(bitmap),
                },
                None => found = Some(documents.to_bitmap()),
            }
        }
        found.unwrap_or_default()
    }

    /// Renumbers the documents in the same order; documents without a new number are removed.
    pub(super) fn renumber(&mut self, numbers: &[Option<u32>]) {
        self.0.retain(|_, documents| {
            let mut renumbered = Documents::Few(Vec::new());
            let number = |old: u32| numbers.get(old as usize).copied().flatten();
            for new in documents.to_bitmap().iter().filter_map(number) {
                renumbered.add(new);
            }
            *documents = renumbered;
            !matches!(documents, Documents::Few(none) if none.is_empty())
        });
    }
}

impl Documents {
    fn add(&mut self, number: u32) {
        match self {
            Self::Few(numbers) if numbers.len() < LIST_LIMIT => numbers.push(number),
            Self::Few(_) => {
                let mut bitmap = self.to_bitmap();
                bitmap.insert(number);
                *self = Self::Many(bitmap);
            }
            Self::Many(bitmap) => bitmap.insert(number),
        }
    }

    fn to_bitmap(&self) -> Bitmap {
        match self {
            Self::Few(numbers) => {
                let mut bitmap = Bitmap::default();
                for &number in numbers {
                    bitmap.insert(number);
                }
                bitmap
            }
            Self::Many(bitmap) => bitmap.clone(),
        }
    }
}

impl Bitmap {
    fn insert(&mut self, number: u32) {
        let word = number as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (number % 64);
    }

    /// Keeps the numbers that are also in `other`.
    fn keep(&mut self, other: &Self) {
        self.0.truncate(other.0.len());
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        let word = self.0.get(number as usize / 64);
        word.is_some_and(|word| (word >> (number % 64)) & 1 == 1)
    }

    /// Returns the numbers in increasing order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        (0_u32..).zip(&self.0).flat_map(|(position, &word)| {
            (0..64)
                .filter(move |bit| (word >> bit) & 1 == 1)
                .map(move |bit| position * 64 + bit)
        })
    }
}
