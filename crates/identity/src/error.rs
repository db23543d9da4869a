use annai_domain::decide::Refusal;
use annai_storage::{Conflict, StorageError};

/// The reason why a command about people did nothing. Dropping the transaction leaves no trace.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A field of the request has a wrong value.
    #[error("{field}: {code}")]
    Field {
        /// The name of the field in the request's JSON or form.
        field: &'static str,
        /// The fault; its text for people has the key `field.<code>`.
        code: &'static str,
    },
    /// Too many passwords are being hashed at once.
    #[error("too busy")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for IdentityError {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Conflict(Conflict::EmailTaken) => Self::Field {
                field: "email",
                code: "taken",
            },
            StorageError::Conflict(Conflict::LastAdmin) => Self::Field {
                field: "roles",
                code: "last_admin",
            },
            _ => Self::Storage(error),
        }
    }
}
