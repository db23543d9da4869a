use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// A `UUIDv7`: its order is the order of creation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes a new, never used id.
            #[must_use]
            #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
            #[expect(clippy::new_without_default, reason = "an id is never a default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// The id of a guide; it stays the same when the slug changes.
    GuideId;
    /// The id of a revision.
    RevisionId;
    /// The id of a review.
    ReviewId;
    /// The id of a review policy.
    ReviewPolicyId;
    /// The id of one reviewer's decision in a review.
    DecisionId;
    /// The id of a thread.
    ThreadId;
    /// The id of one comment in a thread.
    CommentId;
    /// The id of a person, or of one of the two built-in actors.
    UserId;
    /// The id of a browser's window, which the browser makes.
    WindowId;
    /// The id of a running server, made at its start.
    NodeId;
    /// Names a consumer's key.
    ApiKeyId;
    /// The id of a preview link.
    PreviewLinkId;
    /// The id of a webhook endpoint.
    WebhookEndpointId;
    /// The id of an event; receivers see it as `webhook-id` and recognise a repeat by it.
    WebhookEventId;
    /// The id of the delivery of one event to one endpoint.
    WebhookDeliveryId;
}

impl UserId {
    /// The operator at the command line: the person who can start the program with its settings.
    pub const OPERATOR: Self = Self(Uuid::from_u128(1));
    /// The program itself, as an actor.
    pub const SYSTEM: Self = Self(Uuid::from_u128(2));
}
