//! A person's own account.

use annai_domain::Locale;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;

/// `/admin/account`
#[derive(Debug, Serialize)]
pub struct AccountView {
    pub email: String,
    pub display_name: FormField,
    pub locale: Locale,
    pub old_password: FormField,
    pub new_password: FormField,
    pub sessions: Vec<SessionView>,
}

/// One signed-in browser.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// The identifier of the session in addresses.
    pub id: String,
    pub user_agent: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub is_current: bool,
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
