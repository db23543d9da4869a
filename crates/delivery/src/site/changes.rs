use std::collections::HashMap;
use std::sync::Arc;

use annai_storage::delivery::{DeliveredVersion, Group, LastChange, LedgerPosition, ListFilters};

/// The last change of every list. A list is a category, tag, keyword or slug; it changes when a
/// version with it begins or ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    newest: HashMap<(Group, Arc<str>), LedgerPosition>,
}

impl Changes {
    pub(crate) fn new(changes: Vec<LastChange>) -> Self {
        let newest = changes
            .into_iter()
            .map(|change| ((change.group, change.word.into()), change.position));
        Self {
            newest: newest.collect(),
        }
    }

    /// Notes that `version` began or ended at `position`. Positions only grow.
    pub(crate) fn note(&mut self, version: &DeliveredVersion, position: LedgerPosition) {
        let tags = version.tags.iter().map(|tag| (Group::Tag, tag));
        let own = [
            (Group::Category, &version.category),
            (Group::Slug, &version.slug),
        ];
        let keywords = version.keywords.iter();
        let keywords = keywords.map(|keyword| (Group::Keyword, keyword));
        let words = own.into_iter().chain(tags).chain(keywords);
        for (of, word) in words {
            let newest = self.newest.entry((of, word.as_str().into()));
            let newest = newest.or_insert(position);
            if newest.name.number < position.name.number {
                *newest = position;
            }
        }
    }

    /// Notes that `slug` was led elsewhere at `position`. Positions only grow.
    pub(crate) fn note_redirect(&mut self, slug: &str, position: LedgerPosition) {
        self.newest.insert((Group::Redirect, slug.into()), position);
    }

    /// Returns the position at which a version under `slug` last began or ended, or at which the slug
    /// was led elsewhere.
    pub(crate) fn of_slug(&self, slug: &str) -> Option<LedgerPosition> {
        let of = |group| self.newest.get(&(group, slug.into())).copied();
        let both = [of(Group::Slug), of(Group::Redirect)].into_iter().flatten();
        both.max_by_key(|position| position.name.number)
    }

    /// Returns the newest position up to `now` at which a list with `filters` may have changed, like
    /// [`annai_storage::delivery::list_changed_at`]. `empty` is the position of the empty site.
    pub(crate) fn of_list(
        &self,
        filters: &ListFilters,
        now: LedgerPosition,
        empty: LedgerPosition,
    ) -> LedgerPosition {
        let newest_of = |of: Group, words: &[String]| {
            let changes = words
                .iter()
                .filter_map(|word| self.newest.get(&(of, word.as_str().into())).copied());
            changes
                .max_by_key(|position| position.name.number)
                .unwrap_or(empty)
        };
        let any = [
            (Group::Category, &filters.categories),
            (Group::Tag, &filters.tags),
            (Group::Keyword, &filters.keywords),
            (Group::Slug, &filters.slugs),
        ];
        let any = any.into_iter().filter(|(_, words)| !words.is_empty());
        let any = any.map(|(of, words)| newest_of(of, words));
        let each = filters
            .tags_all
            .iter()
            .map(|tag| newest_of(Group::Tag, std::slice::from_ref(tag)));
        any.chain(each)
            .max_by_key(|position| position.name.number)
            .unwrap_or(now)
    }

    /// Lists all changes for the site file.
    pub(crate) fn to_list(&self) -> Vec<LastChange> {
        let changes = self.newest.iter();
        changes
            .map(|((group, word), position)| LastChange {
                group: *group,
                word: word.to_string(),
                position: *position,
            })
            .collect()
    }
}
