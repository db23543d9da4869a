use crate::closed_set;

closed_set! {
    /// The language of a person's pages.
    pub enum Locale: "a language" {
        /// 日本語
        Ja = "ja",
        /// English
        En = "en",
    }
}

impl Locale {
    /// Returns the first known language of an `Accept-Language` header, or Japanese.
    ///
    /// Browsers list their languages in order of preference, so the weights are not read.
    #[must_use]
    pub fn of_accept_language(header: &str) -> Self {
        let ranges = header.split(',');
        let languages = ranges.filter_map(|range| range.trim().split([';', '-']).next());
        let mut known = languages.filter_map(|tag| tag.to_ascii_lowercase().parse().ok());
        known.next().unwrap_or(Self::Ja)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_we_speak_is_chosen() {
        assert_eq!(
            Locale::of_accept_language("fr, en-GB;q=0.8, ja;q=0.5"),
            Locale::En
        );
        assert_eq!(Locale::of_accept_language("ja-JP,en;q=0.5"), Locale::Ja);
        assert_eq!(Locale::of_accept_language("fr"), Locale::Ja);
        assert_eq!(Locale::of_accept_language(""), Locale::Ja);
    }
}
