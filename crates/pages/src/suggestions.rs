//! The suggestions of the form: guides, words, and the fault in JSON.

use annai_content::{SearchQuery, Widget};
use annai_desk::is_named;
use annai_domain::{GuideId, decide, limits};
use annai_storage::{guide_list, slugs};
use annai_web::Json;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::address::{Path, Query};
use super::error::PageError;
use super::form::FormData;
use super::other_keys::{FIELD, OtherKeys};
use super::page::Page;
use annai_view::fields::{KnownGuide, KnownState, OtherKeysFaultView};
use annai_view::words_of;

/// The most guides in a suggestion.
const GUIDES: usize = 10;
/// The most words in a suggestion.
const WORDS: i64 = 1_000;

/// The text to search for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FindQuery {
    q: String,
}

/// `GET /admin/guides/find?q=…`: guides whose title and slug contain every word of a text.
pub(super) async fn get_guides(
    page: Page,
    Query(query): Query<FindQuery>,
) -> Result<Response, PageError> {
    let scope = decide::list_guides(page.actor())?;
    let wanted: String = query.q.trim().chars().take(limits::SEARCH_QUERY).collect();
    // Without a word, every guide is wanted.
    let query = SearchQuery::parse(&wanted).ok();
    let is_wanted = |title: &str, slug: &str| {
        let is_named = |query: &SearchQuery| is_named(query, title, slug);
        query.as_ref().is_none_or(is_named)
    };
    let found = slugs::search_known(&page.reader(), scope, is_wanted, GUIDES).await?;
    let found: Vec<_> = found
        .into_iter()
        .map(|known| known_guide(known, None))
        .collect();
    Ok(Json(found).into_response())
}

/// Builds a guide for the pickers on the page of guide `own`.
pub(super) fn known_guide(guide: slugs::KnownSlug, own: Option<GuideId>) -> KnownGuide {
    KnownGuide {
        state: match guide.public_slug {
            Some(slug) if slug == guide.slug => KnownState::Public,
            Some(_) => KnownState::Moved,
            None if guide.was_public => KnownState::Unpublished,
            None => KnownState::Draft,
        },
        is_own: own == Some(guide.guide_id),
        slug: guide.slug,
        title: guide.title,
    }
}

/// `GET /admin/guides/words/{key}`: the words that guides have in a list, the most frequent first.
pub(super) async fn get_words(page: Page, Path(key): Path<String>) -> Result<Response, PageError> {
    let field = page.state.schema.field(&key);
    let field = field.filter(|field| field.widget == Widget::Tokens);
    let field = field.ok_or_else(PageError::not_found)?;
    let scope = decide::list_guides(page.actor())?;
    let words = guide_list::list_words(&page.reader(), scope, &field.key, WORDS).await?;
    Ok(Json(words).into_response())
}

/// `POST /admin/guides/other-keys`: the fault in an object of other keys, in words; `null` without
/// one.
pub(super) async fn post_other_keys(page: Page, form: FormData) -> Result<Response, PageError> {
    form.only(&[FIELD])?;
    let fault = OtherKeys::sent(&form, &page.state.schema).err();
    let said = fault.map(|fault| {
        let fault = OtherKeysFaultView::from(fault);
        serde_json::json!({
            "text": words_of(page.locale(), &fault.message),
            "line": fault.line,
            "column": fault.column,
        })
    });
    Ok(Json(said).into_response())
}
