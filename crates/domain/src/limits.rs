//! The limits on the length of texts and the number of things: each limit once.
//!
//! Commands, forms, scripts and API documents take their numbers from here. If the schema has the
//! same limit as a CHECK, a test of `storage` compares the two.

macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident = $value:expr;)+) => {
        $($(#[doc = $doc])* pub const $name: usize = $value;)+

        /// Returns the limit of that name, written in lower case, such as `comment`.
        #[must_use]
        pub fn limit(name: &str) -> Option<usize> {
            let limits = [$((stringify!($name), $name)),+];
            let mut limits = limits.into_iter();
            let found = limits.find(|(known, _)| known.to_ascii_lowercase() == name);
            found.map(|(_, value)| value)
        }
    };
}

limits! {
    /// Bytes of a guide's source.
    SOURCE = 512 * 1024;
    /// Bytes of a slug.
    SLUG = 80;
    /// Bytes of the path of a file that an import reads and an export writes.
    PATH = 1000;
    /// Bytes of an address or slug that a text refers to.
    REFERENCE = 2000;
    /// References of a text that becomes public: its different links, images and related guides.
    REFERENCES = 5000;
    /// Guides that one act makes name another guide by its new slug.
    REPOINTED_GUIDES = 100;
    /// Characters of the message beside a revision.
    REVISION_MESSAGE = 500;
    /// Characters of a revision's name.
    REVISION_NAME = 60;
    /// Characters of the message to a reviewer.
    REVIEW_MESSAGE = 2000;
    /// Characters of the comment beside a decision.
    DECISION_COMMENT = 2000;
    /// The fewest characters of the reason for a break-glass publication.
    REASON_LEAST = 10;
    /// Characters of the reason for a break-glass publication.
    REASON = 2000;
    /// Characters of a comment in a thread.
    COMMENT = 4000;
    /// Characters of the field key that a thread is about.
    FIELD_KEY = 200;
    /// Characters of the words that a thread is about.
    QUOTE = 2000;
    /// Characters before those words, and as many after them.
    QUOTE_CONTEXT = 1000;
    /// Bytes of an e-mail address (RFC 5321, 4.5.3.1.3).
    EMAIL = 254;
    /// The fewest characters of a password.
    PASSWORD_LEAST = 12;
    /// Characters of a password.
    PASSWORD = 256;
    /// Characters of a person's name.
    DISPLAY_NAME = 100;
    /// Characters of an API key's name.
    KEY_NAME = 100;
    /// Days that a preview link lives.
    PREVIEW_LINK_DAYS = 7;
    /// Characters of an idempotency key.
    IDEMPOTENCY_KEY = 200;
    /// Characters of a search query.
    SEARCH_QUERY = 200;
    /// Characters of a webhook endpoint's name.
    WEBHOOK_NAME = 100;
    /// Bytes of a webhook endpoint's URL.
    WEBHOOK_URL = 2000;
    /// Seconds for which a webhook endpoint gathers events into one call.
    WEBHOOK_WINDOW = 3600;
    /// Events that one call stands for.
    WEBHOOK_GATHERED = 1000;
    /// Attempts to send one event to one endpoint.
    WEBHOOK_ATTEMPTS = 10;
    /// Characters kept of a receiver's response.
    WEBHOOK_RESPONSE = 1000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_found_by_its_name_in_lower_case() {
        assert_eq!(limit("comment"), Some(COMMENT));
        assert_eq!(limit("COMMENT"), None);
        assert_eq!(limit("patience"), None);
    }
}
