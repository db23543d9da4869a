//! Collects the values of each setting from flags, variables and the file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::settings::Key;
use crate::suggest::closest;

/// A variable of the tests, and our only one that is not a setting: the folder of real pages.
const TEST_PAGES: &str = "ANNAI_TEST_PAGES";

/// The variable that names the settings file.
const CONFIG: &str = "ANNAI_CONFIG";

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Variable,
    Flag,
}

/// One value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

impl Origin {
    /// Describes the place of the value for the person who wrote it.
    pub(crate) fn describe(&self, key: Key) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::File { path, line } => format!("{}:{line}", path.display()),
            Self::Variable => key.variable(),
            Self::Flag => key.flag(),
        }
    }
}

/// The set values, by flag, then variable, then file, then default.
#[derive(Debug, Default)]
pub(crate) struct Gathered(BTreeMap<Key, Given>);

impl Gathered {
    /// Gathers everything. `flags` wins over `variables`, which win over the file.
    pub(crate) fn from_everywhere(
        config: Option<&Path>,
        flags: Vec<(Key, String)>,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Failure> {
        let mut given = BTreeMap::new();
        for key in Key::ALL {
            if let Some(text) = key.default_value() {
                let text = text.to_owned();
                given.insert(
                    key,
                    Given {
                        text,
                        origin: Origin::Default,
                    },
                );
            }
        }
        let mut named_file = None;
        let mut from_variables = Vec::new();
        for (name, text) in variables.filter(|(name, _)| name.starts_with("ANNAI_")) {
            match name.as_str() {
                TEST_PAGES => {}
                CONFIG => named_file = Some(PathBuf::from(text)),
                _ => from_variables.push((key_of_variable(&name)?, text)),
            }
        }
        let named_file = config.map(Path::to_path_buf).or(named_file);
        // An empty text counts as not set, so that the next source decides.
        let file = read_file(named_file.as_deref())?.into_iter();
        let file = file.filter(|(_, given)| !given.text.is_empty());
        let variables = with_origin(from_variables, Origin::Variable);
        let flags = with_origin(flags, Origin::Flag);
        given.extend(file.chain(variables).chain(flags));
        Ok(Self(given))
    }

    /// Returns the value of `key`.
    pub(crate) fn get(&self, key: Key) -> Option<&Given> {
        self.0.get(&key)
    }
}

/// Gives the origin to each text that is not empty.
fn with_origin(texts: Vec<(Key, String)>, origin: Origin) -> impl Iterator<Item = (Key, Given)> {
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    texts.map(move |(key, text)| {
        let origin = origin.clone();
        (key, Given { text, origin })
    })
}

fn key_of_variable(name: &str) -> Result<Key, Failure> {
    let variables = Key::ALL.map(Key::variable);
    if let Some(position) = variables.iter().position(|variable| variable == name) {
        return Ok(Key::ALL[position]);
    }
    let hint = match closest(name, variables.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`annai config print` lists every setting; unset this one".to_owned(),
    };
    Err(
        Failure::configuration(format!("the variable `{name}` is not a setting of Annai"))
            .hint(hint),
    )
}

/// Reads the named file, or `annai.toml` if it exists.
fn read_file(named: Option<&Path>) -> Result<Vec<(Key, Given)>, Failure> {
    let path = named.unwrap_or(Path::new("annai.toml"));
    match std::fs::read_to_string(path) {
        Ok(text) => parse_file(path, &text),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Vec::new())
        }
        Err(error) => Err(Failure::configuration(format!(
            "cannot read {}: {error}",
            path.display()
        ))
        .hint("check the path, or leave out --config and ANNAI_CONFIG")),
    }
}

fn parse_file(path: &Path, text: &str) -> Result<Vec<(Key, Given)>, Failure> {
    let table = toml::de::DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        Failure::configuration(format!("{}:{line}: {}", path.display(), error.message()))
            .hint("the file holds lines such as: listen = \"127.0.0.1:8080\"")
    })?;
    table
        .into_inner()
        .into_iter()
        .map(|(name, value)| {
            let place = Place {
                path,
                line: line_of(text, name.span().start),
            };
            let key = key_of_file(&place, name.get_ref())?;
            let text = text_of(&place, key, value.into_inner())?;
            let origin = Origin::File {
                path: path.to_path_buf(),
                line: place.line,
            };
            Ok((key, Given { text, origin }))
        })
        .collect()
}

struct Place<'a> {
    path: &'a Path,
    line: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.path.display(), self.line)
    }
}

fn key_of_file(place: &Place<'_>, name: &str) -> Result<Key, Failure> {
    Key::from_name(name).ok_or_else(|| {
        let hint = match closest(name, Key::ALL.map(Key::name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the settings are: {}", Key::ALL.map(Key::name).join(", ")),
        };
        Failure::configuration(format!("{place}: `{name}` is not a setting of Annai")).hint(hint)
    })
}

fn text_of(place: &Place<'_>, key: Key, value: toml::de::DeValue<'_>) -> Result<String, Failure> {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => Ok(text.into_owned()),
        DeValue::Integer(number) => Ok(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Ok(truth.to_string()),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            Err(Failure::configuration(format!(
                "{place}: `{key}` must be a text, a whole number, or true or false"
            ))
            .hint("write it as one value, such as \"text\""))
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}
