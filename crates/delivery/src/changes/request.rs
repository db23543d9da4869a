use annai_web::Problem;

use crate::page_limit::{MOST, MOST_WITH_BODIES, at_most};
use crate::parameters::ChangesParameters;

/// The default number of changes on a page.
const USUAL_CHANGES: i64 = 100;

/// A request for changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChangesRequest {
    /// The approximate number of changes on a page.
    pub(super) limit: u32,
    /// Whether a page holds the documents of the guides.
    pub(super) documents: bool,
}

impl ChangesRequest {
    /// Checks the parameters of the feed.
    pub(super) fn read(parameters: &ChangesParameters) -> Result<Self, Problem> {
        let documents = parameters.body.is_none();
        let (most, note) = if documents {
            (MOST_WITH_BODIES, ", with documents")
        } else {
            (MOST, "")
        };
        let limit = at_most(parameters.limit.unwrap_or(USUAL_CHANGES), most, note)?;
        if parameters
            .wait
            .is_some_and(|wait| !(1..=25).contains(&wait))
        {
            let message = "1 to 25 seconds";
            return Err(Problem::invalid_parameter("wait", "out_of_range", message));
        }
        Ok(Self { limit, documents })
    }
}
