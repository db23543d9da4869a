use annai_checks::Finding;
use annai_content::SourceError;
use annai_domain::decide::Refusal;
use annai_domain::{ContentHash, FieldFault, RevisionId, Slug};
use annai_storage::{Conflict, StorageError};
use jiff::Timestamp;

/// The reason why a command did nothing. Dropping the transaction leaves no trace of it.
///
/// One enum serves all commands: each face has to answer every one of these, and most commands can
/// be refused for most of these reasons.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody saved a newer revision meanwhile.
    #[error("the guide has a newer revision")]
    Stale(Box<StaleText>),
    /// The text cannot be parsed as a guide's source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The text has these findings, which block publishing.
    #[error("the text has faults that block publishing")]
    Invalid(Vec<Finding>),
    /// Other public guides name this one, as related or in their bodies, and the person has not
    /// acknowledged it.
    #[error("other public guides name this one")]
    Referrers(Vec<Slug>),
    /// Another guide holds the slug.
    #[error("the slug {0} belongs to another guide")]
    SlugTaken(Slug),
    /// Another guide came from a file of that path.
    #[error("another guide has the file path {0}")]
    PathTaken(String),
    /// The working copy holds a state that is as new or newer.
    #[error("a newer state of the text is stored already")]
    SequenceNotNewer {
        /// The stored sequence number.
        stored: i64,
    },
    /// A field of the request has a wrong value.
    #[error("{field}: {fault}")]
    Field {
        /// The name of the field in the request's JSON or form.
        field: &'static str,
        /// The fault.
        fault: FieldFault,
    },
    /// The database failed or was away.
    #[error(transparent)]
    Storage(StorageError),
}

/// The three texts of a conflict. Base and theirs are revisions; [`save`](crate::save) puts mine
/// into the person's working copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleText {
    /// The text that the person began with; `None` if they named no revision of this guide.
    pub base: Option<SavedText>,
    /// The newest revision.
    pub theirs: SavedText,
    /// The text that the person sent.
    pub mine: Vec<u8>,
}

/// The text of a revision, with its number, hash and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedText {
    /// The revision whose text this is.
    pub revision_id: RevisionId,
    /// The number of the revision: 1, 2, 3 … within the guide.
    pub revision_number: i32,
    /// The SHA-256 of `source`.
    pub content_hash: ContentHash,
    /// The exact bytes.
    pub source: Vec<u8>,
    /// The time of saving.
    pub created_at: Timestamp,
}

impl From<StorageError> for CommandError {
    fn from(error: StorageError) -> Self {
        use annai_domain::decide::{Forbidden, StateConflict};
        let StorageError::Conflict(conflict) = &error else {
            return Self::Storage(error);
        };
        match conflict {
            Conflict::FourEyes => Refusal::Forbidden(Forbidden::OwnChange).into(),
            Conflict::ParentNotLatest => Refusal::Stale.into(),
            Conflict::ReviewAlive => Refusal::State(StateConflict::AlreadyInReview).into(),
            Conflict::ReviewOver => Refusal::State(StateConflict::ReviewClosed).into(),
            Conflict::DecidedAlready => Refusal::State(StateConflict::AlreadyDecided).into(),
            Conflict::NotApproved => Refusal::State(StateConflict::NotApproved).into(),
            Conflict::ApprovalLapsed => Refusal::State(StateConflict::ApprovalLapsed).into(),
            Conflict::Blocked => Refusal::State(StateConflict::Blocked).into(),
            Conflict::NotPublicThen => Refusal::State(StateConflict::NeverPublic).into(),
            Conflict::UnknownRevision | Conflict::UnknownReview => Refusal::NotFound.into(),
            Conflict::RevisionNameTaken => Self::Field {
                field: "name",
                fault: FieldFault::Taken,
            },
            Conflict::PathMalformed => Self::Field {
                field: "path",
                fault: FieldFault::Malformed,
            },
            Conflict::SlugTaken
            | Conflict::PathTaken
            | Conflict::EmailTaken
            | Conflict::LastAdmin
            | Conflict::NotOwnRevision
            | Conflict::OneAuthority
            | Conflict::Immutable
            | Conflict::IdempotencyKeyUsed => Self::Storage(error),
        }
    }
}
