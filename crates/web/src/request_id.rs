use http::HeaderValue;

/// The id of one request, in the log and in its response.
///
/// It consists of 128 random bits, the size of a trace id, or 32 hexadecimal digits as text. The
/// server always generates it and ignores a client's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u128);

impl RequestId {
    /// Generates a random id.
    pub(crate) fn generate() -> Self {
        Self(rand::random())
    }

    /// Returns the id as a header value.
    pub(crate) fn header_value(self) -> HeaderValue {
        let mut digits = [0; 32];
        // The buffer holds two digits per byte, so this cannot fail.
        let _ = hex::encode_to_slice(self.0.to_be_bytes(), &mut digits);
        HeaderValue::from_bytes(&digits).unwrap_or(HeaderValue::from_static("")) // ASCII digits only
    }

    /// Returns the first half of the id, which names a span.
    pub(crate) fn span_id(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}
