//! Sessions in Postgres, the cookie, sign-in and its throttle.

mod client;
mod cookie;
mod known_browser;
mod own;
mod secret;
mod sign_in;
mod signed_in;
mod store;
mod throttle;
mod times;

pub use client::Client;
pub use cookie::with_sessions;
pub use own::{
    OwnSession, end_all_sessions, end_other_sessions, end_own_session, list_own_sessions,
};
pub use sign_in::{
    SignInError, begin_session, change_own_password, reauthenticate, sign_in, sign_out,
};
pub use signed_in::{NotSignedIn, Onlooker, SessionInfo, SignedIn, UserSummary};
pub use throttle::{SignInThrottle, Wait};
pub use tower_sessions::Session;
