use crate::closed_set;

closed_set! {
    /// What a webhook tells of.
    pub enum WebhookEventType: "a type of event" {
        /// Readers see another text of a guide.
        GuidePublished = "guide.published",
        /// Readers see nothing of a guide any more.
        GuideUnpublished = "guide.unpublished",
        /// A guide is public under another slug; the old one redirects.
        GuideMoved = "guide.moved",
        /// Several guides became public in one transaction, such as a batch of an import.
        ReleasePublished = "release.published",
        /// Somebody asked for a review.
        GuideSubmitted = "guide.submitted",
        /// A review got the last approval it needed.
        GuideApproved = "guide.approved",
        /// A reviewer sent a change back.
        GuideChangesRequested = "guide.changes_requested",
        /// An administrator tries the endpoint out.
        WebhookTest = "webhook.test",
    }
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
