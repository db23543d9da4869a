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
            /// A new, never used id.
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
    /// Names a guide for ever, whatever its slug.
    GuideId;
    /// Names one immutable saved state of a guide.
    RevisionId;
    /// Names a request to judge one exact revision.
    ReviewId;
    /// Names the rule that reviews are held to.
    ReviewPolicyId;
    /// Names one reviewer's judgement in a review.
    DecisionId;
    /// Names a conversation about a guide.
    ThreadId;
    /// Names one contribution to a conversation.
    CommentId;
    /// Names a person, or one of the two built-in actors.
    UserId;
    /// Names a consumer's key.
    ApiKeyId;
    /// Names a link under which a guide can be read before it is public.
    PreviewLinkId;
    /// Names somewhere that events are sent to.
    WebhookEndpointId;
    /// Names an event; receivers see it as `webhook-id` and can tell a repeat by it.
    WebhookEventId;
    /// Names the sending of one event to one endpoint.
    WebhookDeliveryId;
}

impl UserId {
    /// The actor behind the command line: whoever can start the program with its settings.
    pub const OPERATOR: Self = Self(Uuid::from_u128(1));
    /// The actor behind what happens by itself.
    pub const SYSTEM: Self = Self(Uuid::from_u128(2));
}
