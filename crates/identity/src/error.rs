use annai_domain::FieldFault;
use annai_domain::decide::Refusal;
use annai_storage::{Conflict, StorageError};

/// The reason why a command about people did nothing. Dropping the transaction leaves no trace.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A field of the request has a wrong value.
    #[error("{field}: {fault}")]
    Field {
        /// The name of the field in the request's JSON or form.
        field: &'static str,
        /// The fault.
        fault: FieldFault,
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
                fault: FieldFault::Taken,
            },
            StorageError::Conflict(Conflict::LastAdmin) => Self::Field {
                field: "roles",
                fault: FieldFault::LastAdmin,
            },
            _ => Self::Storage(error),
        }
    }
}
