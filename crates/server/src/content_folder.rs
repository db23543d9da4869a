//! The schema, the dictionary and the first guides, from the content folder or built in.

use std::path::Path;
use std::sync::Arc;

use annai_checks::Dictionary;
use annai_content::Schema;

use crate::failure::{Code, Failure};
use crate::settings::ContentDir;

// `build.rs` writes `SCHEMA: &str`, `DICTIONARY: &str` and `GUIDES: &[(&str, &[u8])]`, sorted by name.
include!(concat!(env!("OUT_DIR"), "/content.rs"));

/// The advice for a schema without roles.
pub(crate) const ROLES_ADVICE: &str = "give each field its `role` in `x-annai`, and name the `rules` beside `properties`: \
     docs/api.md has both; until then roles are taken from the fields' keys";

/// The schema of this run and its source.
#[derive(Debug)]
pub(crate) struct LoadedSchema {
    pub(crate) schema: Arc<Schema>,
    /// The exact text.
    pub(crate) text: String,
    /// The name of the file, or of the built-in copy.
    pub(crate) origin: String,
}

/// Reads `schema.json` of the content folder, or the built-in copy without that folder.
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
                "the schema is JSON Schema 2020-12; docs/api.md lists the keys and roles of `x-annai`",
            ),
        ),
    }
}

/// The dictionary of this run and its source.
#[derive(Debug)]
pub(crate) struct LoadedDictionary {
    pub(crate) dictionary: Arc<Dictionary>,
    /// The file, or that it is the built-in copy.
    pub(crate) origin: String,
}

/// Reads `dictionary.yml` of the content folder, or the built-in copy without that file.
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
                .hint("let the program read it, or remove it to use the built-in dictionary"));
        }
    };
    match Dictionary::parse(&text) {
        Ok(dictionary) => Ok(LoadedDictionary {
            dictionary: Arc::new(dictionary),
            origin,
        }),
        Err(error) => Err(
            Failure::message(Code::Data, format!("{origin}: {error}")).hint(
                "the dictionary is YAML in prh's format, version 1, without imports and look-around",
            ),
        ),
    }
}

/// Returns whether the folder counts: the operator named it, or it has our files.
fn is_used(folder: &ContentDir) -> bool {
    folder.named || folder.path.join("schema.json").is_file()
}

/// Returns the folder of the first guides; `None` where the built-in ones are used.
pub(crate) fn guides_on_disk(folder: &ContentDir) -> Option<&Path> {
    is_used(folder).then_some(folder.path.as_path())
}

/// Returns the built-in guides: file name and bytes.
pub(crate) fn built_in_guides() -> &'static [(&'static str, &'static [u8])] {
    GUIDES
}
