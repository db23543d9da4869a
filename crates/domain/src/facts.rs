use crate::{ContentHash, GuideId, Ref, Review, RevisionId, Slug, UserId, closed_set};

/// The facts about one guide that a decision may depend on, read under the guide's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideFacts {
    /// The guide that the facts are about.
    pub guide_id: GuideId,
    /// The owner of the guide: "own" in the authorisation matrix.
    pub owner_id: UserId,
    /// Whether it is archived.
    pub archived: bool,
    /// The newest text.
    pub latest: LatestRevision,
    /// The visibility of the guide.
    pub visibility: Visibility,
    /// The live review, if there is one; it may be of an older revision.
    pub review: Option<Review>,
    /// The writers of the change since the public text: of the text under review, else of the
    /// newest.
    pub writers: Vec<UserId>,
    /// Whether an open thread blocks approval.
    pub is_blocked: bool,
}

/// The newest saved state of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestRevision {
    /// The newest revision at the time of reading.
    pub revision_id: RevisionId,
    /// Its number: 1, 2, 3 …
    pub revision_number: i32,
    /// The SHA-256 of its source; a review and an approval name it.
    pub content_hash: ContentHash,
    /// The person who saved it.
    pub created_by: UserId,
}

/// The revision that readers see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicRevision {
    /// The ledger entry that made it public.
    pub publication_ref: Ref,
    /// The revision that readers see.
    pub revision_id: RevisionId,
    /// The number of that revision: 1, 2, 3 … within the guide.
    pub revision_number: i32,
    /// The SHA-256 of its source.
    pub content_hash: ContentHash,
    /// The slug it is public under.
    pub slug: Slug,
}

/// The state of a guide as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Nothing, ever.
    NeverPublished,
    /// A revision.
    Published(PublicRevision),
    /// Nothing, because somebody unpublished or archived it.
    Unpublished {
        /// The tombstone's ledger entry.
        publication_ref: Ref,
    },
    /// Nothing, because its time was over.
    Expired {
        /// The tombstone's ledger entry.
        publication_ref: Ref,
    },
}

closed_set! {
    /// The visibility without its particulars, as filters and lists use it.
    pub enum VisibilityKind: "a visibility" {
        /// See [`Visibility::NeverPublished`].
        NeverPublished = "never_published",
        /// See [`Visibility::Published`].
        Published = "published",
        /// See [`Visibility::Unpublished`].
        Unpublished = "unpublished",
        /// See [`Visibility::Expired`].
        Expired = "expired",
    }
}

impl Visibility {
    /// Returns the public revision, if there is one.
    #[must_use]
    pub fn public(&self) -> Option<&PublicRevision> {
        match self {
            Self::Published(public) => Some(public),
            Self::NeverPublished | Self::Unpublished { .. } | Self::Expired { .. } => None,
        }
    }

    /// Returns the visibility without its particulars.
    #[must_use]
    pub fn kind(&self) -> VisibilityKind {
        match self {
            Self::NeverPublished => VisibilityKind::NeverPublished,
            Self::Published(_) => VisibilityKind::Published,
            Self::Unpublished { .. } => VisibilityKind::Unpublished,
            Self::Expired { .. } => VisibilityKind::Expired,
        }
    }
}
