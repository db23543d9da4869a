mod json;
mod path;
mod query;

pub(crate) use json::BODY_TIMEOUT;
pub use json::{JSON_LIMIT, Json, read_body};
pub use path::Path;
pub use query::Query;
