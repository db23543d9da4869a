use http::Method;

use crate::{Problem, ProblemKind};

/// The answer to a path that does not exist, for `Router::fallback`.
pub async fn not_found() -> Problem {
    Problem::not_found().with_detail("there is nothing under this path")
}

/// The answer to a method that a path does not have, for
/// `Router::method_not_allowed_fallback`. The router adds `Allow`.
pub async fn method_not_allowed(method: Method) -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed).with_detail(format!(
        "{method} is not possible here; see the `allow` header"
    ))
}
