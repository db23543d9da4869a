#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod error;
mod particulars;
mod password_strength;
mod passwords;
mod people;
mod preview_limit;
mod problem;
mod session;
mod state;

pub use error::IdentityError;
pub use passwords::Passwords;
pub use people::{
    AcceptToken, FirstAdmin, Invitation, NewUser, accept_token, change_password, check_password,
    create_user, disable_user, enable_user, issue_reset, issue_setup, set_profile, set_roles,
};
pub use preview_limit::PreviewLimit;
pub use problem::storage_problem;
pub use session::{
    Client, NotSignedIn, Onlooker, OwnSession, Session, SessionInfo, SignInError, SignInThrottle,
    SignedIn, UserSummary, Wait, begin_session, change_own_password, end_all_sessions,
    end_other_sessions, end_own_session, list_own_sessions, reauthenticate, sign_in, sign_out,
    with_sessions,
};
pub use state::Identity;
