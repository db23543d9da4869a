//! Sign-in and one-time links.

use serde::Serialize;

use super::View;
use super::form::FormField;

/// `/admin/sign-in`
#[derive(Debug, Serialize)]
pub struct SignInView {
    pub email: String,
    /// The path of ours to go to afterwards.
    pub next: String,
    /// Whether the last attempt failed.
    pub is_refused: bool,
    /// The seconds to wait before another attempt.
    pub wait_seconds: Option<u64>,
}

/// Asks for the password once more, before administration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfirmView {
    /// The path that the form was sent to.
    pub action: String,
    /// The fields of that form, which are sent again with the password.
    pub fields: Vec<(String, String)>,
    /// Whether the password was wrong.
    pub is_refused: bool,
    /// The seconds to wait before another attempt.
    pub wait_seconds: Option<u64>,
}

/// `/admin/setup/{token}`, `/admin/invite/{token}`, `/admin/reset/{token}`
#[derive(Debug, Serialize)]
pub struct AcceptView {
    pub kind: AcceptKind,
    /// For the set-up link only.
    pub email: FormField,
    pub display_name: FormField,
    pub password: FormField,
    /// Whether the link is used, expired or unknown.
    pub is_dead: bool,
}

/// The purpose of a one-time link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptKind {
    /// The first administrator.
    Setup,
    /// A new person.
    Invite,
    /// A new password.
    Reset,
}

impl View for SignInView {
    const TEMPLATE: &'static str = "sign_in.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let view = |is_refused, wait_seconds| Self {
            email: String::new(),
            next: "/admin".to_owned(),
            is_refused,
            wait_seconds,
        };
        vec![view(false, None), view(true, None), view(true, Some(8))]
    }
}

impl View for ConfirmView {
    const TEMPLATE: &'static str = "confirm.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let view = |is_refused, wait_seconds| Self {
            action: "/admin/users".to_owned(),
            fields: vec![("email".to_owned(), "a@example.jp".to_owned())],
            is_refused,
            wait_seconds,
        };
        vec![view(false, None), view(true, None), view(true, Some(8))]
    }
}

impl View for AcceptView {
    const TEMPLATE: &'static str = "accept.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let view = |kind, is_dead| Self {
            kind,
            email: FormField::default(),
            display_name: FormField::default(),
            password: FormField::default(),
            is_dead,
        };
        let refused = Self {
            email: FormField::holding("x").refused("field.bad_email"),
            password: FormField::default().refused("field.guessable"),
            ..view(AcceptKind::Setup, false)
        };
        vec![
            view(AcceptKind::Setup, false),
            refused,
            view(AcceptKind::Invite, false),
            view(AcceptKind::Reset, false),
            view(AcceptKind::Reset, true),
        ]
    }
}
