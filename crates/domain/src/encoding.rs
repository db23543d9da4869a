use crate::closed_set;

closed_set! {
    /// A content coding of a response's body (RFC 9110, 8.4.1).
    ///
    /// The order is the server's preference among codings that a client accepts equally: smaller
    /// bodies first.
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
    /// Returns the suffix that makes this encoding's entity tag differ from those of the others.
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
