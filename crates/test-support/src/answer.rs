use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use crate::redact::redact;

/// Headers that are part of what an answer says; the others are the same everywhere.
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

/// A whole answer. As text (for snapshots) it is the status, the telling headers and the body,
/// with ids and everything else that differs from run to run replaced by names.
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
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header as text; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// A string inside the JSON body, by pointer.
    #[must_use]
    pub fn string(&self, pointer: &str) -> String {
        let json = self.json();
        let found = json.pointer(pointer).and_then(Value::as_str);
        found
            .unwrap_or_else(|| panic!("no string at {pointer} of {self}"))
            .to_owned()
    }

    /// The last part of a problem's type, such as `not-found`.
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
