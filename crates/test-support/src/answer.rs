use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use crate::redact::redact;

/// The headers that a snapshot shows; the others are the same everywhere.
const TELLING: [&str; 9] = [
    "content-type",
    "etag",
    "location",
    "cache-control",
    "retry-after",
    "allow",
    "idempotent-replayed",
    "content-disposition",
    "vary",
];

/// A whole response.
///
/// As text, for snapshots, it is the status, the headers of interest and the body. Names replace
/// ids and everything else that differs from run to run.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Parses the body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Returns the body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Returns a header as text; empty if it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Returns the string at a JSON pointer in the body.
    #[must_use]
    pub fn string(&self, pointer: &str) -> String {
        let json = self.json();
        let found = json.pointer(pointer).and_then(Value::as_str);
        found
            .unwrap_or_else(|| panic!("no string at {pointer} of {self}"))
            .to_owned()
    }

    /// Returns the last part of a problem's type, such as `not-found`.
    #[must_use]
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self}"
        );
        self.string("/type")
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = format!("{}\n", self.status);
        for name in TELLING {
            if let Some(value) = self.headers.get(name) {
                let value = value.to_str().unwrap_or("(not text)");
                text.push_str(&[name, ": ", value, "\n"].concat());
            }
        }
        text.push('\n');
        text += &match serde_json::from_slice::<Value>(&self.body) {
            Ok(json) => serde_json::to_string_pretty(&json).unwrap(),
            Err(_) => String::from_utf8_lossy(&self.body).into_owned(),
        };
        formatter.write_str(&redact(&text))
    }
}
