use annai_domain::Ref;
use axum::response::Response;

/// Marks the response to a take-down with its ref, so that the server can make the take-down
/// survive a crash before the client hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenDown(pub Ref);

impl TakenDown {
    /// Marks `response`.
    #[must_use]
    pub fn mark(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}
