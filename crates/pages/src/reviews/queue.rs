//! The review queue, the longest waiting first, and the place of one review in it.

use annai_domain::{GuideId, ReviewState, UserId, decide};
use annai_storage::reviews::{self, QueuedReview};
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
use annai_view::review::{QueuePlaceView, QueueTab, QueuedView, ReviewQueueView};

/// The most reviews in a list.
const QUEUE: i64 = 500;

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

    fn keeps(&self, review: &QueuedReview) -> bool {
        let is_of = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        let whose = match self.whose.as_str() {
            "own" => review.is_own,
            "others" => !review.is_own,
            _ => true,
        };
        whose
            && is_of(&self.category, &review.category)
            && is_of(&self.author, &review.submitted_by.0.to_string())
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
}

/// `GET /admin/reviews`
pub(in super::super) async fn get_queue(
    page: Page,
    Query(query): Query<QueueQuery>,
) -> Result<Response, PageError> {
    let filter = QueueFilter::new(query.category, query.author, query.whose);
    let chosen = STATES
        .into_iter()
        .find(|state| state.as_str() == query.status);
    let chosen = chosen.unwrap_or(ReviewState::Open);
    let mut tabs = Vec::new();
    let mut reviews = Vec::new();
    let mut authors: Vec<(UserId, String)> = Vec::new();
    for state in STATES {
        let of_state = live(&page, state, QUEUE).await?;
        let people = of_state.iter();
        authors
            .extend(people.map(|review| (review.submitted_by, review.submitted_by_name.clone())));
        let kept: Vec<_> = of_state
            .into_iter()
            .filter(|review| filter.keeps(review))
            .collect();
        let status = [("status", state.as_str().to_owned())];
        let status = if state == ReviewState::Open {
            &[]
        } else {
            &status[..]
        };
        tabs.push(QueueTab {
            state,
            count: kept.len(),
            href: filter.on("/admin/reviews", status),
            chosen: state == chosen,
        });
        if state == chosen {
            reviews = kept;
        }
    }
    authors.sort_by(|left, right| (&left.1, left.0).cmp(&(&right.1, right.0)));
    authors.dedup();
    page.show(&ReviewQueueView {
        tabs,
        is_filtered: !filter.given().is_empty(),
        categories: categories(&page, &filter.category),
        authors: authors
            .into_iter()
            .map(|(user_id, label)| Choice {
                chosen: filter.author == user_id.0.to_string(),
                value: user_id.0.to_string(),
                label,
            })
            .collect(),
        whose: filter.whose.clone(),
        rows: rows(&page, reviews, &filter),
    })
}

/// Lists the reviews in `state` that the person may know of, the oldest first.
async fn live(page: &Page, state: ReviewState, limit: i64) -> Result<Vec<QueuedReview>, PageError> {
    let Ok(scope) = decide::list_reviews(page.actor()) else {
        return Ok(Vec::new());
    };
    let viewer = page.actor().user_id;
    Ok(reviews::list_queue(&page.reader(), scope, state, viewer, limit).await?)
}

/// Lists them as views.
pub(in super::super) async fn queue(
    page: &Page,
    state: ReviewState,
    limit: i64,
) -> Result<Vec<QueuedView>, PageError> {
    let reviews = live(page, state, limit).await?;
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
        is_stale: review.is_stale,
        is_own: review.is_own,
    };
    reviews.into_iter().map(view).collect()
}

fn review_of(guide_id: GuideId, filter: &QueueFilter) -> String {
    filter.on(&format!("/admin/guides/{guide_id}/review"), &[])
}

/// Returns the place of a guide in the queue, and its neighbours. A guide that waits no longer
/// stands before the first.
pub(super) async fn place(
    page: &Page,
    guide_id: GuideId,
    filter: &QueueFilter,
) -> Result<QueuePlaceView, PageError> {
    let mut waiting = live(page, ReviewState::Open, QUEUE).await?;
    waiting.retain(|review| filter.keeps(review));
    let guides: Vec<GuideId> = waiting.iter().map(|review| review.guide_id).collect();
    let (position, previous, next) = neighbours(&guides, guide_id);
    Ok(QueuePlaceView {
        position,
        total: guides.len(),
        previous: previous.map(|guide| review_of(guide, filter)),
        next: next.map(|guide| review_of(guide, filter)),
        queue: filter.on("/admin/reviews", &[]),
        filter: filter.given(),
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

/// Returns the waiting time.
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
mod tests {
    use super::*;

    #[test]
    fn waiting_is_told_in_the_largest_whole_unit() {
        let since: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let age_after = |minutes| {
            let message = age(since, since + jiff::SignedDuration::from_mins(minutes));
            (message.key, message.arguments["count"].as_i64().unwrap())
        };
        assert_eq!(age_after(0), ("age.now".to_owned(), 0));
        assert_eq!(age_after(1), ("age.minutes".to_owned(), 1));
        assert_eq!(age_after(59), ("age.minutes".to_owned(), 59));
        assert_eq!(age_after(60), ("age.hours".to_owned(), 1));
        assert_eq!(age_after(1_439), ("age.hours".to_owned(), 23));
        assert_eq!(age_after(2_880), ("age.days".to_owned(), 2));
        assert_eq!(age_after(-5), ("age.now".to_owned(), 0));
    }

    #[test]
    fn what_was_just_judged_is_followed_by_the_oldest_that_waits() {
        let guides: Vec<GuideId> = (0..3).map(|_| GuideId::new()).collect();
        let of = |at: usize| neighbours(&guides, guides[at]);
        assert_eq!(of(0), (Some(1), None, Some(guides[1])));
        assert_eq!(of(1), (Some(2), Some(guides[0]), Some(guides[2])));
        assert_eq!(of(2), (Some(3), Some(guides[1]), None));
        assert_eq!(
            neighbours(&guides, GuideId::new()),
            (None, None, Some(guides[0]))
        );
        assert_eq!(neighbours(&[], guides[0]), (None, None, None));
    }

    #[test]
    fn an_address_names_only_the_filters_that_are_given() {
        let filter = QueueFilter {
            category: "data & ai".to_owned(),
            ..QueueFilter::default()
        };
        assert_eq!(
            filter.on("/admin/reviews", &[]),
            "/admin/reviews?category=data%20%26%20ai"
        );
        assert_eq!(QueueFilter::default().on("/x", &[]), "/x");
    }
}
