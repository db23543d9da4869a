//! People and their one-time links.

mod accept_token;
mod administer;
mod invite;
mod sign_in;

pub use accept_token::{AcceptToken, FirstAdmin, accept_token};
pub use administer::{disable_user, enable_user, set_profile, set_roles};
pub use invite::{Invitation, NewUser, create_user, issue_reset, issue_setup};
pub use sign_in::{change_password, check_password};
