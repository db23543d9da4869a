use http::Method;

use crate::{Problem, ProblemKind};

/// Responds 404 to a path that does not exist, for `Router::fallback`.
pub async fn not_found() -> Problem {
    Problem::not_found().with_detail("nothing exists at this path")
}

/// Responds 405 to a method that a path does not have, for `Router::method_not_allowed_fallback`.
///
/// The router adds `Allow`.
pub async fn method_not_allowed(method: Method) -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed).with_detail(format!(
        "{method} is not possible here; see the `allow` header"
    ))
}
