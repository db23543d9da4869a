//! The review queue, and the place of one review in it.

use annai_desk::{count_waiting, first_state, judge, publisher};
use annai_domain::{GuideId, ReviewState, UserId, decide};
use annai_storage::review_queue::{
    self, QueueCount, QueueFilter as Stored, QueuePage, QueuePart, QueueViewer, QueuedReview,
};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::address::Query;
use super::super::error::PageError;
use super::super::form::FormData;
use super::super::guides::categories;
use super::super::page::{Page, percent_encode};
use annai_view::Message;
use annai_view::form::Choice;
use annai_view::review::{
    QueueGroup, QueuePlaceView, QueueTab, QueuedView, ReviewQueueView, WaitingView,
};

/// The reviews on one page.
const PAGE: i64 = 50;

/// The states in the order of the tabs.
const STATES: [ReviewState; 3] = [
    ReviewState::Open,
    ReviewState::Approved,
    ReviewState::ChangesRequested,
];

/// The filter of the queue.
///
/// An empty text filters nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct QueueFilter {
    category: String,
    /// The submitter.
    author: String,
    /// `own`: changes with a part by the person; `others`: the ones that they may judge.
    whose: String,
}

impl QueueFilter {
    /// The form fields of a filter.
    pub(super) const FIELDS: [&str; 3] = ["category", "author", "whose"];

    pub(super) fn new(category: String, author: String, whose: String) -> Self {
        Self {
            category,
            author,
            whose,
        }
    }

    /// Reads the filter of a form.
    pub(super) fn of_form(form: &FormData) -> Self {
        let [category, author, whose] = Self::FIELDS.map(|name| form.text(name).to_owned());
        Self::new(category, author, whose)
    }

    /// Lists the set filters by name.
    pub(super) fn given(&self) -> Vec<(&'static str, String)> {
        let values = [&self.category, &self.author, &self.whose];
        let named = Self::FIELDS.into_iter().zip(values.into_iter().cloned());
        named.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Returns `path` with this filter.
    pub(super) fn on(&self, path: &str, more: &[(&'static str, String)]) -> String {
        let given = self.given().into_iter().chain(more.iter().cloned());
        let given: Vec<_> = given
            .map(|(name, value)| format!("{name}={}", percent_encode(&value)))
            .collect();
        if given.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", given.join("&"))
    }

    /// Returns the filter as the database knows it. An unknown person let nothing through before
    /// either: nobody has the nil id.
    fn stored(&self) -> Stored<'_> {
        let given = |text: &str| !text.is_empty();
        let submitted_by = given(&self.author).then(|| self.author.parse().unwrap_or_default());
        Stored {
            category: Some(self.category.as_str()).filter(|text| given(text)),
            submitted_by: submitted_by.map(UserId),
            parts: match self.whose.as_str() {
                "own" => &[QueuePart::Own],
                "others" => &[QueuePart::Involved, QueuePart::Other, QueuePart::Judged],
                _ => &QueuePart::ALL,
            },
        }
    }

    /// Returns the same filter for the reviews that wait for the person.
    fn waiting(&self) -> Stored<'_> {
        let stored = self.stored();
        let parts: &[QueuePart] = if self.whose == "own" {
            &[]
        } else {
            &QueuePart::WAITING
        };
        Stored { parts, ..stored }
    }
}

/// The filter and the state to show.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct QueueQuery {
    category: String,
    author: String,
    whose: String,
    status: String,
    page: String,
}

/// `GET /admin/reviews`
pub(in super::super) async fn get_queue(
    page: Page,
    Query(query): Query<QueueQuery>,
) -> Result<Response, PageError> {
    let filter = QueueFilter::new(query.category, query.author, query.whose);
    let mut states = STATES.into_iter();
    let chosen = states.find(|state| state.as_str() == query.status);
    let first = first_state(page.actor());
    let chosen = chosen.unwrap_or(first);
    let number = query
        .page
        .parse()
        .unwrap_or(1)
        .clamp(1, i64::from(i32::MAX));
    let (mut counts, mut reviews, mut people) = Default::default();
    if let Ok(scope) = decide::list_reviews(page.actor()) {
        let user_id = page.actor().user_id;
        let viewer = QueueViewer { scope, user_id };
        let stretch = QueuePage {
            by_part: true,
            limit: PAGE,
            offset: (number - 1) * PAGE,
        };
        let (db, stored) = (page.reader(), filter.stored());
        (counts, reviews, people) = tokio::try_join!(
            review_queue::count(&db, viewer, &stored),
            review_queue::list(&db, viewer, chosen, &stored, stretch),
            review_queue::list_submitters(&db, scope),
        )?;
    }
    let total: i64 = sum(&counts, |count| count.state == chosen);
    let address = |number: i64| {
        let given = [
            ("status", chosen.as_str().to_owned(), chosen != first),
            ("page", number.to_string(), number > 1),
        ];
        let given = given.into_iter().filter(|(.., is_given)| *is_given);
        let more: Vec<_> = given.map(|(name, value, _)| (name, value)).collect();
        filter.on("/admin/reviews", &more)
    };
    let submitter = |(user_id, label): (UserId, String)| Choice {
        chosen: filter.author == user_id.0.to_string(),
        value: user_id.0.to_string(),
        label,
    };
    page.show(&ReviewQueueView {
        tabs: STATES
            .map(|state| QueueTab {
                chosen: state == chosen,
                ..tab(&filter, &counts, state, first)
            })
            .into(),
        is_filtered: !filter.given().is_empty(),
        categories: categories(&page, &filter.category),
        authors: people.into_iter().map(submitter).collect(),
        whose: filter.whose.clone(),
        waiting: waiting_view(&page, &filter, chosen).await?,
        groups: groups(&page, reviews, &counts, &filter),
        previous: (number > 1).then(|| address(number - 1)),
        next: (number * PAGE < total).then(|| address(number + 1)),
    })
}

fn sum(counts: &[QueueCount], wanted: impl Fn(&QueueCount) -> bool) -> i64 {
    let wanted = counts.iter().filter(|count| wanted(count));
    wanted.map(|count| count.count).sum()
}

fn tab(
    filter: &QueueFilter,
    counts: &[QueueCount],
    state: ReviewState,
    first: ReviewState,
) -> QueueTab {
    let is_first = state == first;
    let status = [("status", state.as_str().to_owned())];
    let status: &[_] = if is_first { &[] } else { &status };
    QueueTab {
        state,
        is_first,
        count: sum(counts, |count| count.state == state),
        href: filter.on("/admin/reviews", status),
        chosen: false,
    }
}

/// Groups the reviews of a page by part. Each group knows its number on all pages.
fn groups(
    page: &Page,
    reviews: Vec<QueuedReview>,
    counts: &[QueueCount],
    filter: &QueueFilter,
) -> Vec<QueueGroup> {
    let mut groups: Vec<QueueGroup> = Vec::new();
    let (state, parts) = (
        reviews.first().map(|review| review.state),
        reviews.iter().map(|review| review.part).collect::<Vec<_>>(),
    );
    for (part, row) in parts.into_iter().zip(rows(page, reviews, filter)) {
        match groups.last_mut() {
            Some(group) if group.part == part => group.rows.push(row),
            _ => groups.push(QueueGroup {
                part,
                count: sum(counts, |count| {
                    Some(count.state) == state && count.part == part
                }),
                rows: vec![row],
            }),
        }
    }
    groups
}

/// Counts the reviews that wait for the person, for the list of open ones.
async fn waiting_view(
    page: &Page,
    filter: &QueueFilter,
    chosen: ReviewState,
) -> Result<Option<WaitingView>, PageError> {
    if chosen != ReviewState::Open {
        return Ok(None);
    }
    let Some(all) = count_waiting(&page.state, page.actor()).await? else {
        return Ok(None);
    };
    let here = waiting(page, filter).await?.unwrap_or_default().len();
    let here = i64::try_from(here).unwrap_or(i64::MAX);
    Ok(Some(WaitingView { here, all }))
}

/// Lists the guides whose reviews wait for the person, in the order of the queue; `None` if they
/// judge nothing.
async fn waiting(page: &Page, filter: &QueueFilter) -> Result<Option<Vec<GuideId>>, PageError> {
    match judge(page.actor()) {
        Some(viewer) => {
            let db = page.reader();
            let guides = review_queue::list_guides(&db, viewer, &filter.waiting()).await?;
            Ok(Some(guides))
        }
        None => Ok(None),
    }
}

/// Lists the first reviews that wait for the person.
pub(in super::super) async fn first_waiting(
    page: &Page,
    shown: usize,
) -> Result<Vec<QueuedView>, PageError> {
    let Some(viewer) = judge(page.actor()) else {
        return Ok(Vec::new());
    };
    let filter = QueueFilter::default();
    let waiting = (viewer, ReviewState::Open, filter.waiting());
    first_of(page, waiting, shown).await
}

/// Lists the first approved reviews that the person may publish.
pub(in super::super) async fn first_publishable(
    page: &Page,
    shown: usize,
) -> Result<Vec<QueuedView>, PageError> {
    let Some(viewer) = publisher(page.actor()) else {
        return Ok(Vec::new());
    };
    first_of(page, (viewer, ReviewState::Approved, Stored::ALL), shown).await
}

async fn first_of(
    page: &Page,
    (viewer, state, filter): (QueueViewer, ReviewState, Stored<'_>),
    shown: usize,
) -> Result<Vec<QueuedView>, PageError> {
    let stretch = QueuePage {
        by_part: true,
        limit: i64::try_from(shown).unwrap_or(PAGE),
        offset: 0,
    };
    let db = page.reader();
    let reviews = review_queue::list(&db, viewer, state, &filter, stretch).await?;
    Ok(rows(page, reviews, &QueueFilter::default()))
}

fn rows(page: &Page, reviews: Vec<QueuedReview>, filter: &QueueFilter) -> Vec<QueuedView> {
    let now = page.now();
    let categories = categories(page, "");
    let label = |value: String| {
        let known = categories.iter().find(|category| category.value == value);
        known
            .map(|category| category.label.clone())
            .unwrap_or(value)
    };
    let view = |review: QueuedReview| QueuedView {
        href: review_of(review.guide_id, filter),
        guide_id: review.guide_id,
        title: review.title,
        slug: review.slug,
        category: label(review.category),
        number: review.revision_number,
        message: review.message,
        submitted_by: review.submitted_by_name,
        submitted_at: review.submitted_at,
        age: age(review.submitted_at, now),
        letters: review.letters,
        is_stale: review.is_stale,
    };
    reviews.into_iter().map(view).collect()
}

fn review_of(guide_id: GuideId, filter: &QueueFilter) -> String {
    filter.on(&format!("/admin/guides/{guide_id}/review"), &[])
}

/// Returns the place of a guide in the person's queue, and its neighbours. A guide that waits no
/// longer stands before the first.
pub(super) async fn place(
    page: &Page,
    guide_id: GuideId,
    filter: &QueueFilter,
) -> Result<QueuePlaceView, PageError> {
    let guides = waiting(page, filter).await?;
    let total = guides.as_ref().map(Vec::len);
    let (position, previous, next) = neighbours(&guides.unwrap_or_default(), guide_id);
    Ok(QueuePlaceView {
        position,
        total,
        previous: previous.map(|guide| review_of(guide, filter)),
        next: next.map(|guide| review_of(guide, filter)),
        queue: filter.on("/admin/reviews", &[]),
        filter: filter.given(),
    })
}

/// Returns the page to open after a decision on a guide: the next review, else the first that is
/// left, else the queue.
pub(super) async fn after(
    page: &Page,
    guide_id: GuideId,
    filter: &QueueFilter,
) -> Result<String, PageError> {
    let guides = waiting(page, filter).await?.unwrap_or_default();
    let (_, _, next) = neighbours(&guides, guide_id);
    let left = || guides.iter().copied().find(|guide| *guide != guide_id);
    Ok(match next.or_else(left) {
        Some(next) => review_of(next, filter),
        None => filter.on("/admin/reviews", &[]),
    })
}

fn neighbours(
    guides: &[GuideId],
    guide: GuideId,
) -> (Option<usize>, Option<GuideId>, Option<GuideId>) {
    let at = guides.iter().position(|queued| *queued == guide);
    let previous = at.and_then(|at| at.checked_sub(1));
    let next = at.map_or(0, |at| at + 1);
    (
        at.map(|at| at + 1),
        previous.map(|at| guides[at]),
        guides.get(next).copied(),
    )
}

/// Returns the time since then in words.
fn age(since: Timestamp, now: Timestamp) -> Message {
    let minutes = (now.duration_since(since).as_secs() / 60).max(0);
    let (key, count) = match minutes {
        0 => ("age.now", 0),
        1..60 => ("age.minutes", minutes),
        60..1_440 => ("age.hours", minutes / 60),
        _ => ("age.days", minutes / 1_440),
    };
    Message::new(key).with("count", count)
}

#[cfg(test)]
mod tests;
