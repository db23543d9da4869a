mod json;
mod path;
mod query;

pub(crate) use json::BODY_TIMEOUT;
#[cfg(test)]
pub(crate) use json::JSON_LIMIT;
pub use json::Json;
pub use path::Path;
pub use query::Query;
