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
