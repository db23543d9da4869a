use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The length of a block of SHA-256. HMAC fills shorter keys up with zeros.
const BLOCK: usize = 64;

/// The key of this installation's hashes. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret([u8; BLOCK]);

/// The use of a hash. Hashes of one use say nothing about those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The counter of an account.
    Account,
    /// The counter of a known browser.
    Browser,
    /// The cookie of a known browser.
    Cookie,
    /// The counter of a network.
    Network,
    /// The counter of a session.
    Session,
    /// The counter of all known browsers of an account.
    Browsers,
}

impl Secret {
    pub(super) fn new(key: [u8; 32]) -> Self {
        let mut block = [0; BLOCK];
        block[..key.len()].copy_from_slice(&key);
        Self(block)
    }

    /// Returns the keyed hash of `parts` for one purpose.
    pub(super) fn hash(&self, purpose: Purpose, parts: &[impl AsRef<[u8]>]) -> [u8; 32] {
        self.mac(purpose, parts).finalize().into_bytes().into()
    }

    /// Returns the key of a counter: the beginning of the keyed hash.
    pub(super) fn counter(&self, purpose: Purpose, parts: &[impl AsRef<[u8]>]) -> [u8; 8] {
        let mut key = [0; 8];
        key.copy_from_slice(&self.hash(purpose, parts)[..8]);
        key
    }

    /// Returns whether `hash` is the keyed hash of `parts`, in a time that tells nothing.
    pub(super) fn is_hash(
        &self,
        purpose: Purpose,
        parts: &[impl AsRef<[u8]>],
        hash: &[u8],
    ) -> bool {
        self.mac(purpose, parts).verify_slice(hash).is_ok()
    }

    fn mac(&self, purpose: Purpose, parts: &[impl AsRef<[u8]>]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new((&self.0).into());
        mac.update(&[purpose as u8]);
        for part in parts {
            let part = part.as_ref();
            // The lengths keep "ab", "c" apart from "a", "bc".
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_differ_by_key_purpose_and_parts_and_the_key_is_not_printed() {
        let secret = Secret::new([7; 32]);
        let hash = secret.hash(Purpose::Cookie, &["ab", "c"]);
        assert!(secret.is_hash(Purpose::Cookie, &["ab", "c"], &hash));
        assert!(!secret.is_hash(Purpose::Cookie, &["a", "bc"], &hash));
        assert!(!secret.is_hash(Purpose::Account, &["ab", "c"], &hash));
        assert!(!secret.is_hash(Purpose::Cookie, &["ab", "c"], &hash[..8]));
        assert_ne!(
            Secret::new([8; 32]).hash(Purpose::Cookie, &["ab", "c"]),
            hash
        );
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
