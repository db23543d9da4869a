use crate::closed_set;

closed_set! {
    /// A type of event that webhooks announce.
    pub enum WebhookEventType: "a type of event" {
        /// Readers see another text of a guide.
        GuidePublished = "guide.published",
        /// Readers no longer see a guide.
        GuideUnpublished = "guide.unpublished",
        /// A guide is public under another slug; the old one redirects.
        GuideMoved = "guide.moved",
        /// Several guides became public in one transaction, such as a batch of an import.
        ReleasePublished = "release.published",
        /// Somebody asked for a review.
        GuideSubmitted = "guide.submitted",
        /// A review got the last approval it needed.
        GuideApproved = "guide.approved",
        /// A reviewer requested changes.
        GuideChangesRequested = "guide.changes_requested",
        /// An administrator tests the endpoint.
        WebhookTest = "webhook.test",
    }
}

impl WebhookEventType {
    /// The types to which an endpoint can subscribe, in the order that lists show.
    pub const SUBSCRIBABLE: [Self; 7] = [
        Self::GuidePublished,
        Self::GuideUnpublished,
        Self::GuideMoved,
        Self::ReleasePublished,
        Self::GuideSubmitted,
        Self::GuideApproved,
        Self::GuideChangesRequested,
    ];

    /// Returns whether the event is about the text that readers see.
    ///
    /// The other events are about work behind the scenes; a new endpoint gets them only on request.
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
