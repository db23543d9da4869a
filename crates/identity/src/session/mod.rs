//! Who is signed in: sessions in Postgres, the cookie, sign-in and its throttle.
//!
//! The cookie holds a random id and nothing else. Every request looks up the session *and* the
//! person: whoever was disabled, or given other roles or another password, is out at once.

mod cookie;
mod own;
mod sign_in;
mod signed_in;
mod store;
mod throttle;
mod times;

pub use own::{OwnSession, end_all, end_others, end_own, list_own};
pub use sign_in::{
    Client, SignInError, begin, change_own_password, reauthenticate, sign_in, sign_out,
};
pub use signed_in::{NotSignedIn, Onlooker, SignedIn, UserSummary};
pub use throttle::{SignInThrottle, Wait};
pub use tower_sessions::Session;

/// Puts the session of every request into its extensions.
pub fn layer(
    state: &crate::DeskState,
) -> tower_sessions::SessionManagerLayer<store::PostgresSessions> {
    cookie::layer(state)
}

/// Finishes the cookies that [`layer`] sets; belongs around it.
pub async fn complete_cookies(response: axum::response::Response) -> axum::response::Response {
    cookie::complete_removal(response)
}
