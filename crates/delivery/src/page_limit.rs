//! Limits of pages: out of range is an error, never a silent cap.

use annai_web::Problem;

/// The default number of guides or refs on a page.
pub(crate) const USUAL_LIMIT: i64 = 20;
/// The most items on a page.
pub(crate) const MOST: u32 = 1000;
/// The most guides on a page that holds their bodies or documents.
pub(crate) const MOST_WITH_BODIES: u32 = 100;

/// Returns `limit` if it is from 1 to `most`. `note` ends the message of the refusal, such as
/// `, with bodies`.
pub(crate) fn at_most(limit: i64, most: u32, note: &str) -> Result<u32, Problem> {
    let limit = u32::try_from(limit).ok();
    limit
        .filter(|limit| (1..=most).contains(limit))
        .ok_or_else(|| {
            let message = format!("1 to {most}{note}");
            Problem::invalid_parameter("limit", "out_of_range", message)
        })
}
