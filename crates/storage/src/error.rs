use std::error::Error;

use sqlx::migrate::MigrateError;

/// The reason why a storage function failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The statement broke a named rule of the schema.
    #[error("{0}")]
    Conflict(Conflict),
    /// A stored value breaks the schema; somebody changed the database by hand.
    #[error("{table}.{column} holds an invalid value: {source}")]
    Corrupt {
        /// The table that holds the value.
        table: &'static str,
        /// The column that holds the value.
        column: &'static str,
        /// The reason why the value could not be read.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The database cannot do it now. A retry later may succeed.
    #[error(transparent)]
    Unavailable(Away),
    /// Postgres refused the statement for another reason.
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
    /// The migrations could not be applied.
    #[error("the database could not be migrated: {0}")]
    Migrate(#[source] MigrateError),
}

/// The state of a database that cannot serve now, with the error that told of it.
#[derive(Debug, thiserror::Error)]
#[error("{}", state.as_str())]
pub struct Away {
    /// The state of the database.
    pub state: AwayState,
    /// The error, where Postgres or the connection gave one.
    source: Option<sqlx::Error>,
}

/// A state in which the database cannot serve. It heals without the program's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwayState {
    /// The server is out of reach, starts, stops, or has no room for another connection.
    NoAnswer,
    /// The server's disk is full; reads still work.
    DiskFull,
    /// The server only reads, such as a standby.
    ReadOnly,
    /// The server refuses the login: a wrong password, or no line for it in `pg_hba.conf`.
    LoginRefused,
    /// The reply to a commit is missing, so the change may have been made.
    NotConfirmed,
}

impl AwayState {
    /// Returns the state as `/readyz` and the log name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAnswer => "the database does not answer",
            Self::DiskFull => "the disk of the database is full",
            Self::ReadOnly => "the database is read-only",
            Self::LoginRefused => "the database refuses the login",
            Self::NotConfirmed => "the database did not confirm the change",
        }
    }

    /// Returns the state behind an SQLSTATE; `None` if a retry would meet the same error.
    ///
    /// Class 28 refuses a login, and class 53 is a lack of resources. The others are connection failures, startup, shutdown,
    /// timeouts, deadlocks and serialization failures.
    fn of_code(code: &str) -> Option<Self> {
        match code {
            "53100" => Some(Self::DiskFull),
            "25006" => Some(Self::ReadOnly),
            "57P01" | "57P02" | "57P03" | "57P05" | "55P03" | "57014" | "40001" | "40P01"
            | "25P03" => Some(Self::NoAnswer),
            _ if code.starts_with("28") => Some(Self::LoginRefused),
            _ if code.starts_with("08") || code.starts_with("53") => Some(Self::NoAnswer),
            _ => None,
        }
    }

    /// Returns the state that `error` tells of; `None` for an error of another kind.
    fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Some(Self::NoAnswer),
            sqlx::Error::Database(error) => Self::of_code(&error.code()?),
            _ => None,
        }
    }
}

impl StorageError {
    /// Creates the error of a database that is in `state`.
    #[must_use]
    pub fn away(state: AwayState) -> Self {
        let source = None;
        Self::Unavailable(Away { state, source })
    }

    /// Returns the state of a database that is away; `None` for every other error.
    #[must_use]
    pub fn away_state(&self) -> Option<AwayState> {
        match self {
            Self::Unavailable(away) => Some(away.state),
            Self::Conflict(_) | Self::Corrupt { .. } | Self::Database(_) | Self::Migrate(_) => None,
        }
    }

    /// Returns the error of a commit. A lost reply leaves open whether Postgres has committed;
    /// every other error rolled the transaction back.
    pub(crate) fn of_commit(error: sqlx::Error) -> Self {
        let is_lost = match &error {
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                code.starts_with("08") || code.starts_with("57P")
            }
            error => AwayState::of(error).is_some(),
        };
        if is_lost {
            let (state, source) = (AwayState::NotConfirmed, Some(error));
            return Self::Unavailable(Away { state, source });
        }
        error.into()
    }
}

/// A named rule of the schema that a statement broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another guide holds the slug.
    #[error("another guide holds this slug")]
    SlugTaken,
    /// Another guide came from a file with this path.
    #[error("another guide has this file path")]
    PathTaken,
    /// The file path is not a relative path inside the export folder.
    #[error("a file path is relative and has no `.` or `..` in it")]
    PathMalformed,
    /// Another user has the e-mail address.
    #[error("another user has this e-mail address")]
    EmailTaken,
    /// No administrator who can sign in would remain.
    #[error("the last administrator cannot be removed")]
    LastAdmin,
    /// The new revision's parent is not the newest one.
    #[error("the guide has a newer revision")]
    ParentNotLatest,
    /// The guide already has a live review.
    #[error("the guide is already under review")]
    ReviewAlive,
    /// The review is over.
    #[error("the review is over")]
    ReviewOver,
    /// The actor already approved this review.
    #[error("the person already approved this review")]
    DecidedAlready,
    /// The actor submitted the review or wrote a part of the change.
    #[error("nobody decides on a change that they helped to write")]
    FourEyes,
    /// An approver of the review wrote a part of what it would make public.
    #[error("an approver helped to write what would become public")]
    ApprovalLapsed,
    /// An open blocking thread prevents approval.
    #[error("an open blocking thread prevents approval")]
    Blocked,
    /// The published revision belongs to another guide.
    #[error("the revision belongs to another guide")]
    NotOwnRevision,
    /// The review named as authority is not approved, or judges another revision.
    #[error("no approved review covers this revision")]
    NotApproved,
    /// The rollback names a revision that was not public at that ref.
    #[error("that revision was not public at that ref")]
    NotPublicThen,
    /// The ledger entry does not name exactly one authority with the data that it needs.
    #[error("a publication needs exactly one authority, with its data")]
    OneAuthority,
    /// Another revision of the guide has the name.
    #[error("another revision of this guide has this name")]
    RevisionNameTaken,
    /// The guide has no such revision.
    #[error("the guide has no such revision")]
    UnknownRevision,
    /// The guide has no such review.
    #[error("the guide has no such review")]
    UnknownReview,
    /// The row is immutable.
    #[error("this row never changes")]
    Immutable,
    /// The idempotency key was already used.
    #[error("the idempotency key was already used")]
    IdempotencyKeyUsed,
}

impl Conflict {
    /// Returns the rule behind a constraint's name. The name decides, because Postgres may
    /// translate or reword its messages.
    fn of_constraint(name: &str) -> Option<Self> {
        Some(match name {
            "slugs_pkey"
            | "published_versions_current_slug_key"
            | "slugs_public_is_kept"
            | "publications_redirected_slug_is_free" => Self::SlugTaken,
            "guides_path_key" => Self::PathTaken,
            "guides_path_check" => Self::PathMalformed,
            "users_email_key" => Self::EmailTaken,
            "users_last_admin" => Self::LastAdmin,
            "revisions_parent_is_latest" => Self::ParentNotLatest,
            "reviews_one_live_key" => Self::ReviewAlive,
            "reviews_over" => Self::ReviewOver,
            "decisions_one_approval_key" => Self::DecidedAlready,
            "decisions_four_eyes" => Self::FourEyes,
            "decisions_not_blocked" => Self::Blocked,
            "publications_four_eyes" => Self::ApprovalLapsed,
            "publications_own_revision_fkey" => Self::NotOwnRevision,
            "publications_review_is_approved" | "publications_reviewed_revision_fkey" => {
                Self::NotApproved
            }
            "publications_rollback_was_public" | "publications_own_restored_ref_fkey" => {
                Self::NotPublicThen
            }
            "publications_one_authority_check"
            | "publications_tombstone_check"
            | "publications_break_glass_reason_check" => Self::OneAuthority,
            "idempotency_keys_pkey" => Self::IdempotencyKeyUsed,
            "revision_names_guide_id_name_key" => Self::RevisionNameTaken,
            "working_copies_own_base_fkey"
            | "preview_links_own_revision_fkey"
            | "revision_names_own_revision_fkey"
            | "threads_own_revision_fkey" => Self::UnknownRevision,
            "threads_own_review_fkey" => Self::UnknownReview,
            name if name.ends_with("_immutable") => Self::Immutable,
            _ => return None,
        })
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        let constraint = error
            .as_database_error()
            .and_then(|error| error.constraint());
        if let Some(conflict) = constraint.and_then(Conflict::of_constraint) {
            return Self::Conflict(conflict);
        }
        match AwayState::of(&error) {
            Some(state) => Self::Unavailable(Away {
                state,
                source: Some(error),
            }),
            None => Self::Database(error),
        }
    }
}

impl From<MigrateError> for StorageError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)
                if AwayState::of(&error).is_some() =>
            {
                error.into()
            }
            error => Self::Migrate(error),
        }
    }
}

/// Returns a function that wraps a parse error of the stored value in `table.column`.
pub(crate) fn corrupt<E>(
    table: &'static str,
    column: &'static str,
) -> impl FnOnce(E) -> StorageError
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    move |source| StorageError::Corrupt {
        table,
        column,
        source: source.into(),
    }
}
