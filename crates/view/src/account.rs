//! A person's own account.

use jiff::Timestamp;
use serde::Serialize;

use super::form::FormField;
use super::{Locale, View};

/// `/admin/account`
#[derive(Debug, Serialize)]
pub(crate) struct AccountView {
    pub(crate) email: String,
    pub(crate) display_name: FormField,
    pub(crate) locale: Locale,
    pub(crate) old_password: FormField,
    pub(crate) new_password: FormField,
    pub(crate) sessions: Vec<SessionView>,
}

/// One signed-in browser.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SessionView {
    /// Names the session in the address that ends it.
    pub(crate) id: String,
    pub(crate) user_agent: String,
    pub(crate) created_at: Timestamp,
    pub(crate) last_seen_at: Timestamp,
    pub(crate) is_current: bool,
}

impl View for AccountView {
    const TEMPLATE: &'static str = "account.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = || Self {
            email: "hanako@example.jp".to_owned(),
            display_name: FormField::holding("山田花子"),
            locale: Locale::Ja,
            old_password: FormField::default(),
            new_password: FormField::default(),
            sessions: samples::sessions(),
        };
        let wrong = Self {
            old_password: FormField::default().refused("field.wrong_password"),
            new_password: FormField::default().refused("field.password_too_short"),
            ..view()
        };
        vec![view(), wrong]
    }
}
