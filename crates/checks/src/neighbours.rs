use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use annai_content::{Anchors, FieldRole, GuideLink, GuideSource, Schema, fold};
use annai_domain::GuideUrls;

use crate::sections::sections;

/// The fewest guides of a category for which a section can be usual.
const FEWEST_GUIDES: usize = 3;
/// The percentage of guides that have a usual section.
const USUAL_PERCENT: usize = 80;

/// The parts of a guide that the checks of other guides compare with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neighbour {
    slug: String,
    category: String,
    description: String,
    tags: BTreeSet<String>,
    related: Vec<String>,
    sections: BTreeSet<String>,
}

impl Neighbour {
    /// Reads the guide with the slug `slug`. Headings are found line by line, so that any text
    /// costs little.
    #[must_use]
    pub fn of(source: &GuideSource, schema: &Schema, slug: &str) -> Self {
        let text = |role| schema.text_of(role, source).unwrap_or_default().to_owned();
        let list = |role| schema.list_of(role, source).map(str::to_owned);
        Self {
            slug: slug.to_owned(),
            category: text(FieldRole::Category),
            description: text(FieldRole::Summary),
            tags: list(FieldRole::Tags).collect(),
            related: list(FieldRole::Relations).collect(),
            sections: sections(source.body()),
        }
    }

    /// Returns whether the guide has `slug` among its related ones.
    pub(crate) fn names(&self, slug: &str) -> bool {
        self.related.iter().any(|related| related == slug)
    }
}

/// Guides for comparison: the public ones, or those of a folder. Each has a key of the caller's
/// choice; putting and removing one costs no more than reading it.
#[derive(Debug, Default)]
pub struct Neighbourhood {
    guides: HashMap<String, Neighbour>,
    slugs: HashMap<String, BTreeSet<String>>,
    descriptions: HashMap<String, BTreeSet<String>>,
    /// The folded tag, each spelling, and the number of guides with that spelling.
    tags: HashMap<String, BTreeMap<String, usize>>,
    /// The category and its sections, with the number of guides that have each.
    sections: HashMap<String, Category>,
}

#[derive(Debug, Default)]
struct Category {
    guides: usize,
    sections: HashMap<String, usize>,
}

impl Neighbourhood {
    /// Adds a guide, or replaces the one with that key.
    pub fn put(&mut self, key: &str, guide: Neighbour) {
        self.remove(key);
        let keyed = |map: &mut HashMap<String, BTreeSet<String>>, text: &str| {
            map.entry(text.to_owned())
                .or_default()
                .insert(key.to_owned());
        };
        keyed(&mut self.slugs, &guide.slug);
        keyed(&mut self.descriptions, &guide.description);
        for tag in &guide.tags {
            let spellings = self.tags.entry(folded_tag(tag)).or_default();
            *spellings.entry(tag.clone()).or_default() += 1;
        }
        let category = self.sections.entry(guide.category.clone()).or_default();
        category.guides += 1;
        for section in &guide.sections {
            *category.sections.entry(section.clone()).or_default() += 1;
        }
        self.guides.insert(key.to_owned(), guide);
    }

    /// Removes a guide, if there is one with that key.
    pub fn remove(&mut self, key: &str) {
        let Some(guide) = self.guides.remove(key) else {
            return;
        };
        let unkeyed = |map: &mut HashMap<String, BTreeSet<String>>, text: &str| {
            if let Some(keys) = map.get_mut(text) {
                keys.remove(key);
                if keys.is_empty() {
                    map.remove(text);
                }
            }
        };
        unkeyed(&mut self.slugs, &guide.slug);
        unkeyed(&mut self.descriptions, &guide.description);
        for tag in &guide.tags {
            if let Some(spellings) = self.tags.get_mut(&folded_tag(tag)) {
                count_down(spellings.get_mut(tag));
            }
        }
        if let Some(category) = self.sections.get_mut(&guide.category) {
            count_down(Some(&mut category.guides));
            for section in &guide.sections {
                count_down(category.sections.get_mut(section));
            }
        }
    }

    /// Returns the guide with that slug, except the one with the key `own`.
    fn called(&self, slug: &str, own: &str) -> Option<&Neighbour> {
        let mut keys = self.slugs.get(slug)?.iter().filter(|key| *key != own);
        keys.next().and_then(|key| self.guides.get(key))
    }
}

fn count_down(count: Option<&mut usize>) {
    if let Some(count) = count {
        *count -= 1;
    }
}

/// Folds the spellings of one tag together: `GitHub`, `Github`, `git hub`.
fn folded_tag(tag: &str) -> String {
    let mut folded = fold(tag);
    folded.retain(|c| !c.is_whitespace() && !"-_・.".contains(c));
    folded.truncate(folded.trim_end_matches('ー').len());
    folded
}

/// The surroundings of the checked guide. Checks claim nothing about unknown facts; by default all
/// are unknown.
#[derive(Debug, Clone, Default)]
pub struct Surroundings<'a> {
    /// The guides that a text can refer to; `None` if unknown.
    pub guides: Option<&'a Neighbourhood>,
    /// The key of the checked guide among them.
    pub own: &'a str,
    /// The slug under which readers see the guide now.
    pub public_slug: Option<String>,
    /// The slugs of guides that are not public.
    pub unpublished: HashSet<String>,
    /// The slugs of guides that moved, with the slugs under which they are public now.
    pub moved: HashMap<String, String>,
    /// The anchors of guides that the text may link to, by their slugs.
    pub anchors: Option<&'a HashMap<String, Anchors>>,
    /// The addresses of guides for readers.
    pub urls: GuideUrls,
    /// Whether another guide has the slug, or had it while it was public.
    pub slug_is_taken: bool,
}

/// The facts known about a slug.
pub(crate) enum Known<'a> {
    /// A guide that a text can refer to.
    Guide(&'a Neighbour),
    /// A guide that is public under this other slug.
    Moved(&'a str),
    /// A guide, but not a public one.
    Unpublished,
    /// No guide.
    Nothing,
}

impl Surroundings<'_> {
    /// Looks up a slug other than the guide's own; `None` if nothing is known about guides.
    pub(crate) fn find(&self, slug: &str) -> Option<Known<'_>> {
        let guides = self.guides?;
        if let Some(guide) = guides.called(slug, self.own) {
            return Some(Known::Guide(guide));
        }
        Some(match self.moved.get(slug) {
            Some(to) => Known::Moved(to),
            None if self.unpublished.contains(slug) => Known::Unpublished,
            None => Known::Nothing,
        })
    }

    /// Returns whether a link names a heading that its guide does not have.
    pub(crate) fn lacks_anchor(&self, link: &GuideLink<'_>) -> bool {
        let there = self.anchors.and_then(|anchors| anchors.get(link.slug));
        match (link.anchor, there) {
            (Some(anchor), Some(anchors)) => !anchors.have(anchor),
            (None, _) | (_, None) => false,
        }
    }

    /// Returns whether another guide has that slug.
    pub(crate) fn is_taken(&self, slug: &str) -> bool {
        self.slug_is_taken || matches!(self.find(slug), Some(Known::Guide(_)))
    }

    /// Returns the slug of another guide with that description.
    pub(crate) fn described(&self, description: &str) -> Option<&str> {
        let guides = self.guides?;
        let mut keys = guides.descriptions.get(description)?.iter();
        let other = keys.find(|key| *key != self.own)?;
        guides.guides.get(other).map(|guide| guide.slug.as_str())
    }

    /// Returns the spelling of a tag that most other guides use, if it differs.
    pub(crate) fn usual_tag(&self, tag: &str) -> Option<&str> {
        let guides = self.guides?;
        let spellings = guides.tags.get(&folded_tag(tag))?;
        let own = guides.guides.get(self.own).map(|guide| &guide.tags);
        let others = |spelling: &String, count: usize| {
            count - usize::from(own.is_some_and(|tags| tags.contains(spelling)))
        };
        let counts = spellings
            .iter()
            .map(|(spelling, count)| (others(spelling, *count), spelling));
        let (most, usual) = counts.max()?;
        let same = spellings
            .get(tag)
            .map_or(0, |count| others(&tag.to_owned(), *count));
        (usual != tag && most > same).then_some(usual.as_str())
    }

    /// Lists the sections that most other guides of a category have, in a fixed order.
    pub(crate) fn usual_sections(&self, category: &str) -> Vec<String> {
        let Some((guides, category)) = self
            .guides
            .and_then(|guides| Some((guides, guides.sections.get(category)?)))
        else {
            return Vec::new();
        };
        let own = guides.guides.get(self.own);
        let own = own.filter(|own| {
            guides
                .sections
                .get(&own.category)
                .is_some_and(|of| std::ptr::eq(of, category))
        });
        let others = category.guides - usize::from(own.is_some());
        if others < FEWEST_GUIDES {
            return Vec::new();
        }
        let count = |section: &String, count: usize| {
            count - usize::from(own.is_some_and(|own| own.sections.contains(section)))
        };
        let mut usual: Vec<String> = category
            .sections
            .iter()
            .filter(|(section, having)| count(section, **having) * 100 >= others * USUAL_PERCENT)
            .map(|(section, _)| section.clone())
            .collect();
        usual.sort_unstable();
        usual
    }
}
