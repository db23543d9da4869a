use annai_content::{SearchFilter, SearchHit, SearchQuery, SearchQueryError};
use annai_web::Problem;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::IntoParams;

use super::cursor::SearchCursor;
use crate::list::words;
use crate::page_limit::{USUAL_LIMIT, at_most};
use crate::parameters::Word;

/// The most guides on a page of hits.
const MOST_HITS: u32 = 50;

/// The parameters of a search.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParameters {
    /// Up to 10 words, separated by spaces. A guide must contain all of them, in its title, tags,
    /// keywords, slug, headings or body. Width, case, kind of kana, dashes and variants of kanji do
    /// not matter.
    #[param(min_length = 1, max_length = 200)]
    pub(crate) q: String,
    /// The category; repeated: any of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) category: Vec<String>,
    /// A tag; repeated: any of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) tag: Vec<String>,
    /// The most guides on a page; 20 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50)]
    pub(crate) limit: Option<i64>,
    /// The beginning of the page: `meta.next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$", max_length = 512)]
    pub(crate) cursor: Option<String>,
}

/// A request for a page of hits.
#[derive(Debug)]
pub(super) struct SearchRequest {
    pub(super) query: SearchQuery,
    pub(super) filter: SearchFilter,
    pub(super) limit: usize,
    pub(super) after: Option<SearchHit>,
}

impl SearchRequest {
    /// Checks the parameters of a search, and names it.
    pub(super) fn read(parameters: SearchParameters) -> Result<(Self, String), Problem> {
        let name = search_name(&parameters);
        let query = SearchQuery::parse(&parameters.q).map_err(|error| {
            let code = match error {
                SearchQueryError::Empty => "required",
                SearchQueryError::TooLong => "too_long",
                SearchQueryError::TooManyWords => "too_many",
            };
            Problem::invalid_parameter("q", code, error.to_string())
        })?;
        let limit = at_most(parameters.limit.unwrap_or(USUAL_LIMIT), MOST_HITS, "")?;
        let cursor = parameters.cursor.as_deref();
        let cursor = cursor
            .map(|text| SearchCursor::read(text, &name))
            .transpose()?;
        let request = Self {
            query,
            filter: SearchFilter {
                categories: words("category", parameters.category)?,
                tags: words("tag", parameters.tag)?,
            },
            limit: limit as usize,
            after: cursor.as_ref().map(SearchCursor::hit),
        };
        Ok((request, name))
    }

    /// Returns whether `hit` belongs to an earlier page.
    pub(super) fn is_before(&self, hit: &SearchHit) -> bool {
        let after = self.after.as_ref();
        after.is_some_and(|after| hit.order() <= after.order())
    }
}

/// Names a search by its words and filters. The size of its pages does not count.
pub(super) fn search_name(parameters: &SearchParameters) -> String {
    let said = serde_json::json!([parameters.q, parameters.category, parameters.tag]);
    hex::encode(&Sha256::digest(said.to_string())[..8])
}
