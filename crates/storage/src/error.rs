use std::error::Error;

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
    /// Postgres is out of reach, or has no free connection. A retry later may succeed.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// Postgres refused the statement for another reason.
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
    /// The migrations could not be applied.
    #[error("the database could not be migrated: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
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
            "slugs_pkey" | "published_versions_current_slug_key" | "slugs_public_is_kept" => {
                Self::SlugTaken
            }
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
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Self::Unavailable(error),
            sqlx::Error::Database(inner) if is_passing(inner.code().as_deref()) => {
                Self::Unavailable(error)
            }
            _ => Self::Database(error),
        }
    }
}

/// Returns whether an SQLSTATE means that a retry may succeed.
///
/// These are connection failures, too many connections, startup, shutdown, timeouts, deadlocks and
/// serialization failures.
fn is_passing(code: Option<&str>) -> bool {
    code.is_some_and(|code| {
        code.starts_with("08")
            || matches!(
                code,
                "53300"
                    | "57P01"
                    | "57P02"
                    | "57P03"
                    | "55P03"
                    | "57014"
                    | "40001"
                    | "40P01"
                    | "25P03"
            )
    })
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
