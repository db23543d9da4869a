use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use annai_domain::GuideId;

use super::postings::{Bitmap, Postings};
use super::{SearchDocument, SearchQuery};

/// The minimum number of replaced documents before the index is compacted.
const MIN_HOLES: usize = 256;

/// An index of guides by their text, in memory.
///
/// A changed guide gets a new number and its old one becomes a hole. When there are as many holes
/// as guides, all guides are renumbered.
#[derive(Debug, Default)]
pub struct SearchIndex {
    documents: Vec<Option<Entry>>,
    numbers: HashMap<GuideId, u32>,
    /// Every category and tag seen so far; entries refer to them by position.
    words: Vec<String>,
    word_places: HashMap<String, usize>,
    /// The documents by grams of title, tags, keywords and slug.
    labels: Postings,
    /// The documents by grams of those and the headings.
    prominent: Postings,
    /// The documents by grams of the whole guide.
    anywhere: Postings,
    /// The documents by their frequent grams, and by their very frequent ones.
    frequent: [Postings; 2],
}

#[derive(Debug)]
struct Entry {
    guide_id: GuideId,
    newness: i64,
    title: String,
    labels: String,
    category: usize,
    tags: Vec<usize>,
}

/// The categories and tags that hits must have; an empty list allows any.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// The allowed categories.
    pub categories: Vec<String>,
    /// The tags; a guide must have at least one.
    pub tags: Vec<String>,
}

/// The most prominent part that contains all words; a more prominent part sorts first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SearchPlace {
    /// The title, which sorts before the other parts.
    Title,
    /// The title, tags, keywords or slug.
    Label,
    /// One of those or a heading.
    Heading,
    /// Any part of the guide.
    Body,
}

/// The frequency of all words in a guide; a larger one sorts first.
///
/// The index counts the parts of a long word, so the frequency is an upper bound.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SearchFrequency {
    /// Some word occurs once or twice.
    Rare,
    /// Every word occurs three times or more.
    Frequent,
    /// Every word occurs eight times or more.
    VeryFrequent,
}

/// A found guide.
///
/// Hits with each Latin word as a whole word come first: `java` before `javascript`. Then place,
/// frequency and newness decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchHit {
    /// Whether each Latin word is a whole word of the guide.
    pub is_whole: bool,
    /// The most prominent place of the words.
    pub place: SearchPlace,
    /// The frequency of all words.
    pub frequency: SearchFrequency,
    /// The newness given when the guide was indexed.
    pub newness: i64,
    /// The guide that contains every word.
    pub guide_id: GuideId,
}

/// The categories and tags of some guides, with their counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Categories, the most frequent first.
    pub categories: Vec<(String, usize)>,
    /// Tags, the most frequent first.
    pub tags: Vec<(String, usize)>,
}

impl Facets {
    /// Counts the category and the tags of each guide.
    pub fn count<'a>(guides: impl IntoIterator<Item = (&'a str, &'a [String])>) -> Self {
        let (mut categories, mut tags) = (HashMap::new(), HashMap::new());
        for (category, words) in guides {
            *categories.entry(category).or_insert(0) += 1;
            for tag in words.iter().collect::<HashSet<_>>() {
                *tags.entry(tag.as_str()).or_insert(0) += 1;
            }
        }
        Self {
            categories: most_frequent_first(categories),
            tags: most_frequent_first(tags),
        }
    }
}

/// The part of the sort key of hits that the words decide.
pub type SearchRank = (Reverse<bool>, SearchPlace, Reverse<SearchFrequency>);

impl SearchHit {
    /// Returns the sort key of hits.
    #[must_use]
    pub fn order(&self) -> (SearchRank, Reverse<(i64, GuideId)>) {
        (self.rank(), Reverse((self.newness, self.guide_id)))
    }

    /// Returns the part of the sort key that the words decide.
    #[must_use]
    pub fn rank(&self) -> SearchRank {
        (Reverse(self.is_whole), self.place, Reverse(self.frequency))
    }
}

impl SearchIndex {
    /// Inserts a guide, or replaces its earlier text.
    ///
    /// Among guides found in the same place the largest `newness` comes first.
    pub fn put(&mut self, guide_id: GuideId, newness: i64, document: SearchDocument) {
        self.remove(guide_id);
        // No site has four thousand million guides.
        let Ok(number) = u32::try_from(self.documents.len()) else {
            return;
        };
        self.labels.add(number, &document.label_grams);
        self.prominent.add(number, &document.prominent);
        self.anywhere.add(number, &document.anywhere.all);
        for (postings, grams) in self.frequent.iter_mut().zip(&document.anywhere.frequent) {
            postings.add(number, grams);
        }
        self.numbers.insert(guide_id, number);
        let category = self.place_of(document.category);
        let tags = document.tags.into_iter().map(|tag| self.place_of(tag));
        let tags = tags.collect();
        self.documents.push(Some(Entry {
            guide_id,
            newness,
            title: document.title,
            labels: document.labels,
            category,
            tags,
        }));
    }

    fn place_of(&mut self, word: String) -> usize {
        let next = self.words.len();
        *self.word_places.entry(word).or_insert_with_key(|word| {
            self.words.push(word.clone());
            next
        })
    }

    /// Removes a guide.
    pub fn remove(&mut self, guide_id: GuideId) {
        if let Some(number) = self.numbers.remove(&guide_id) {
            self.documents[number as usize] = None;
        }
        let holes = self.documents.len() - self.numbers.len();
        if holes > self.numbers.len().max(MIN_HOLES) {
            self.compact();
        }
    }

    /// Returns the number of guides.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Returns whether the index is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Returns the guides that may contain every word of `query`, in order.
    ///
    /// It misses none. If [`SearchQuery::is_decided_by_index`] holds, every hit really contains the
    /// words.
    #[must_use]
    pub fn find(&self, query: &SearchQuery, filter: &SearchFilter) -> Vec<SearchHit> {
        let parts = Parts::having(self, query.grams());
        // Without a Latin word, every guide has all of them.
        let whole_parts = query.whole_grams().map(|grams| Parts::having(self, &grams));
        let hit = |number: u32, entry: &Entry| {
            let whole = whole_parts.as_ref().unwrap_or(&parts);
            let is_whole = whole.anywhere.contains(number);
            let parts = if is_whole { whole } else { &parts };
            let has = |text: &str| query.matches(text) && (!is_whole || query.is_whole_in(text));
            SearchHit {
                is_whole,
                // The bits quickly exclude most documents before the text is searched.
                place: if parts.labels.contains(number) && has(&entry.title) {
                    SearchPlace::Title
                } else if parts.labels.contains(number) && has(&entry.labels) {
                    SearchPlace::Label
                } else if parts.prominent.contains(number) {
                    SearchPlace::Heading
                } else {
                    SearchPlace::Body
                },
                frequency: match parts.frequent.each_ref().map(|part| part.contains(number)) {
                    [_, true] => SearchFrequency::VeryFrequent,
                    [true, false] => SearchFrequency::Frequent,
                    [false, false] => SearchFrequency::Rare,
                },
                newness: entry.newness,
                guide_id: entry.guide_id,
            }
        };
        let mut hits: Vec<_> = parts
            .anywhere
            .iter()
            .filter_map(|number| Some((number, self.documents.get(number as usize)?.as_ref()?)))
            .filter(|(_, entry)| self.is_admitted(filter, entry))
            .map(|(number, entry)| hit(number, entry))
            .collect();
        hits.sort_unstable_by_key(SearchHit::order);
        hits
    }

    /// Counts the categories and tags of `guides`.
    #[must_use]
    pub fn facets(&self, guides: impl IntoIterator<Item = GuideId>) -> Facets {
        let mut categories = vec![0; self.words.len()];
        let mut tags = categories.clone();
        for guide_id in guides {
            let number = self.numbers.get(&guide_id);
            let entry = number.and_then(|&number| self.documents.get(number as usize)?.as_ref());
            let Some(entry) = entry else { continue };
            categories[entry.category] += 1;
            for &tag in &entry.tags {
                tags[tag] += 1;
            }
        }
        Facets {
            categories: most_frequent_first(self.counted(&categories)),
            tags: most_frequent_first(self.counted(&tags)),
        }
    }

    fn counted<'a>(&'a self, counts: &'a [usize]) -> impl Iterator<Item = (&'a str, usize)> {
        let words = self.words.iter().map(String::as_str);
        words.zip(counts.iter().copied())
    }

    /// Renumbers the guides without holes.
    fn compact(&mut self) {
        let mut next = 0;
        let numbers: Vec<Option<u32>> = self
            .documents
            .iter()
            .map(|entry| {
                entry.as_ref().map(|_| {
                    next += 1;
                    next - 1
                })
            })
            .collect();
        self.labels.renumber(&numbers);
        self.prominent.renumber(&numbers);
        self.anywhere.renumber(&numbers);
        for postings in &mut self.frequent {
            postings.renumber(&numbers);
        }
        self.documents.retain(Option::is_some);
        for number in self.numbers.values_mut() {
            *number = numbers[*number as usize].unwrap_or(*number);
        }
    }

    fn is_admitted(&self, filter: &SearchFilter, entry: &Entry) -> bool {
        let is_word = |place: usize, word: &String| self.words.get(place) == Some(word);
        let has_tag = |tag: &String| entry.tags.iter().any(|&place| is_word(place, tag));
        let mut categories = filter.categories.iter();
        (filter.categories.is_empty() || categories.any(|word| is_word(entry.category, word)))
            && (filter.tags.is_empty() || filter.tags.iter().any(has_tag))
    }
}

/// The documents that have all grams of a query, by the part of their text.
struct Parts {
    labels: Bitmap,
    prominent: Bitmap,
    anywhere: Bitmap,
    frequent: [Bitmap; 2],
}

impl Parts {
    fn having(index: &SearchIndex, grams: &[u64]) -> Self {
        Self {
            labels: index.labels.having_all(grams),
            prominent: index.prominent.having_all(grams),
            anywhere: index.anywhere.having_all(grams),
            frequent: index.frequent.each_ref().map(|part| part.having_all(grams)),
        }
    }
}

fn most_frequent_first<'a>(
    counts: impl IntoIterator<Item = (&'a str, usize)>,
) -> Vec<(String, usize)> {
    let mut counted: Vec<_> = counts
        .into_iter()
        .filter(|(word, count)| *count > 0 && !word.is_empty())
        .map(|(word, count)| (word.to_owned(), count))
        .collect();
    counted.sort_by(|(word, count), (other, more)| more.cmp(count).then_with(|| word.cmp(other)));
    counted
}
