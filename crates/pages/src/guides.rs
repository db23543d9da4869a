//! The list of guides, and the form of a new one.

use annai_content::{FieldRole, GuideSource, Widget, propose_slug};
use annai_desk::{ListedNumber, ShorterSearch};
use annai_domain::decide::{self, GuideScope, listed_acts};
use annai_domain::{GuideStatus, Slug, UserId, limits};
use annai_editorial::{CommandError, NewGuide, create_guide};
use annai_storage::guide_list::{self, GuideListFilter, GuideListItem, GuideListStretch};
use annai_storage::users::{self, User};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::address::Query;
use super::error::PageError;
use super::fields::choices;
use super::flash::Flash;
use super::form::FormData;
use super::guides_address::{GuidesQuery, Sort, columns};
use super::page::Page;
use annai_view::Message;
use annai_view::form::{Choice, FormField};
use annai_view::guides::{GuideRow, GuidesView, NewGuideView, ShorterView, StatusTab};

/// The guides on one page.
const SHOWN: u16 = 50;

/// `GET /admin/guides`
pub(super) async fn get(
    page: Page,
    Query(query): Query<GuidesQuery>,
) -> Result<Response, PageError> {
    let bad = || PageError::new(StatusCode::BAD_REQUEST);
    if query.q.chars().count() > limits::SEARCH_QUERY {
        return Err(bad());
    }
    let sort = Sort::read(&query.sort).ok_or_else(bad)?;
    let after = sort.place(&query).map_err(|_| bad())?;
    let scope = decide::list_guides(page.actor())?;
    let unsearched = wanted(&page, &query, scope).ok_or_else(bad)?;
    let mut filter = unsearched.clone();
    let db = page.reader();
    let search = &page.state.search;
    let number = search.narrow(&db, &mut filter, &query.q).await?;
    let stretch = GuideListStretch {
        is_reversed: sort.is_reversed,
        after: after.as_ref(),
        summary_key: page.state.schema.key_of(FieldRole::Summary),
        // One more than a page holds tells whether another follows.
        ..GuideListStretch::first(sort.order, i64::from(SHOWN) + 1)
    };
    let (found, counts, people) = tokio::try_join!(
        guide_list::list(&db, scope, &filter, stretch),
        guide_list::count_by_status(&db, scope, &filter),
        users::list(&db),
    )?;
    let shorter = if found.items.is_empty() && query.after.is_empty() && filter.found.is_some() {
        search.shorter(&db, scope, &unsearched, &query.q).await?
    } else {
        Vec::new()
    };
    let shorter = shorter.into_iter();
    let mut items = found.items;
    let has_more = items.len() > usize::from(SHOWN);
    items.truncate(SHOWN.into());
    let last = items.last().filter(|_| has_more);
    page.show(&GuidesView {
        statuses: tabs(&query, &counts, number),
        columns: columns(&query, sort),
        categories: categories(&page, &query.category),
        authors: authors(people, filter.owner_id, !scope.is_everything()),
        is_filtered: query.is_filtered(),
        total: number.of(found.total),
        shorter: shorter.map(|found| shorter_search(&query, found)).collect(),
        next: last.map(|last| query.after(sort, last).address()),
        first: (!query.after.is_empty()).then(|| query.first_page().address()),
        rows: items.into_iter().map(|item| row(&page, item)).collect(),
        query: query.q,
        tag: query.tag,
        sort: query.sort,
    })
}

/// Reads every filter but the search; `None` where one is malformed.
fn wanted(page: &Page, query: &GuidesQuery, scope: GuideScope) -> Option<GuideListFilter> {
    let wanted = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let status = wanted(&query.status).map(|status| status.parse::<GuideStatus>());
    let author = wanted(&query.author).map(|author| author.parse::<UserId>());
    let author = author.transpose().ok()?;
    Some(GuideListFilter {
        status: status.transpose().ok()?,
        category: wanted(&query.category),
        tag: wanted(&query.tag).map(|tag| page.state.tag(tag)),
        owner_id: scope.owner().or(author),
        ..GuideListFilter::default()
    })
}

fn shorter_search(query: &GuidesQuery, found: ShorterSearch) -> ShorterView {
    ShorterView {
        href: query.with_text(&found.text).address(),
        without: found.without,
        total: found.total,
    }
}

fn tabs(
    query: &GuidesQuery,
    counts: &[(GuideStatus, i64)],
    number: ListedNumber,
) -> Vec<StatusTab> {
    let all = counts
        .iter()
        .filter(|(status, _)| *status != GuideStatus::Archived);
    let all = StatusTab {
        status: None,
        count: number.of(all.map(|(_, count)| count).sum()),
        href: query.with_status("").address(),
        chosen: query.status.is_empty(),
    };
    let each = counts.iter().map(|(status, count)| StatusTab {
        status: Some(*status),
        count: number.of(*count),
        href: query.with_status(status.as_str()).address(),
        chosen: query.status == status.as_str(),
    });
    std::iter::once(all).chain(each).collect()
}

/// Lists the categories of the schema, in the person's language.
pub(super) fn categories(page: &Page, chosen: &str) -> Vec<Choice> {
    let field = page.state.schema.field_of(FieldRole::Category);
    field
        .map(|field| choices(&field.widget, chosen, page.locale()))
        .unwrap_or_default()
}

/// Lists the owners to filter by: everybody, or the person alone.
fn authors(people: Vec<User>, chosen: Option<UserId>, own_only: bool) -> Vec<Choice> {
    let operator = (UserId::OPERATOR, "operator".to_owned());
    let people = people
        .into_iter()
        .map(|user| (user.user_id, user.display_name));
    let offered = people.chain([operator]);
    let offered = offered.filter(|(person, _)| !own_only || chosen == Some(*person));
    let choice = |(person, name): (UserId, String)| Choice {
        value: person.to_string(),
        label: name,
        chosen: !own_only && chosen == Some(person),
    };
    offered.map(choice).collect()
}

/// Builds a row of the list.
pub(super) fn row(page: &Page, item: GuideListItem) -> GuideRow {
    let category = categories(page, &item.category);
    let category = category.into_iter().find(|choice| choice.chosen);
    GuideRow {
        guide_id: item.guide_id,
        title: item.title,
        slug: item.slug,
        category: category.map_or(item.category, |choice| choice.label),
        status: item.status,
        number: item.latest_revision_number,
        author: item.owner_name,
        updated_at: item.updated_at,
        published_at: item.published_at,
        summary: item.summary,
        acts: listed_acts(page.actor(), item.owner_id, item.status),
        has_working_copy: false,
    }
}

/// `GET /admin/guides/new`
pub(super) async fn get_new(page: Page) -> Result<Response, PageError> {
    decide::create_guide(page.actor())?;
    page.show(&new_view(&page, &FormData::default()))
}

fn new_view(page: &Page, form: &FormData) -> NewGuideView {
    let field = |name| FormField::holding(form.text(name));
    NewGuideView {
        title: field("title"),
        title_limit: page
            .state
            .schema
            .field_of(FieldRole::Title)
            .and_then(|field| field.max_length),
        slug: field("slug"),
        category: field("category"),
        categories: categories(page, form.text("category")),
        body: field("body"),
    }
}

/// `POST /admin/guides/new`
pub(super) async fn post_new(page: Page, form: FormData) -> Result<Response, PageError> {
    form.only(&["title", "slug", "category", "body"])?;
    let mut view = new_view(&page, &form);
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if form.trimmed("title").is_empty() {
        view.title = view.title.refused("field.required");
        return page.show_as(unprocessable, &view);
    }
    let slug = match slug_of(&form) {
        Ok(slug) => slug,
        Err(key) => {
            view.slug = view.slug.refused(key);
            return page.show_as(unprocessable, &view);
        }
    };
    let source = match begin_source(&page, &form, slug.as_ref()) {
        Ok(source) => source.into_bytes(),
        Err(error) => {
            view.body = view.body.refused(format!("check.{}", error.code()));
            return page.show_as(unprocessable, &view);
        }
    };
    let guide = NewGuide {
        source,
        path: None,
        message: String::new(),
    };
    let mut tx = page.begin().await?;
    match create_guide(&mut tx, &page.state.schema, guide).await {
        Ok(saved) => {
            tx.commit().await?;
            Ok(page.go(
                &format!("/admin/guides/{}", saved.guide_id),
                Flash("guide_created"),
            ))
        }
        Err(CommandError::SlugTaken(slug)) => {
            view.slug.value = slug.to_string();
            view.slug.error = Some(Message::new("refused.slug_taken_here"));
            page.show_as(StatusCode::CONFLICT, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the typed slug, or a proposal from the title where it has a Latin run.
fn slug_of(form: &FormData) -> Result<Option<Slug>, &'static str> {
    match form.trimmed("slug") {
        "" => Ok(propose_slug(form.trimmed("title"))),
        typed => typed.parse().map(Some).map_err(|_| "check.slug_malformed"),
    }
}

fn begin_source(
    page: &Page,
    form: &FormData,
    slug: Option<&Slug>,
) -> Result<GuideSource, annai_content::SourceError> {
    let title = form.trimmed("title");
    let mut fields = Map::new();
    for field in page.state.schema.fields() {
        let text = match (field.role, &field.widget) {
            (Some(FieldRole::Title), _) => Some(title.to_owned()),
            (Some(FieldRole::Category), Widget::Select { .. }) => {
                Some(form.trimmed("category").to_owned())
            }
            (Some(FieldRole::Slug), _) => slug.map(ToString::to_string),
            _ => None,
        };
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            fields.insert(field.key.clone(), Value::String(text));
        }
    }
    let body = form.text("body").replace("\r\n", "\n");
    let body = if body.trim().is_empty() {
        format!("# {title}\n\n")
    } else {
        body
    };
    GuideSource::new_guide(&fields, &body)
}
