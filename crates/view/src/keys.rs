//! The secrets of sites.

use annai_domain::ApiKeyId;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;

/// `/admin/keys`
#[derive(Debug, Serialize)]
pub(crate) struct KeysView {
    pub(crate) keys: Vec<KeyView>,
    /// The form that makes one.
    pub(crate) name: FormField,
    pub(crate) scope: String,
    pub(crate) days: String,
    /// A secret just made, shown this once.
    pub(crate) secret: Option<String>,
}

/// One key.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct KeyView {
    pub(crate) api_key_id: ApiKeyId,
    pub(crate) name: String,
    /// `reader` or `preview`.
    pub(crate) scope: &'static str,
    /// What lists show of the secret.
    pub(crate) hint: String,
    pub(crate) created_by: String,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
    pub(crate) revoked_at: Option<Timestamp>,
}

impl View for KeysView {
    const TEMPLATE: &'static str = "keys.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = || Self {
            keys: samples::keys(),
            name: FormField::default(),
            scope: "reader".to_owned(),
            days: String::new(),
            secret: None,
        };
        vec![
            view(),
            Self {
                secret: Some("annai_reader_9f86d081884c7d65".to_owned()),
                ..view()
            },
            Self {
                keys: Vec::new(),
                name: FormField::default().refused("field.required"),
                ..view()
            },
        ]
    }
}
