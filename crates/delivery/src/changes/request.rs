use annai_web::Problem;

use crate::parameters::ChangesParameters;

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
        let (most, message) = if documents {
            (100, "1 to 100, with documents")
        } else {
            (1000, "1 to 1000")
        };
        let limit = parameters.limit.unwrap_or(100);
        if !(1..=most).contains(&limit) {
            return Err(Problem::invalid_parameter("limit", "out_of_range", message));
        }
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
