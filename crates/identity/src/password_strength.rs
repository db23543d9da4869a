//! Decides whether a password is hard enough to guess.

use std::borrow::Cow;

use annai_domain::{FieldFault, limits};
use secrecy::{ExposeSecret as _, SecretString};
use zxcvbn::{Score, zxcvbn};

use crate::IdentityError;

/// The lowest score that is accepted: over 10⁸ guesses, which the limits on sign-in make hopeless.
const LEAST: Score = Score::Three;
/// The bytes of the shortest word that is removed; a shorter one would match by chance.
const SHORTEST: usize = 4;
/// First guesses at a password of this program, which the estimator's lists lack.
const OURS: [&str; 4] = ["annai", "案内", "パスワード", "pasuwado"];

/// Refuses a password that is too short, too long or easy to guess. `own` are the words that an
/// attacker would try first for this person.
///
/// # Errors
///
/// [`IdentityError::Field`] with `too_short`, `too_long` or `guessable`.
pub(crate) fn check_strength(password: &SecretString, own: &[String]) -> Result<(), IdentityError> {
    let refuse = |fault| {
        Err(IdentityError::Field {
            field: "password",
            fault,
        })
    };
    let password = password.expose_secret();
    let length = password.chars().count();
    if length < limits::PASSWORD_LEAST {
        return refuse(FieldFault::TooShort);
    }
    if length > limits::PASSWORD {
        return refuse(FieldFault::TooLong);
    }
    let mut words: Vec<String> = OURS.into_iter().map(str::to_owned).collect();
    words.extend(own.iter().map(|word| word.to_lowercase()));
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    let known: Vec<&str> = words.iter().map(String::as_str).collect();
    if zxcvbn(&without_words(password, &known), &known).score() < LEAST {
        return refuse(FieldFault::Guessable);
    }
    Ok(())
}

/// Removes words that an attacker knows, so that the rest has to make a password by itself. The
/// estimator counts 10⁸ guesses for any three words, also for known ones.
fn without_words<'a>(password: &'a str, words: &[&str]) -> Cow<'a, str> {
    let lower = password.to_lowercase();
    let mut rest = lower.clone();
    for word in words.iter().filter(|word| word.len() >= SHORTEST) {
        rest = rest.replace(word, "");
    }
    if rest == lower {
        Cow::Borrowed(password)
    } else {
        Cow::Owned(rest)
    }
}

/// Lists the guesses that a name or an address suggests: the whole, its words, and the words
/// joined.
pub(crate) fn guesses_from(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut guesses = vec![text.to_owned(), words.concat()];
    guesses.extend(words.into_iter().map(str::to_owned));
    guesses
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn judged(password: &str) -> Result<(), &'static str> {
        let person = [
            "hanako.yamada@example.jp",
            "山田 花子",
            "https://cms.kaisha.jp/",
        ];
        let words: Vec<_> = person.into_iter().flat_map(guesses_from).collect();
        check_strength(&password.into(), &words).map_err(|error| match error {
            IdentityError::Field { fault, .. } => fault.as_str(),
            other => panic!("{other}"),
        })
    }

    #[rstest]
    #[case::sequence("123456789012")]
    #[case::letters("abcdefghijkl")]
    #[case::keyboard("qwertyuiop123")]
    #[case::repeated("passwordpassword")]
    #[case::one_letter("aaaaaaaaaaaaaaaa")]
    #[case::spelt("P@ssw0rd1234")]
    #[case::date("yamada19900101")]
    #[case::address("hanako.yamada@example.jp")]
    #[case::local_part("hanako.yamada")]
    #[case::joined("hanakoyamada1")]
    #[case::turned("adamayokanah")]
    #[case::name("山田花子山田花子山田花子")]
    #[case::site("cms.kaisha.jp")]
    #[case::site_and_year("kaisha2026!!")]
    #[case::ours("案内案内案内案内案内案内")]
    #[case::japanese("パスワードパスワードパスワード")]
    #[case::romaji("pasuwado1234")]
    fn a_password_that_is_easy_to_guess_is_refused(#[case] password: &str) {
        assert_eq!(judged(password), Err("guessable"));
    }

    #[rstest]
    #[case("correct horse battery")]
    #[case("静かな海と青い自転車です。")]
    #[case("kT9#vLq2!xRw")]
    #[case("yamada plays the cello badly")]
    #[case("Hanako: kT9#vLq2!xRw")]
    fn a_long_phrase_and_a_random_password_are_accepted(#[case] password: &str) {
        assert_eq!(judged(password), Ok(()));
    }

    #[test]
    fn the_length_has_limits() {
        assert_eq!(judged("kT9#vLq2!xR"), Err("too_short"));
        assert_eq!(judged(&"静かな海".repeat(65)), Err("too_long"));
    }
}
