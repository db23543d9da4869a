//! The schema, the dictionary and the first guides: from the folder, or the copies inside the
//! program.

use std::path::Path;
use std::sync::Arc;

use annai_content::{Dictionary, Schema};

use crate::failure::{Code, Failure};
use crate::settings::ContentDir;

// `SCHEMA: &str`, `DICTIONARY: &str` and `GUIDES: &[(&str, &[u8])]`, sorted by name: `build.rs`
// lists them.
include!(concat!(env!("OUT_DIR"), "/content.rs"));

/// Where the schema of this run comes from, as people name it.
#[derive(Debug)]
pub(crate) struct LoadedSchema {
    pub(crate) schema: Arc<Schema>,
    /// The exact text.
    pub(crate) text: String,
    /// The file, or that it is the built-in copy.
    pub(crate) origin: String,
}

/// Reads `schema.json` of the content folder; without that folder the built-in copy.
pub(crate) fn schema(folder: &ContentDir) -> Result<LoadedSchema, Failure> {
    let path = folder.path.join("schema.json");
    let (text, origin) = match std::fs::read_to_string(&path) {
        Ok(text) => (text, path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_used(folder) => {
            (SCHEMA.to_owned(), "the built-in schema".to_owned())
        }
        Err(error) => {
            return Err(Failure::message(Code::NoInput, format!("cannot read {}: {error}", path.display()))
                .hint("the content folder needs a schema.json; leave content_dir unset for the built-in one"));
        }
    };
    match Schema::parse(&text) {
        Ok(schema) => Ok(LoadedSchema {
            schema: Arc::new(schema),
            text,
            origin,
        }),
        Err(error) => Err(
            Failure::message(Code::Data, format!("{origin}: {error}")).hint(
                "the schema is JSON Schema 2020-12; docs/api.md lists the keys that drive the form",
            ),
        ),
    }
}

/// How words are spelt in this run.
#[derive(Debug)]
pub(crate) struct LoadedDictionary {
    pub(crate) dictionary: Arc<Dictionary>,
    /// The file, or that it is the built-in copy.
    pub(crate) origin: String,
}

/// Reads `dictionary.yml` of the content folder; a folder without one has the built-in copy.
pub(crate) fn dictionary(folder: &ContentDir) -> Result<LoadedDictionary, Failure> {
    let path = folder.path.join("dictionary.yml");
    let (text, origin) = match std::fs::read_to_string(&path) {
        Ok(text) => (text, path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            (DICTIONARY.to_owned(), "the built-in dictionary".to_owned())
        }
        Err(error) => {
            let message = format!("cannot read {}: {error}", path.display());
            return Err(Failure::message(Code::NoInput, message)
                .hint("let the program read it, or move it away for the built-in dictionary"));
        }
    };
    match Dictionary::parse(&text) {
        Ok(dictionary) => Ok(LoadedDictionary {
            dictionary: Arc::new(dictionary),
            origin,
        }),
        Err(error) => Err(
            Failure::message(Code::Data, format!("{origin}: {error}")).hint(
                "the dictionary is YAML as prh reads it, version 1, without imports and look-around",
            ),
        ),
    }
}

/// Whether the folder counts: it was named, or it is one of ours.
fn is_used(folder: &ContentDir) -> bool {
    folder.named || folder.path.join("schema.json").is_file()
}

/// The folder that holds the first guides, where it counts.
pub(crate) fn guides_on_disk(folder: &ContentDir) -> Option<&Path> {
    is_used(folder).then_some(folder.path.as_path())
}

/// The built-in guides: file name and bytes.
pub(crate) fn built_in_guides() -> &'static [(&'static str, &'static [u8])] {
    GUIDES
}
