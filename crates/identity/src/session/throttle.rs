use std::mem;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use annai_storage::sign_in_failures::{self, FailureCounters, FailureKind};
use annai_storage::users::{self, User};
use annai_storage::{Database, StorageError};
use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::client::Client;
use super::known_browser::Known;
use super::secret::{Purpose, Secret};

/// The number of counters to give back that a node remembers during an outage.
const OWED: usize = 1000;

/// Slows down guesses at passwords. An account has 5 free failures, then waits 1, 2, 4 … seconds,
/// up to 15 minutes. A network (an IPv4 address, or the /64 of an IPv6 address) has 20 failures in
/// 5 minutes.
///
/// The counts live in the database: nodes count together, and a restart forgets nothing. An account
/// is one of 65,536 slots, chosen by a keyed hash, so unknown accounts behave like known ones.
///
/// A browser in which the account signed in before has a counter of its own, and so has each session
/// whose person gives the password again. Failures of strangers hold up neither. All known browsers
/// of an account together have 30 failures in 15 minutes. A new session epoch, such as that of a new
/// password, makes them strangers.
#[derive(Debug, Clone)]
pub struct SignInThrottle {
    database: Database,
    secret: Arc<OnceCell<Secret>>,
    /// The counters of attempts that an outage ended.
    owed: Arc<Mutex<Vec<FailureCounters>>>,
}

/// An attempt that counts as a failure until it is taken back.
#[derive(Debug)]
#[must_use]
pub(super) struct Attempt<'a> {
    throttle: &'a SignInThrottle,
    counters: FailureCounters,
}

/// The client has to wait before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The wait in whole seconds, at least 1.
    pub seconds: u32,
}

/// The reason why an attempt was not admitted.
#[derive(Debug)]
pub(super) enum NotAdmitted {
    /// Too many failures. The attempt is not counted.
    Wait(Wait),
    /// The database does not answer.
    Storage(StorageError),
}

impl From<StorageError> for NotAdmitted {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl SignInThrottle {
    /// Creates the throttle that counts in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            secret: Arc::default(),
            owed: Arc::default(),
        }
    }

    /// Counts an attempt to sign in as a failure until it is taken back. So attempts at the same
    /// moment cannot pass together, on any node.
    ///
    /// # Errors
    ///
    /// [`NotAdmitted::Wait`] when the account, the browser or the network has to slow down.
    pub(super) async fn admit(
        &self,
        now: Timestamp,
        account: &str,
        client: &Client,
    ) -> Result<Attempt<'_>, NotAdmitted> {
        let (secret, account) = (self.secret().await?, plain(account));
        let counters = match self.find_known(secret, &account, client, now).await? {
            Some(known) => FailureCounters {
                kind: FailureKind::Browser,
                subject: known.key.to_vec(),
                wider: Some(secret.counter(Purpose::Browsers, &[&account])),
            },
            None => FailureCounters {
                kind: FailureKind::Account,
                subject: secret.hash(Purpose::Account, &[&account])[..2].to_vec(),
                wider: client
                    .address
                    .map(|address| network_key(secret, address.network())),
            },
        };
        self.count(now, counters).await
    }

    /// Counts an attempt of a signed-in person to give the password again.
    ///
    /// # Errors
    ///
    /// [`NotAdmitted::Wait`] when this session has to slow down.
    pub(super) async fn admit_again(
        &self,
        now: Timestamp,
        session_hash: &[u8; 32],
    ) -> Result<Attempt<'_>, NotAdmitted> {
        let secret = self.secret().await?;
        let counters = FailureCounters {
            kind: FailureKind::Session,
            subject: secret.counter(Purpose::Session, &[session_hash]).to_vec(),
            wider: None,
        };
        self.count(now, counters).await
    }

    /// Makes the client's browser a known one of `user`.
    pub(super) async fn remember(
        &self,
        now: Timestamp,
        user: &User,
        client: &Client,
    ) -> Result<(), StorageError> {
        let (secret, account) = (self.secret().await?, plain(user.email.as_str()));
        client
            .browser
            .remember(secret, &account, user.session_epoch, now);
        Ok(())
    }

    /// Returns the client's browser if the account signed in there in its present session epoch.
    /// The account is looked up only for browsers whose cookie it signed.
    async fn find_known(
        &self,
        secret: &Secret,
        account: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Known>, StorageError> {
        let Some(known) = client.browser.known(secret, account, now) else {
            return Ok(None);
        };
        let Ok(email) = account.parse() else {
            return Ok(None);
        };
        let user = users::find_by_email(&self.database.reader(), &email).await?;
        Ok(user
            .filter(|user| user.session_epoch == known.session_epoch)
            .map(|_| known))
    }

    async fn secret(&self) -> Result<&Secret, StorageError> {
        let load = async || {
            let key = sign_in_failures::load_secret(&self.database.reader()).await?;
            Ok(Secret::new(key))
        };
        self.secret.get_or_try_init(load).await
    }

    async fn count(
        &self,
        now: Timestamp,
        counters: FailureCounters,
    ) -> Result<Attempt<'_>, NotAdmitted> {
        self.pay_back().await?;
        match sign_in_failures::admit(&self.database, &counters, now).await? {
            Some(seconds) => Err(NotAdmitted::Wait(Wait { seconds })),
            None => Ok(Attempt {
                throttle: self,
                counters,
            }),
        }
    }

    /// Takes back the attempts that an outage ended.
    async fn pay_back(&self) -> Result<(), StorageError> {
        let mut owed = mem::take(&mut *self.owed());
        while let Some(counters) = owed.pop() {
            let taken_back = sign_in_failures::take_back(&self.database, &counters, false).await;
            if let Err(error) = taken_back {
                owed.push(counters);
                self.owed().append(&mut owed);
                return Err(error);
            }
        }
        Ok(())
    }

    fn owed(&self) -> std::sync::MutexGuard<'_, Vec<FailureCounters>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// Takes a successful attempt back. Its account, browser or session starts again at zero.
    pub(super) async fn succeeded(self) -> Result<(), StorageError> {
        self.take_back(true).await
    }

    /// Takes an attempt back that failed by our own fault: it counts against nobody. While the
    /// database is away, this waits for the next attempt on this node.
    pub(super) async fn give_back(self) {
        // What could not be given back is owed.
        let _ = self.take_back(false).await;
    }

    async fn take_back(self, is_success: bool) -> Result<(), StorageError> {
        let Self { throttle, counters } = self;
        let taken_back = sign_in_failures::take_back(&throttle.database, &counters, is_success);
        let taken_back = taken_back.await;
        if taken_back.is_err() {
            let mut owed = throttle.owed();
            if owed.len() < OWED {
                owed.push(counters);
            }
        }
        taken_back
    }
}

/// Returns the one spelling of an account.
fn plain(account: &str) -> String {
    account.trim().to_lowercase()
}

fn network_key(secret: &Secret, network: IpAddr) -> [u8; 8] {
    secret.counter(Purpose::Network, &[network.to_string()])
}

#[cfg(test)]
#[path = "throttle/tests.rs"]
mod tests;
