//! Lists from memory: the same guides in the same order as
//! [`annai_storage::delivery::list_guides`] returns at the same ref.

use std::sync::Arc;

use annai_storage::delivery::{After, DeliveredVersion, LedgerPosition, ListFilters, ListSort};

use super::guide::Guide;
use super::snapshot::Snapshot;

impl Snapshot {
    /// Lists at most `limit` guides that satisfy `filters`, in order, beginning behind `after`.
    pub(crate) fn list(
        &self,
        filters: &ListFilters,
        sort: ListSort,
        after: Option<&After>,
        limit: usize,
    ) -> Vec<Arc<Guide>> {
        let guides = self.in_order(sort);
        let links_to = filters.links_to.as_deref().map(|slug| self.names_of(slug));
        let links_to = links_to.as_deref();
        let matching = |guide: &&Arc<Guide>| matches(filters, links_to, &guide.version);
        let (before, behind) = match after {
            None => (guides, guides),
            Some(after) => {
                let at_or_before = |guide: &Arc<Guide>| place(sort, &guide.version, after).is_le();
                let is_before = |guide: &Arc<Guide>| place(sort, &guide.version, after).is_lt();
                (
                    &guides[..guides.partition_point(is_before)],
                    &guides[guides.partition_point(at_or_before)..],
                )
            }
        };
        let list: Vec<_> = if sort.is_descending() {
            before.iter().rev().filter(matching).take(limit).collect()
        } else {
            behind.iter().filter(matching).take(limit).collect()
        };
        list.into_iter().cloned().collect()
    }

    /// Returns the newest position at which a list with `filters` may have changed.
    pub(crate) fn list_changed_at(&self, filters: &ListFilters) -> LedgerPosition {
        self.changes.of_list(filters, self.position, self.empty)
    }
}

/// Compares a version with `after` in the ascending order behind `sort`.
fn place(sort: ListSort, version: &DeliveredVersion, after: &After) -> std::cmp::Ordering {
    let order = match sort {
        ListSort::PublishedAtDescending | ListSort::PublishedAt => {
            Some(version.published_at).cmp(&after.at)
        }
        ListSort::FirstPublishedAtDescending | ListSort::FirstPublishedAt => {
            Some(version.first_published_at).cmp(&after.at)
        }
        ListSort::UpdatedAtDescending => Some(version.updated_at).cmp(&after.at),
        ListSort::Slug => Some(version.slug.as_str()).cmp(&after.text.as_deref()),
        ListSort::Title => Some(version.title.as_str()).cmp(&after.text.as_deref()),
    };
    order.then(version.guide_id.0.cmp(&after.guide_id.0))
}

/// Returns whether a version satisfies `filters`. `links_to` are the names of the guide that it must
/// list as related.
fn matches(filters: &ListFilters, links_to: Option<&[&str]>, version: &DeliveredVersion) -> bool {
    let any = |wanted: &[String], words: &[String]| {
        wanted.is_empty() || words.iter().any(|word| wanted.contains(word))
    };
    let one = |wanted: &[String], word: &String| wanted.is_empty() || wanted.contains(word);
    let mut tags_all = filters.tags_all.iter();
    let names = |slug: &String| links_to.is_none_or(|names| names.contains(&slug.as_str()));
    one(&filters.categories, &version.category)
        && one(&filters.slugs, &version.slug)
        && any(&filters.tags, &version.tags)
        && tags_all.all(|tag| version.tags.contains(tag))
        && any(&filters.keywords, &version.keywords)
        && (links_to.is_none() || version.relations.iter().any(names))
        && filters
            .published_after
            .is_none_or(|at| version.published_at >= at)
        && filters
            .published_before
            .is_none_or(|at| version.published_at < at)
        && filters
            .updated_after
            .is_none_or(|at| version.updated_at >= at)
}
