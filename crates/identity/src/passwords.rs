use std::sync::Arc;

use annai_domain::EmailAddress;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::IdentityError;
use crate::password_strength::{check_strength, guesses_from};

/// The number of passwords that are hashed at once: each takes 19 MiB and one processor.
const AT_ONCE: usize = 2;
/// The length of the queue. When it is full, people are asked to come back.
const WAITING: usize = 32;

/// Hashes and checks passwords off the async threads. It uses argon2id with 19 MiB, two passes and
/// one lane, as the OWASP password storage cheat sheet recommends. Clones share one queue.
#[derive(Debug, Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    dummy: Arc<str>,
    /// Words of this site, which an attacker would try.
    site_words: Arc<[String]>,
}

impl Passwords {
    /// Creates an empty queue.
    ///
    /// # Panics
    ///
    /// Never: the parameters are constants within argon2's limits.
    #[must_use]
    pub fn new() -> Self {
        // Passwords of unknown people are compared with this hash, so that they take as long.
        let dummy = hash_now(&format!("{:032x}", rand::random::<u128>()));
        Self {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(WAITING)),
            dummy: dummy.unwrap_or_default().into(),
            site_words: Arc::default(),
        }
    }

    /// Refuses passwords made of the words of these addresses, too.
    #[must_use]
    pub fn of_site<'a>(self, addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let words = addresses.into_iter().flat_map(guesses_from);
        Self {
            site_words: words.collect(),
            ..self
        }
    }

    /// Checks that a password is hard to guess for somebody who knows the person's address and
    /// name, and hashes it.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Field`] with `too_short`, `too_long` or `guessable`;
    /// [`IdentityError::Busy`] when the queue is full.
    pub(crate) async fn choose(
        &self,
        password: SecretString,
        email: &EmailAddress,
        display_name: &str,
    ) -> Result<String, IdentityError> {
        let mut words = self.site_words.to_vec();
        let local_part = email.as_str().split('@').next().unwrap_or_default();
        for known in [email.as_str(), local_part, display_name] {
            words.extend(guesses_from(known));
        }
        let hash = self.run(move || {
            check_strength(&password, &words).map(|()| hash_now(password.expose_secret()))
        });
        hash.await??.ok_or(IdentityError::Busy)
    }

    /// Hashes `password` and returns the PHC string.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Busy`] when the queue is full.
    pub async fn hash(&self, password: SecretString) -> Result<String, IdentityError> {
        self.run(move || hash_now(password.expose_secret()))
            .await?
            .ok_or(IdentityError::Busy)
    }

    /// Returns whether `password` belongs to `hash`. Without a hash it takes as long and returns
    /// false.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Busy`] when the queue is full.
    pub async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, IdentityError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.to_string());
        let same = self
            .run(move || verify_now(password.expose_secret(), &hash))
            .await?;
        Ok(same && known)
    }

    /// Returns whether `hash` was made with other parameters than new hashes.
    #[must_use]
    pub(crate) fn needs_rehash(hash: &str) -> bool {
        let wanted = Params::new(19_456, 2, 1, None);
        let found = PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok());
        match (wanted, found) {
            (Ok(wanted), Some(found)) => {
                (found.m_cost(), found.t_cost(), found.p_cost())
                    != (wanted.m_cost(), wanted.t_cost(), wanted.p_cost())
            }
            _ => true,
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IdentityError> {
        let _place = self
            .waiting
            .try_acquire()
            .map_err(|_| IdentityError::Busy)?;
        let _turn = self
            .running
            .acquire()
            .await
            .map_err(|_| IdentityError::Busy)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| IdentityError::Busy)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Option<String> {
    argon2()?
        .hash_password(password.as_bytes())
        .ok()
        .map(|hash| hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    Argon2::default()
        .verify_password(password.as_bytes(), &hash)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::new();
        let hash = passwords.hash("静かな海と青い自転車".into()).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(!Passwords::needs_rehash(&hash));
        assert!(
            passwords
                .verify("静かな海と青い自転車".into(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("静かな海と青い自転者".into(), Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("whatever it may be".into(), None)
                .await
                .unwrap()
        );
    }
}
