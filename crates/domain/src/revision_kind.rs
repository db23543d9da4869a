use crate::{AuditAction, RevisionId, closed_set};

closed_set! {
    /// The origin of a stored revision.
    pub enum RevisionKind: "a kind of revision" {
        /// The guide began with it.
        Create = "create",
        /// A person saved it.
        Save = "save",
        /// A person brought an older revision's bytes back.
        Restore = "restore",
        /// An import wrote it.
        Import = "import",
        /// It merges two texts.
        Merge = "merge",
    }
}

/// The origin of a revision to be written, with the other revision that its text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionOrigin {
    /// The guide begins with it.
    Create,
    /// The guide begins as a copy of this revision of another guide.
    Copy(RevisionId),
    /// A person saves it.
    Save,
    /// A person brings an older revision's bytes back.
    Restore,
    /// An import writes it.
    Import,
    /// It merges the newest text with one that was begun on this older revision.
    Merge(RevisionId),
}

impl RevisionOrigin {
    /// Returns the kind of the revision.
    #[must_use]
    pub fn kind(self) -> RevisionKind {
        match self {
            Self::Create | Self::Copy(_) => RevisionKind::Create,
            Self::Save => RevisionKind::Save,
            Self::Restore => RevisionKind::Restore,
            Self::Import => RevisionKind::Import,
            Self::Merge(_) => RevisionKind::Merge,
        }
    }

    /// Returns the revision that the other text of a merge was begun on.
    #[must_use]
    pub fn merge_parent(self) -> Option<RevisionId> {
        match self {
            Self::Merge(begun_on) => Some(begun_on),
            Self::Create | Self::Copy(_) | Self::Save | Self::Restore | Self::Import => None,
        }
    }

    /// Returns the revision of another guide that a copy begins with.
    #[must_use]
    pub fn copied_from(self) -> Option<RevisionId> {
        match self {
            Self::Copy(source) => Some(source),
            Self::Create | Self::Save | Self::Restore | Self::Import | Self::Merge(_) => None,
        }
    }

    /// Returns the action that the audit log records for it.
    #[must_use]
    pub fn audit_action(self) -> AuditAction {
        match self {
            Self::Create | Self::Copy(_) => AuditAction::GuideCreate,
            Self::Save => AuditAction::GuideSave,
            Self::Restore => AuditAction::GuideRestore,
            Self::Import => AuditAction::GuideImport,
            Self::Merge(_) => AuditAction::GuideMerge,
        }
    }
}
