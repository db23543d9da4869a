//! Webhooks: signed messages that tell a site of changes (Standard Webhooks).

mod address;
mod event_type;
mod kind;
mod schedule;
mod secret;
mod url;
mod window;

pub use address::is_public_address;
pub use event_type::WebhookEventType;
pub use kind::WebhookKind;
pub use schedule::{MOST_ATTEMPTS, wait_after};
pub use secret::WebhookSecret;
pub use url::{WebhookReach, WebhookUrl, WebhookUrlError};
pub use window::WebhookWindow;
