//! People and their roles.

use annai_domain::{Role, UserId};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;

/// `/admin/users`
#[derive(Debug, Serialize)]
pub struct UsersView {
    pub users: Vec<UserView>,
    /// The form of an invitation.
    pub email: FormField,
    pub display_name: FormField,
    pub roles: Vec<RoleChoice>,
    /// A new link, shown this once.
    pub link: Option<OneTimeLink>,
}

/// One person.
#[derive(Debug, Clone, Serialize)]
pub struct UserView {
    pub user_id: UserId,
    pub email: String,
    pub display_name: String,
    pub roles: Vec<RoleChoice>,
    pub created_at: Timestamp,
    pub is_disabled: bool,
    /// Whether the invitation is still open.
    pub is_invited: bool,
    /// Whether it is the person who looks at the page.
    pub is_self: bool,
}

/// A role and whether the person holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RoleChoice {
    pub role: Role,
    pub chosen: bool,
}

/// A one-time link.
#[derive(Debug, Clone, Serialize)]
pub struct OneTimeLink {
    /// The address of the person.
    pub email: String,
    /// The full URL.
    pub url: String,
    pub expires_at: Timestamp,
}

impl View for UsersView {
    const TEMPLATE: &'static str = "users.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = || Self {
            users: samples::users(),
            email: FormField::default(),
            display_name: FormField::default(),
            roles: samples::roles(&[]),
            link: None,
        };
        let link = OneTimeLink {
            email: "hanako@example.jp".to_owned(),
            url: "https://cms.example.jp/admin/invite/annai_invite_x".to_owned(),
            expires_at: samples::at(9),
        };
        vec![
            view(),
            Self {
                link: Some(link),
                ..view()
            },
            Self {
                email: FormField::holding("x").refused("field.bad_email"),
                ..view()
            },
        ]
    }
}
