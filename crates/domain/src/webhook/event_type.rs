use serde::{Deserialize, Serialize};

/// What a webhook tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum WebhookEventType {
    /// Readers see another text of a guide.
    GuidePublished,
    /// Readers see nothing of a guide any more.
    GuideUnpublished,
    /// A guide is public under another slug; the old one redirects.
    GuideMoved,
    /// Several guides became public in one transaction, such as a batch of an import.
    ReleasePublished,
    /// Somebody asked for a review.
    GuideSubmitted,
    /// A review got the last approval it needed.
    GuideApproved,
    /// A reviewer sent a change back.
    GuideChangesRequested,
    /// An administrator tries the endpoint out.
    WebhookTest,
}

impl WebhookEventType {
    /// Those that an endpoint can ask for, in the order that lists show them.
    pub const SUBSCRIBABLE: [Self; 7] = [
        Self::GuidePublished,
        Self::GuideUnpublished,
        Self::GuideMoved,
        Self::ReleasePublished,
        Self::GuideSubmitted,
        Self::GuideApproved,
        Self::GuideChangesRequested,
    ];

    /// The word in the database, in JSON and in the body's `type`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GuidePublished => "guide.published",
            Self::GuideUnpublished => "guide.unpublished",
            Self::GuideMoved => "guide.moved",
            Self::ReleasePublished => "release.published",
            Self::GuideSubmitted => "guide.submitted",
            Self::GuideApproved => "guide.approved",
            Self::GuideChangesRequested => "guide.changes_requested",
            Self::WebhookTest => "webhook.test",
        }
    }

    /// Whether it tells of what readers see; the others tell of work behind the scenes, and a new
    /// endpoint gets them only when somebody asks for them.
    #[must_use]
    pub fn is_about_readers(self) -> bool {
        match self {
            Self::GuidePublished
            | Self::GuideUnpublished
            | Self::GuideMoved
            | Self::ReleasePublished => true,
            Self::GuideSubmitted
            | Self::GuideApproved
            | Self::GuideChangesRequested
            | Self::WebhookTest => false,
        }
    }
}

impl std::str::FromStr for WebhookEventType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::SUBSCRIBABLE
            .into_iter()
            .chain([Self::WebhookTest])
            .find(|event_type| event_type.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a type of event"))
    }
}

impl TryFrom<String> for WebhookEventType {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<WebhookEventType> for &'static str {
    fn from(event_type: WebhookEventType) -> Self {
        event_type.as_str()
    }
}

impl std::fmt::Display for WebhookEventType {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
