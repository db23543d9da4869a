use std::fmt;

use annai_editorial::CommandError;
use annai_storage::{AwayState, StorageError};

/// The exit codes of every command. clap adds 2 for a wrong command line. Codes from 64 on come
/// from BSD's `sysexits.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// A check failed, or something else went wrong.
    Failed = 1,
    /// The input is wrong: malformed front matter, a refused import.
    Data = 65,
    /// A named file or folder does not exist.
    NoInput = 66,
    /// The database or the checked server does not respond.
    Unavailable = 69,
    /// A file could not be written.
    CannotCreate = 73,
    /// A setting is unknown or wrong.
    Configuration = 78,
}

/// The reason why a command failed, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    error: anyhow::Error,
    hint: Option<String>,
}

impl Failure {
    /// Returns the state of the database, if that is the reason.
    pub(crate) fn away_state(&self) -> Option<AwayState> {
        let error = self.error.downcast_ref::<StorageError>();
        error.and_then(StorageError::away_state)
    }

    pub(crate) fn new(code: Code, error: impl Into<anyhow::Error>) -> Self {
        Self {
            code,
            error: error.into(),
            hint: None,
        }
    }

    pub(crate) fn message(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, anyhow::Error::msg(message.into()))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::message(Code::Configuration, message)
    }

    /// Adds advice for the person.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns the advice for the person.
    pub(crate) fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Returns what happened and why, without the advice.
    pub(crate) fn text(&self) -> String {
        with_causes(&*self.error)
    }
}

/// Returns an error with its causes, in one line.
pub(crate) fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    for cause in anyhow::Chain::new(error).skip(1).map(ToString::to_string) {
        // Some error types repeat their source in their own text.
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

impl fmt::Display for Failure {
    /// Writes `error: what happened: why` and, on a line of its own, `hint: what to do`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error: {}", self.text())?;
        match &self.hint {
            Some(hint) => write!(formatter, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Code::Failed, error)
    }
}

impl From<annai_local_postgres::LocalPostgresError> for Failure {
    fn from(error: annai_local_postgres::LocalPostgresError) -> Self {
        Self::new(Code::Unavailable, error)
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Storage(error) => error.into(),
            CommandError::Refused(_)
            | CommandError::Stale(_)
            | CommandError::Source(_)
            | CommandError::Invalid(_)
            | CommandError::Referrers(_)
            | CommandError::SlugTaken(_)
            | CommandError::PathTaken(_)
            | CommandError::SequenceNotNewer { .. }
            | CommandError::Field { .. } => Self::new(Code::Data, error),
        }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        use StorageError as E;
        match &error {
            E::Unavailable(away) => {
                let (code, advice) = (code(away.state), advice(away.state));
                Self::new(code, error).hint(advice)
            }
            E::Migrate(_) => Self::new(Code::Failed, error).hint(
                "nothing of the failed migration was kept; `annai doctor` counts the applied ones",
            ),
            E::Conflict(_) => Self::new(Code::Data, error),
            E::Corrupt { .. } | E::Database(_) => Self::new(Code::Failed, error),
        }
    }
}

/// Returns the exit code of a database that cannot serve now. A start waits, but not for a login
/// that every server refuses.
fn code(state: AwayState) -> Code {
    match state {
        AwayState::LoginRefused => Code::Configuration,
        AwayState::NoAnswer
        | AwayState::DiskFull
        | AwayState::ReadOnly
        | AwayState::NotConfirmed => Code::Unavailable,
    }
}

/// Returns what to do about a database that cannot serve now.
fn advice(state: AwayState) -> &'static str {
    match state {
        AwayState::NoAnswer | AwayState::NotConfirmed => {
            "check that the server of ANNAI_DATABASE_URL runs and is reachable; `annai doctor` shows details"
        }
        AwayState::LoginRefused => {
            "check user and password of ANNAI_DATABASE_URL, and the lines for them in the server's pg_hba.conf"
        }
        AwayState::DiskFull => "make room on the disk of the database",
        AwayState::ReadOnly => {
            "the server is a standby, or default_transaction_read_only is on: name the primary in ANNAI_DATABASE_URL, or turn it off"
        }
    }
}

impl From<annai_storage::MigrationError> for Failure {
    fn from(error: annai_storage::MigrationError) -> Self {
        use annai_storage::MigrationError as E;
        match error {
            E::Storage(error) => error.into(),
            E::OldProgram { .. } => Self::new(Code::Failed, error)
                .hint("start the newer program, or restore a backup from before its `annai migrate --contract`"),
            E::OldNodes { .. } => Self::new(Code::Failed, error)
                .hint("replace these nodes, or wait ten minutes if they were killed; `annai doctor` lists them"),
        }
    }
}

impl From<annai_identity::IdentityError> for Failure {
    fn from(error: annai_identity::IdentityError) -> Self {
        use annai_identity::IdentityError as E;
        match error {
            E::Storage(error) => error.into(),
            E::Busy => Self::new(Code::Unavailable, error).hint("try again in a moment"),
            E::Refused(_) | E::Field { .. } => Self::new(Code::Data, error),
        }
    }
}
