//! The front matter form, as `content/schema.json` describes it.

use serde::Serialize;

use super::Message;
use super::form::Choice;

/// One field of the front matter form.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FieldView {
    /// Its key in the front matter.
    pub(crate) key: String,
    /// What people call it.
    pub(crate) label: String,
    /// What it is for.
    pub(crate) help: Option<String>,
    /// How it is filled in.
    pub(crate) widget: WidgetKind,
    /// What it holds; one item per line in lists.
    pub(crate) value: String,
    /// The choices of a select.
    pub(crate) choices: Vec<Choice>,
    /// Whether publishing needs it.
    pub(crate) required: bool,
    /// The fewest and most full-width characters advised.
    pub(crate) counter: Option<CounterView>,
    /// The most items of a list.
    pub(crate) max_items: Option<u64>,
    /// Present when the value is not of the kind the form can edit: its JSON, shown as it is.
    pub(crate) odd_json: Option<String>,
    /// What is wrong with it.
    pub(crate) error: Option<Message>,
}

/// The lengths that a field should keep to, in full-width characters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct CounterView {
    /// The fewest.
    pub(crate) min: Option<f64>,
    /// The most.
    pub(crate) max: Option<f64>,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WidgetKind {
    /// One line.
    Text,
    /// Several lines.
    TextArea,
    /// The guide's name in URLs.
    Slug,
    /// One of several.
    Select,
    /// A list of words.
    Tokens,
    /// A list of other guides' slugs.
    Guides,
    /// The address of an image.
    Image,
    /// A number.
    Number,
    /// Yes or no.
    Checkbox,
}

/// A front matter key that the schema does not know: kept as it is.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OtherKey {
    /// The key.
    pub(crate) key: String,
    /// Its value as it stands in the source.
    pub(crate) json: String,
}

/// A guide that a list of related guides can name.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct KnownGuide {
    /// Its slug.
    pub(crate) slug: String,
    /// Its title.
    pub(crate) title: String,
    /// What a relation to it leads to.
    pub(crate) state: KnownState,
}

/// What a relation to a guide leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KnownState {
    /// Readers can follow it now.
    Public,
    /// It is there, but readers cannot see it yet.
    Draft,
    /// Nobody holds that slug.
    Missing,
}
