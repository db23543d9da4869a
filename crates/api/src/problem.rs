//! What API problems look like, and the ends of the path tree.

use annai_web::Problem;
use axum::http::Method;

/// The schema of every problem the API answers.
pub(super) type ProblemBody = annai_web::ProblemDocument;

/// Any path below `/api/v1` that is none of ours.
pub(super) async fn no_such_resource() -> Problem {
    annai_web::not_found().await
}

/// A method that a resource does not have.
pub(super) async fn no_such_method(method: Method) -> Problem {
    annai_web::method_not_allowed(method).await
}
