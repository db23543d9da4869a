use std::error::Error;

/// Why storage could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A named rule of the schema stands against it.
    #[error("{0}")]
    Conflict(Conflict),
    /// A stored value is not what the schema promises; somebody changed the database by hand.
    #[error("{table}.{column} holds a value that cannot be: {source}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Postgres cannot be reached, or has no connection to spare. Trying again later may help.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// Postgres refused for another reason.
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
    /// Another guide came from a file of that path.
    #[error("another guide has this file path")]
    PathTaken,
    /// The file path is none that an export could write to.
    #[error("this is no relative path with plain parts")]
    PathMalformed,
    /// Another person has the e-mail address.
    #[error("another user has this e-mail address")]
    EmailTaken,
    /// Nobody would be left who can let people in.
    #[error("the last administrator cannot be removed")]
    LastAdmin,
    /// The new revision's parent is not the newest one.
    #[error("the guide has a newer revision")]
    ParentNotLatest,
    /// The guide has a live review already.
    #[error("the guide is under review already")]
    ReviewAlive,
    /// The review is over.
    #[error("the review is over")]
    ReviewOver,
    /// The person decided in this review already.
    #[error("the person decided already")]
    DecidedAlready,
    /// The person wrote a part of the change.
    #[error("nobody decides on a change they wrote a part of")]
    FourEyes,
    /// An open thread holds approval back.
    #[error("an open thread holds approval back")]
    Blocked,
    /// A guide can only publish a revision of its own.
    #[error("the revision belongs to another guide")]
    NotOwnRevision,
    /// The review that was named as authority is not approved, or is about another revision.
    #[error("no approved review stands behind this revision")]
    NotApproved,
    /// The rollback does not name what was public.
    #[error("that revision was not public at that ref")]
    NotPublicThen,
    /// The ledger entry does not have exactly one authority.
    #[error("a publication needs exactly one authority")]
    OneAuthority,
    /// Another revision of the guide has the name.
    #[error("another revision of this guide is called so")]
    RevisionNameTaken,
    /// The guide has no such revision.
    #[error("the guide has no such revision")]
    UnknownRevision,
    /// The guide has no such review.
    #[error("the guide has no such review")]
    UnknownReview,
    /// The row is written once.
    #[error("this is never changed")]
    Immutable,
    /// The idempotency key was used already.
    #[error("the idempotency key was used already")]
    IdempotencyKeyUsed,
}

impl Conflict {
    /// The rule behind a constraint's name. Constraints are told apart by name, never by text.
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

/// Whether an SQLSTATE says "not now" rather than "not this": connection trouble, too many
/// connections, shutting down or starting up, a lock or statement that took too long.
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

/// Wraps what is wrong with a stored value.
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
