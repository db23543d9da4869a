use std::collections::BTreeMap;

use annai_domain::Slug;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::preset::MappingPreset;
use crate::schema::{FieldRole, Schema, Shape};

/// The rules by which the fields of another program become those of a guide.
///
/// A target is a key, or a role such as `@summary`: the field that has it. A role that the schema
/// does not give changes nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The target of each key; an empty one leaves the field out.
    fields: BTreeMap<String, String>,
    /// Per target, the values that are replaced.
    values: BTreeMap<String, BTreeMap<String, Value>>,
    /// Per target, the value where the file has none.
    defaults: Map<String, Value>,
    slug: SlugRules,
    /// The fields that say of a file that it is not to be published, each with its value. A value
    /// of another kind, such as `yes`, says so too: nobody guesses what is to be public.
    draft: BTreeMap<String, bool>,
    /// The fields without which a file is not to be published.
    needed: Vec<String>,
    /// The folders whose files are not to be published.
    draft_folders: Vec<String>,
}

/// The rules for slugs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SlugRules {
    /// Whether a file without a slug is named by its path: its name, or the folder of `index.md`.
    from_path: bool,
    /// Whether a date before the name, as in `2019-04-01-name.md`, is left out.
    dated_names: bool,
    hyphens: Hyphens,
}

/// The treatment of slugs that are written with hyphens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Hyphens {
    /// They stay, and the checks report the slug.
    #[default]
    Stay,
    /// They become underscores.
    Underscores,
}

/// The error of a mapping file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mapping cannot be read: {0}")]
pub struct MappingError(String);

/// The fields of a guide.
pub(super) struct Mapped {
    pub(super) fields: Map<String, Value>,
    pub(super) is_draft: bool,
    /// The new key of each key that changed.
    pub(super) renamed: Vec<(String, String)>,
}

impl Mapping {
    /// Reads a mapping file, which is TOML.
    ///
    /// # Errors
    ///
    /// [`MappingError`] with the line of the fault.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self =
            toml::from_str(text).map_err(|error| MappingError(error.to_string()))?;
        let targets = mapping.fields.values().chain(mapping.values.keys());
        for target in targets.chain(mapping.defaults.keys()) {
            if let Some(role) = target.strip_prefix('@') {
                let role: Result<FieldRole, _> = role.parse();
                role.map_err(|error| MappingError(error.to_string()))?;
            }
        }
        Ok(mapping)
    }

    /// Returns the mapping of a site generator.
    ///
    /// # Errors
    ///
    /// [`MappingError`] when the built-in file has a fault; a test reads each.
    pub fn preset(preset: MappingPreset) -> Result<Self, MappingError> {
        Self::parse(preset.text())
    }

    /// Applies the rules to the fields of the file `path`.
    pub(super) fn apply(&self, fields: &Map<String, Value>, schema: &Schema, path: &str) -> Mapped {
        let mut mapped = Mapped {
            fields: Map::new(),
            is_draft: self.is_draft(fields, path),
            renamed: Vec::new(),
        };
        for (key, value) in fields {
            let target = match self.fields.get(key).map(String::as_str) {
                Some("") => continue,
                Some(target) => key_of(target, schema),
                None => None,
            };
            // A key of the file comes before one that would be renamed to it.
            let target = target.filter(|target| {
                !mapped.fields.contains_key(*target)
                    && (*target == key || !fields.contains_key(*target))
            });
            if let Some(target) = target.filter(|target| target != key) {
                mapped.renamed.push((key.clone(), target.to_owned()));
            }
            let is_mapped = target.is_some();
            let target = target.unwrap_or(key);
            let value = if is_mapped {
                shaped(value, target, schema)
            } else {
                value.clone()
            };
            mapped.fields.insert(target.to_owned(), value);
        }
        self.replace_values(&mut mapped.fields, schema);
        self.name(&mut mapped.fields, schema, path);
        mapped
    }

    fn is_draft(&self, fields: &Map<String, Value>, path: &str) -> bool {
        let of = |wanted: &str| {
            let mut named = fields.iter();
            named.find(|(key, _)| key.eq_ignore_ascii_case(wanted))
        };
        let says_so = |(key, draft): (&String, &bool)| {
            of(key).is_some_and(|(_, value)| value.as_bool().is_none_or(|value| value == *draft))
        };
        let lacks = |key: &String| of(key).is_none();
        let folders = path.rsplit('/').skip(1);
        self.draft.iter().any(says_so)
            || self.needed.iter().any(lacks)
            || folders
                .into_iter()
                .any(|folder| self.draft_folders.iter().any(|draft| draft == folder))
    }

    fn replace_values(&self, fields: &mut Map<String, Value>, schema: &Schema) {
        for (target, values) in &self.values {
            let value = key_of(target, schema).and_then(|key| fields.get_mut(key));
            let replace = |value: &mut Value| {
                if let Some(new) = value.as_str().and_then(|text| values.get(text)) {
                    *value = new.clone();
                }
            };
            match value {
                Some(Value::Array(items)) => items.iter_mut().for_each(replace),
                Some(value) => replace(value),
                None => {}
            }
        }
        for (target, value) in &self.defaults {
            if let Some(key) = key_of(target, schema) {
                fields.entry(key).or_insert_with(|| value.clone());
            }
        }
    }

    /// Writes the slug in the guide's spelling, where it differs.
    fn name(&self, fields: &mut Map<String, Value>, schema: &Schema, path: &str) {
        let Some(key) = schema.key_of(FieldRole::Slug) else {
            return;
        };
        let named = match fields.get(key) {
            Some(Value::String(slug)) => slug.clone(),
            Some(Value::Null) | None if self.slug.from_path => {
                name_of(path, self.slug.dated_names).to_owned()
            }
            _ => return,
        };
        let slug = match self.slug.hyphens {
            Hyphens::Stay => named,
            Hyphens::Underscores => underscored(&named),
        };
        // Anything else stays as it was, and the checks say what is wrong with it.
        if slug.parse::<Slug>().is_ok() {
            fields.insert(key.to_owned(), slug.into());
        }
    }
}

/// Returns the key that a target names.
fn key_of<'a>(target: &'a str, schema: &'a Schema) -> Option<&'a str> {
    match target.strip_prefix('@') {
        Some(role) => role.parse().ok().and_then(|role| schema.key_of(role)),
        None => Some(target),
    }
}

/// Makes one text of a list, or a list of one text, as the role of the field demands.
fn shaped(value: &Value, key: &str, schema: &Schema) -> Value {
    let role = schema.field(key).and_then(|field| field.role);
    match (role.map(FieldRole::shape), value) {
        (Some(Shape::Text), Value::Array(values)) => values.first().cloned().unwrap_or_default(),
        (Some(Shape::List), Value::String(text)) => vec![text.as_str()].into(),
        _ => value.clone(),
    }
}

/// Returns the name that a path gives: of its file, or of the folder of an index.
fn name_of(path: &str, dated: bool) -> &str {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let name = match (stem, parts.next()) {
        ("index" | "_index", Some(folder)) => folder,
        _ => stem,
    };
    if dated { without_date(name) } else { name }
}

fn without_date(name: &str) -> &str {
    let Some((date, rest)) = name.split_at_checked("2019-04-01-".len()) else {
        return name;
    };
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 | 10 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if is_date && !rest.is_empty() {
        rest
    } else {
        name
    }
}

/// Spells the last part of a path as a slug: `/docs/My-Page/` gives `my_page`.
fn underscored(slug: &str) -> String {
    let last = slug
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let words = last
        .split(['-', '_', ' ', '.'])
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_ascii_lowercase()
}
