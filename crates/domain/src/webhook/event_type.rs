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
        /// Several events that one endpoint gathered.
        EventsGathered = "events.gathered",
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
            | Self::EventsGathered
            | Self::WebhookTest => false,
        }
    }

    /// Returns whether a call can stand for the event and others. A test shows that one call arrives.
    #[must_use]
    pub fn is_gathered(self) -> bool {
        !matches!(self, Self::EventsGathered | Self::WebhookTest)
    }

    /// Returns whether the event ends the window of an endpoint that gathers.
    ///
    /// A text that was taken down must leave every cache and site at once.
    #[must_use]
    pub fn ends_window(self) -> bool {
        self == Self::GuideUnpublished
    }
}
