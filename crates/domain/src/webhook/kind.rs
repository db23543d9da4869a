use crate::{WebhookWindow, closed_set};

closed_set! {
    /// The kind of calls that a webhook endpoint receives.
    pub enum WebhookKind: "a kind of endpoint" {
        /// A call holds an event and is signed.
        Message = "message",
        /// A call has neither body nor signature; the URL itself is the secret.
        BuildHook = "build_hook",
    }
}

impl WebhookKind {
    /// Returns the window of an endpoint for which nobody chose one.
    ///
    /// A build takes minutes, so several publications in a row should start one.
    #[must_use]
    pub const fn default_window(self) -> WebhookWindow {
        match self {
            Self::Message => WebhookWindow::NONE,
            Self::BuildHook => WebhookWindow::MINUTE,
        }
    }
}
