//! The front matter in the dialects that site generators read.

mod portable_json;
#[cfg(test)]
mod tests;
mod toml;
mod yaml;

use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::GuideSource;

/// A dialect of front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A JSON object between lines of `---`, which YAML readers read as YAML.
    YamlJson,
    /// YAML between lines of `---`.
    Yaml,
    /// TOML between lines of `+++`. TOML has no null, so a member that is null is left out.
    Toml,
    /// A bare JSON object before the body, as Hugo reads it.
    HugoJson,
}

/// Returns the front matter of `source` in `dialect`, before `body`.
#[must_use]
pub fn in_dialect(source: &GuideSource, dialect: Dialect, body: &str) -> String {
    let fields = source.front_matter();
    match dialect {
        Dialect::YamlJson => format!("---\n{}\n---\n{body}", json(fields)),
        Dialect::Yaml => format!("---\n{}---\n{body}", yaml::write(fields)),
        Dialect::Toml => format!("+++\n{}+++\n{body}", toml::write(fields)),
        Dialect::HugoJson => format!("{}\n{body}", json(fields)),
    }
}

/// Formats an object as indented JSON that YAML readers understand too.
fn json(fields: &Map<String, Value>) -> String {
    let pretty = serde_json::ser::PrettyFormatter::with_indent(b"  ");
    written(fields, portable_json::PortableFormatter(pretty))
}

/// Formats a string or number so that it is valid JSON, YAML and TOML.
fn scalar(value: &impl Serialize) -> String {
    written(
        value,
        portable_json::PortableFormatter(serde_json::ser::CompactFormatter),
    )
}

fn written(value: &impl Serialize, formatter: impl serde_json::ser::Formatter) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // A JSON value written into memory: this cannot fail.
    let written: Result<(), io::Error> = value.serialize(&mut serializer).map_err(Into::into);
    debug_assert!(written.is_ok(), "{written:?}");
    String::from_utf8(bytes).unwrap_or_default()
}
