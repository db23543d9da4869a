use std::sync::Arc;

use annai_domain::limits;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::IdentityError;

/// The number of passwords that are hashed at once: each takes 19 MiB and one processor.
const AT_ONCE: usize = 2;
/// The length of the queue. When it is full, people are asked to come back.
const WAITING: usize = 32;

/// Words that do not count towards a password, in lower case: the first guesses of every attacker.
/// The list is our own and short, because length does most of the work.
const COMMON: [&str; 24] = [
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "letmein",
    "welcome",
    "iloveyou",
    "administrator",
    "changeme",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "sunshine",
    "princess",
    "trustno1",
    "abc123",
    "123456",
    "1234567890",
    "0987654321",
    "annai",
    "sakura",
    "pasuwado",
];

/// Hashes and checks passwords off the async threads. It uses argon2id with 19 MiB, two passes and
/// one lane, as the OWASP password storage cheat sheet recommends. Clones share one queue.
#[derive(Debug, Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    dummy: Arc<str>,
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
        }
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

/// Refuses a password that is too short, too long, or made of first guesses. `context` holds words
/// that an attacker would try for this person.
///
/// # Errors
///
/// [`IdentityError::Field`] with `too_short`, `too_long` or `too_common`.
pub(crate) fn acceptable_password(
    password: &SecretString,
    context: &[&str],
) -> Result<(), IdentityError> {
    let refuse = |code| {
        Err(IdentityError::Field {
            field: "password",
            code,
        })
    };
    let length = password.expose_secret().chars().count();
    if length < limits::PASSWORD_LEAST {
        return refuse("too_short");
    }
    if length > limits::PASSWORD {
        return refuse("too_long");
    }
    let mut rest = password.expose_secret().to_lowercase();
    let context = context
        .iter()
        .map(|word| word.to_lowercase())
        .filter(|word| word.len() >= 4);
    for word in COMMON.into_iter().map(str::to_owned).chain(context) {
        rest = rest.replace(&word, "");
    }
    // The letters beside the guessable words have to make a password by themselves.
    let mut letters: Vec<char> = rest.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 {
        refuse("too_common")
    } else {
        Ok(())
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
    use rstest::rstest;

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

    #[rstest]
    #[case("short", Err("too_short"))]
    #[case(&"あ".repeat(257), Err("too_long"))]
    #[case("passwordpassword", Err("too_common"))]
    #[case("aaaaaaaaaaaaaaaa", Err("too_common"))]
    #[case("Yamada1234567890", Err("too_common"))]
    #[case("correct horse battery", Ok(()))]
    #[case("静かな海と青い自転車です。", Ok(()))]
    fn guessable_passwords_are_refused(#[case] password: &str, #[case] expected: Result<(), &str>) {
        let result = acceptable_password(&password.into(), &["yamada", "yamada@example.jp"]);
        let code = result.map_err(|error| match error {
            IdentityError::Field { code, .. } => code,
            other => panic!("{other}"),
        });
        assert_eq!(code, expected);
    }
}
