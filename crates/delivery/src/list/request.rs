use annai_domain::Slug;
use annai_storage::delivery::{ListFilters, ListSort};
use annai_web::Problem;
use jiff::Timestamp;

use crate::cursor::{Cursor, is_storable, list_name};
use crate::page_limit::{MOST, MOST_WITH_BODIES, USUAL_LIMIT, at_most};
use crate::parameters::{BodyParts, ListParameters, Sort};
use crate::representation::Shape;
use crate::state::DeliveryState;

/// A request for a page of a list.
#[derive(Debug)]
pub(super) struct ListRequest {
    pub(super) filters: ListFilters,
    pub(super) sort: ListSort,
    pub(super) limit: u32,
    pub(super) cursor: Option<Cursor>,
    pub(super) shape: Shape,
}

impl ListRequest {
    /// Checks the parameters of a list.
    pub(super) fn read(parameters: ListParameters, state: &DeliveryState) -> Result<Self, Problem> {
        let sort = ListSort::from(parameters.sort.unwrap_or(Sort::PublishedAtDescending));
        let shape = Shape::read(
            &Shape::LISTED,
            parameters.fields.clone(),
            parameters.body,
            parameters.include,
            &state.schema,
        )?;
        let (most, note) = if shape.body == BodyParts::NONE {
            (MOST, "")
        } else {
            (MOST_WITH_BODIES, ", with bodies")
        };
        let limit = at_most(parameters.limit.unwrap_or(USUAL_LIMIT), most, note)?;
        let cursor_text = parameters.cursor.clone();
        let filters = filters(parameters)?;
        let list = list_name(&filters, sort);
        let cursor = cursor_text
            .map(|text| Cursor::read(&text, &list, sort))
            .transpose()?;
        Ok(Self {
            filters,
            sort,
            limit,
            cursor,
            shape,
        })
    }
}

fn filters(parameters: ListParameters) -> Result<ListFilters, Problem> {
    let slugs = parameters.slug.map(|slugs| match slugs.slugs() {
        Ok(list) if list.len() > 100 => Err(Problem::invalid_parameter(
            "slug",
            "too_many",
            "at most 100 slugs",
        )),
        Ok(list) => Ok(list.into_iter().map(String::from).collect()),
        Err(wrong) => {
            let message = format!("`{wrong}` is not a slug");
            Err(Problem::invalid_parameter("slug", "invalid", message))
        }
    });
    Ok(ListFilters {
        categories: words("category", parameters.category)?,
        tags: words("tag", parameters.tag)?,
        tags_all: words("tag_all", parameters.tag_all)?,
        keywords: words("keyword", parameters.keyword)?,
        slugs: slugs.transpose()?.unwrap_or_default(),
        links_to: links_to(parameters.links_to)?,
        published_after: instant("published_after", parameters.published_after)?,
        published_before: instant("published_before", parameters.published_before)?,
        updated_after: instant("updated_after", parameters.updated_after)?,
    })
}

fn links_to(slug: Option<String>) -> Result<Option<String>, Problem> {
    let is_slug = |slug: &String| slug.parse::<Slug>().is_ok();
    if slug.as_ref().is_some_and(|slug| !is_slug(slug)) {
        let message = "a slug is expected";
        return Err(Problem::invalid_parameter("links_to", "invalid", message));
    }
    Ok(slug)
}

/// Checks categories, tags or keywords as a person may write them.
pub(crate) fn words(parameter: &str, words: Vec<String>) -> Result<Vec<String>, Problem> {
    let wrong = |word: &String| word.is_empty() || word.chars().any(char::is_control);
    if words.iter().any(wrong) {
        let message = "a word is expected, without control characters";
        return Err(Problem::invalid_parameter(parameter, "invalid", message));
    }
    Ok(words)
}

/// Checks an instant. The database cannot compare with years before 1.
fn instant(parameter: &str, at: Option<Timestamp>) -> Result<Option<Timestamp>, Problem> {
    if at.is_some_and(|at| !is_storable(at)) {
        let message = "an instant of the year 1 or later is expected";
        return Err(Problem::invalid_parameter(
            parameter,
            "out_of_range",
            message,
        ));
    }
    Ok(at)
}
