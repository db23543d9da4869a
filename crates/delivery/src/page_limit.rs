//! Limits of pages: out of range is an error, never a silent cap.

use annai_web::Problem;

/// The default number of guides or refs on a page.
pub(crate) const USUAL_LIMIT: u32 = 20;
/// The most items on a page.
pub(crate) const MOST: u32 = 1000;
/// The most guides on a page that holds their bodies or documents.
pub(crate) const MOST_WITH_BODIES: u32 = 100;

/// Returns `limit` if it is from 1 to `most`. `note` ends the message of the refusal, such as
/// `, with bodies`.
pub(crate) fn at_most(limit: u32, most: u32, note: &str) -> Result<u32, Problem> {
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let message = format!("1 to {most}{note}");
    Err(Problem::invalid_parameter("limit", "out_of_range", message))
}
