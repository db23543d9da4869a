//! Licence expressions, as far as crates use them: `AND`, `OR`, `WITH`, brackets, and `/` for an old `OR`.

/// Whether someone who accepts the licences for which `accepts` is true may use what the expression covers.
///
/// An expression that cannot be read is not allowed. `A WITH B` counts as `A`: an exception only ever permits more.
pub(crate) fn is_allowed(expression: &str, accepts: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut words = Words {
        all: spaced.split_whitespace().collect(),
        next: 0,
        accepts,
    };
    let allowed = words.any_of();
    allowed == Some(true) && words.next == words.all.len()
}

struct Words<'a> {
    all: Vec<&'a str>,
    next: usize,
    accepts: &'a dyn Fn(&str) -> bool,
}

impl Words<'_> {
    /// One or more parts joined by `OR`.
    fn any_of(&mut self) -> Option<bool> {
        let mut allowed = self.all_of()?;
        while self.take("OR") {
            allowed |= self.all_of()?;
        }
        Some(allowed)
    }

    /// One or more parts joined by `AND`, which binds tighter.
    fn all_of(&mut self) -> Option<bool> {
        let mut allowed = self.one()?;
        while self.take("AND") {
            allowed &= self.one()?;
        }
        Some(allowed)
    }

    /// A bracket or a single licence.
    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let allowed = self.any_of()?;
            return self.take(")").then_some(allowed);
        }
        let licence = self.all.get(self.next).copied()?;
        self.next += 1;
        if self.take("WITH") {
            self.next += 1;
        }
        Some((self.accepts)(licence))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.all.get(self.next) == Some(&word);
        self.next += usize::from(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    fn allowed(expression: &str) -> bool {
        is_allowed(expression, &|licence| {
            ["MIT", "Apache-2.0", "ISC"].contains(&licence)
        })
    }

    #[test]
    fn one_acceptable_choice_is_enough() {
        assert!(allowed("MIT"));
        assert!(allowed("GPL-3.0-only OR MIT"));
        assert!(allowed("Unlicense/MIT"));
        assert!(allowed("Apache-2.0 WITH LLVM-exception"));
    }

    #[test]
    fn every_part_that_applies_at_once_must_be_acceptable() {
        assert!(allowed("ISC AND (Apache-2.0 OR OpenSSL)"));
        assert!(!allowed("MIT AND GPL-3.0-only"));
        assert!(!allowed("(MIT OR Apache-2.0) AND OpenSSL"));
        assert!(!allowed("GPL-3.0-only OR AGPL-3.0-only"));
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_refused() {
        for expression in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "MIT)"] {
            assert!(!allowed(expression), "{expression}");
        }
    }
}
