use crate::{ContentHash, GuideId, Ref, Review, RevisionId, Slug, UserId, closed_set};

/// Everything about one guide that a decision may depend on, read under the guide's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideFacts {
    /// Its id.
    pub guide_id: GuideId,
    /// Whose guide it is: "own" in the authorisation matrix.
    pub owner_id: UserId,
    /// Whether it was put away.
    pub archived: bool,
    /// The newest text.
    pub latest: LatestRevision,
    /// What the public sees.
    pub visibility: Visibility,
    /// The live review, if there is one; it may be of an older revision.
    pub review: Option<Review>,
    /// Who wrote any part of the change since what is published: of the text under review, or of
    /// the newest where none is.
    pub writers: Vec<UserId>,
    /// Whether an open thread holds approval back.
    pub is_blocked: bool,
}

/// The newest saved state of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestRevision {
    /// Its id.
    pub revision_id: RevisionId,
    /// Its number: 1, 2, 3 …
    pub revision_number: i32,
    /// Its content.
    pub content_hash: ContentHash,
    /// Who saved it.
    pub created_by: UserId,
}

/// What readers are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicRevision {
    /// The ledger entry that made it public.
    pub publication_ref: Ref,
    /// The revision.
    pub revision_id: RevisionId,
    /// Its number.
    pub revision_number: i32,
    /// Its content.
    pub content_hash: ContentHash,
    /// The slug it is public under.
    pub slug: Slug,
}

/// What the public sees of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Nothing, ever.
    NeverPublished,
    /// A revision.
    Published(PublicRevision),
    /// Nothing any more: somebody took it down.
    Unpublished {
        /// The tombstone's ledger entry.
        publication_ref: Ref,
    },
    /// Nothing any more: its time was over.
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
    /// The public revision, if readers see one.
    #[must_use]
    pub fn public(&self) -> Option<&PublicRevision> {
        match self {
            Self::Published(public) => Some(public),
            Self::NeverPublished | Self::Unpublished { .. } | Self::Expired { .. } => None,
        }
    }

    /// The visibility without its particulars.
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
