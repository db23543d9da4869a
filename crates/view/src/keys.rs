//! Keys of sites.

use annai_domain::ApiKeyId;
use annai_storage::keys::KeyScope;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;

/// `/admin/keys`
#[derive(Debug, Serialize)]
pub struct KeysView {
    pub keys: Vec<KeyView>,
    /// The form of a new key.
    pub name: FormField,
    pub scope: String,
    pub days: String,
    /// A new secret, shown this once.
    pub secret: Option<String>,
}

/// One key.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    pub api_key_id: ApiKeyId,
    pub name: String,
    pub scope: KeyScope,
    /// The part of the secret that lists show.
    pub hint: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
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
