use annai_storage::Database;

use crate::{Passwords, SignInThrottle};

/// The parts that recognise people. Cheap to clone; clones share one queue.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The database, as the editors' side.
    pub database: Database,
    /// Hashes and checks passwords off the async threads.
    pub passwords: Passwords,
    /// Slows down guesses at passwords.
    pub throttle: SignInThrottle,
    /// Whether people connect by https: the session cookie is `Secure` then.
    pub is_https: bool,
}
