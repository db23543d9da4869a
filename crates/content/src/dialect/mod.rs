//! The front matter in the dialects that site generators read.

mod letters;
#[cfg(test)]
mod tests;
mod toml;
mod yaml;

use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::GuideSource;

/// How a file says its front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A JSON object between lines of `---`, which YAML readers take for YAML.
    YamlJson,
    /// YAML between lines of `---`.
    Yaml,
    /// TOML between lines of `+++`. TOML has no null: a member that is null is left out.
    Toml,
    /// A bare JSON object before the body, as Hugo reads it.
    HugoJson,
}

/// The guide as a file whose front matter is said in `dialect`. The body stays as it is.
#[must_use]
pub fn in_dialect(source: &GuideSource, dialect: Dialect) -> String {
    let fields = source.front_matter();
    let body = source.body();
    match dialect {
        Dialect::YamlJson => format!("---\n{}\n---\n{body}", json(fields)),
        Dialect::Yaml => format!("---\n{}---\n{body}", yaml::write(fields)),
        Dialect::Toml => format!("+++\n{}+++\n{body}", toml::write(fields)),
        Dialect::HugoJson => format!("{}\n{body}", json(fields)),
    }
}

/// An object as JSON of several lines that readers of YAML understand too.
fn json(fields: &Map<String, Value>) -> String {
    let pretty = serde_json::ser::PrettyFormatter::with_indent(b"  ");
    written(fields, letters::Careful(pretty))
}

/// A string or number as JSON, YAML and TOML all say it.
fn scalar(value: &impl Serialize) -> String {
    written(value, letters::Careful(serde_json::ser::CompactFormatter))
}

fn written(value: &impl Serialize, formatter: impl serde_json::ser::Formatter) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // JSON values, written into memory: nothing of this can fail.
    let written: Result<(), io::Error> = value.serialize(&mut serializer).map_err(Into::into);
    debug_assert!(written.is_ok(), "{written:?}");
    String::from_utf8(bytes).unwrap_or_default()
}
