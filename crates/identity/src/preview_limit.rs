use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use annai_domain::token::Token;
use annai_web::{ClientAddress, Exceeded, NetworkLimit};

/// A token that opened a preview is not counted for this long. A site that is built with a preview
/// key asks for all its guides at once: that is not guessing.
const MEMORY: Duration = Duration::from_mins(1);
/// The number of remembered tokens.
const CAPACITY: usize = 1000;

/// Limits how often one network tries tokens that opened no preview lately. Attempts are counted
/// before the database is asked, so that guesses cannot keep it busy. Clones count together.
#[derive(Debug, Clone)]
pub struct PreviewLimit(Option<Arc<TokenCounts>>);

#[derive(Debug)]
struct TokenCounts {
    networks: NetworkLimit,
    /// The hashes of tokens that opened a preview, with the last time.
    opened: Mutex<HashMap<[u8; 32], Instant>>,
}

impl PreviewLimit {
    /// Creates a limit of `per_address` attempts a minute for one network; `None` means no limit.
    #[must_use]
    pub fn new(per_address: Option<NonZeroU32>) -> Self {
        let counts = |per_address| {
            Arc::new(TokenCounts {
                networks: NetworkLimit::new(per_address),
                opened: Mutex::default(),
            })
        };
        Self(per_address.map(counts))
    }

    /// Counts an attempt with `token` from `client`.
    pub fn admit(&self, client: Option<ClientAddress>, token: &Token) -> Result<(), Exceeded> {
        let (Some(counts), Some(client)) = (&self.0, client) else {
            return Ok(());
        };
        if counts.has_opened(&token.hash(), Instant::now()) {
            return Ok(());
        }
        counts.networks.admit(client).map(drop)
    }

    /// Remembers that `token` opened a preview.
    pub fn opened(&self, token: &Token) {
        if let Some(counts) = &self.0 {
            counts.remember(token.hash(), Instant::now());
        }
    }
}

impl TokenCounts {
    fn has_opened(&self, hash: &[u8; 32], now: Instant) -> bool {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let at = opened.get(hash);
        at.is_some_and(|&at| now.saturating_duration_since(at) < MEMORY)
    }

    fn remember(&self, hash: [u8; 32], now: Instant) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= CAPACITY && !opened.contains_key(&hash) {
            opened.retain(|_, at| now.saturating_duration_since(*at) < MEMORY);
            if opened.len() >= CAPACITY {
                return; // then it is counted like any other
            }
        }
        opened.insert(hash, now);
    }
}

#[cfg(test)]
mod tests {
    use annai_domain::token::TokenKind;

    use super::*;

    #[test]
    fn guesses_are_counted_and_a_token_that_opened_is_not() {
        let limit = PreviewLimit::new(NonZeroU32::new(2));
        let guess = || Token::generate(TokenKind::PreviewLink);
        let [here, elsewhere] =
            ["192.0.2.1", "192.0.2.2"].map(|address| Some(address.parse().unwrap()));
        let known = guess();
        assert!(limit.admit(here, &known).is_ok());
        limit.opened(&known);

        assert!(limit.admit(here, &guess()).is_ok());
        assert!(limit.admit(here, &guess()).is_err());
        for _ in 0..10 {
            assert!(limit.admit(here, &known).is_ok());
        }
        assert!(limit.admit(elsewhere, &guess()).is_ok());
    }

    #[test]
    fn what_opened_is_forgotten_in_time_and_never_fills_memory() {
        let limit = PreviewLimit::new(NonZeroU32::new(1));
        let counts = limit.0.unwrap();
        let begin = Instant::now();
        let hash = |number: usize| {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_be_bytes());
            hash
        };
        for number in 0..CAPACITY + 10 {
            counts.remember(hash(number), begin);
        }
        assert_eq!(counts.opened.lock().unwrap().len(), CAPACITY);
        assert!(counts.has_opened(&hash(0), begin));

        let later = begin + MEMORY;
        assert!(!counts.has_opened(&hash(0), later));
        counts.remember(hash(CAPACITY + 10), later);
        assert_eq!(counts.opened.lock().unwrap().len(), 1);
    }
}
