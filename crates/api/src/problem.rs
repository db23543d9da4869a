//! The fallbacks of the path tree.

use annai_web::Problem;
use axum::http::Method;

/// Answers every unknown path below `/api/v1`.
pub(super) async fn no_such_resource() -> Problem {
    annai_web::not_found().await
}

/// Answers a method that the resource does not have.
pub(super) async fn no_such_method(method: Method) -> Problem {
    annai_web::method_not_allowed(method).await
}
