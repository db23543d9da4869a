//! The address of the list of guides: its filters, its order and its place.

use annai_storage::guide_list::{GuideListItem, GuideListOrder, GuideListPlace};
use annai_view::guides::{SortColumn, SortColumns};
use jiff::Timestamp;
use serde::Deserialize;

use super::page::percent_encode;

/// The filters, the order and the place. An empty one is not set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GuidesQuery {
    pub(super) q: String,
    pub(super) status: String,
    pub(super) category: String,
    pub(super) tag: String,
    pub(super) author: String,
    /// The order of the list; `-` before it turns it round.
    pub(super) sort: String,
    /// The last guide of the page before.
    pub(super) after: String,
    /// The value of that guide in the order.
    from: String,
}

/// The order of the list and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) order: GuideListOrder,
    pub(super) is_reversed: bool,
}

/// The value of a place in the address is not one of its order.
#[derive(Debug)]
pub(super) struct BadPlace;

impl Sort {
    /// Reads the order in an address; without one, the last saved come first.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (word, is_reversed) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text, false),
        };
        let order = match word {
            "" if !is_reversed => GuideListOrder::Updated,
            _ => word.parse().ok()?,
        };
        // No column shows the slug alone.
        (order != GuideListOrder::Slug).then_some(Self { order, is_reversed })
    }

    /// Returns the order as it stands in an address; empty for the usual one.
    fn text(self) -> String {
        match (self.order, self.is_reversed) {
            (GuideListOrder::Updated, false) => String::new(),
            (order, false) => order.to_string(),
            (order, true) => format!("-{order}"),
        }
    }

    /// Reads the place after which the page begins.
    pub(super) fn place(self, query: &GuidesQuery) -> Result<Option<GuideListPlace>, BadPlace> {
        if query.after.is_empty() {
            return Ok(None);
        }
        let is_time = self.order != GuideListOrder::Title;
        let at = (is_time && !query.from.is_empty()).then(|| query.from.parse::<Timestamp>());
        Ok(Some(GuideListPlace {
            guide_id: query.after.parse().map_err(|_| BadPlace)?,
            at: at.transpose().map_err(|_| BadPlace)?,
            title: query.from.clone(),
        }))
    }

    /// Returns the direction for `aria-sort`. Times begin with the newest, titles with the first.
    fn direction(self) -> &'static str {
        let begins_low = self.order == GuideListOrder::Title;
        if begins_low == self.is_reversed {
            "descending"
        } else {
            "ascending"
        }
    }
}

impl GuidesQuery {
    /// Returns whether a filter is set.
    pub(super) fn is_filtered(&self) -> bool {
        let filters = [
            &self.q,
            &self.status,
            &self.category,
            &self.tag,
            &self.author,
        ];
        filters.iter().any(|filter| !filter.is_empty())
    }

    /// Returns the address of the list.
    pub(super) fn address(&self) -> String {
        let parameters = [
            ("q", &self.q),
            ("status", &self.status),
            ("category", &self.category),
            ("tag", &self.tag),
            ("author", &self.author),
            ("sort", &self.sort),
            ("after", &self.after),
            ("from", &self.from),
        ];
        let given = parameters.iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<_> = given
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        if given.is_empty() {
            return "/admin/guides".to_owned();
        }
        format!("/admin/guides?{}", given.join("&"))
    }

    /// Returns the same list from its beginning.
    pub(super) fn first_page(&self) -> Self {
        Self {
            after: String::new(),
            from: String::new(),
            ..self.clone()
        }
    }

    /// Returns the same list with another status.
    pub(super) fn with_status(&self, status: &str) -> Self {
        Self {
            status: status.to_owned(),
            ..self.first_page()
        }
    }

    /// Returns the first page of a search for `text` with the same filters.
    pub(super) fn with_text(&self, text: &str) -> Self {
        Self {
            q: text.to_owned(),
            ..self.first_page()
        }
    }

    /// Returns the page behind `last`.
    pub(super) fn after(&self, sort: Sort, last: &GuideListItem) -> Self {
        let place = last.place(sort.order);
        let at = place.at.map(|at| at.to_string()).unwrap_or_default();
        Self {
            after: place.guide_id.to_string(),
            from: match sort.order {
                GuideListOrder::Title => place.title,
                _ => at,
            },
            ..self.clone()
        }
    }
}

/// Builds the columns by which the list can be sorted.
pub(super) fn columns(query: &GuidesQuery, sort: Sort) -> SortColumns {
    let column = |order| {
        let is_sorted = order == sort.order;
        let next = Sort {
            order,
            is_reversed: is_sorted && !sort.is_reversed,
        };
        let query = GuidesQuery {
            sort: next.text(),
            ..query.first_page()
        };
        SortColumn {
            href: query.address(),
            sorted: is_sorted.then(|| sort.direction()),
        }
    };
    SortColumns {
        title: column(GuideListOrder::Title),
        updated: column(GuideListOrder::Updated),
        published: column(GuideListOrder::Published),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written_and_others_are_refused() {
        for text in ["", "-updated", "title", "-title", "published", "-published"] {
            assert_eq!(Sort::read(text).unwrap().text(), text);
        }
        for text in ["-", "slug", "name", "--title"] {
            assert_eq!(Sort::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_column_turns_the_list_round_once_it_is_sorted_by_it() {
        let query = GuidesQuery {
            q: "a b".to_owned(),
            after: "x".to_owned(),
            ..GuidesQuery::default()
        };
        let shown = columns(&query, Sort::read("title").unwrap());
        assert_eq!(shown.title.href, "/admin/guides?q=a%20b&sort=-title");
        assert_eq!(shown.title.sorted, Some("ascending"));
        assert_eq!(shown.updated.href, "/admin/guides?q=a%20b");
        assert_eq!(shown.updated.sorted, None);
        let usual = columns(&query, Sort::read("").unwrap());
        assert_eq!(usual.updated.href, "/admin/guides?q=a%20b&sort=-updated");
        assert_eq!(usual.updated.sorted, Some("descending"));
    }
}
