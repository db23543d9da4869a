use crate::closed_set;

closed_set! {
    /// A content coding in which an answer's bytes are sent (RFC 9110, 8.4.1).
    ///
    /// The order is the server's: smaller answers first, where a client takes several equally.
    pub enum Encoding: "an encoding" {
        /// Brotli (RFC 7932).
        Brotli = "br",
        /// Zstandard (RFC 8878).
        Zstd = "zstd",
        /// gzip (RFC 1952).
        Gzip = "gzip",
        /// The bytes as they are.
        Identity = "identity",
    }
}

impl Encoding {
    /// What tells this encoding's entity tag from those of the others.
    #[must_use]
    pub fn tag_suffix(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Zstd => "-zstd",
            Self::Gzip => "-gzip",
            Self::Identity => "",
        }
    }
}
