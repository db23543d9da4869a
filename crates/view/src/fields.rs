//! The front matter form, as `content/schema.json` describes it.

use serde::Serialize;

use super::Message;
use super::form::Choice;

/// One field of the front matter form.
#[derive(Debug, Clone, Serialize)]
pub struct FieldView {
    /// Its key in the front matter.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it is for.
    pub help: Option<String>,
    /// How it is filled in.
    pub widget: WidgetKind,
    /// What it holds; one item per line in lists.
    pub value: String,
    /// The choices of a select.
    pub choices: Vec<Choice>,
    /// Whether publishing needs it.
    pub required: bool,
    /// The fewest and most full-width characters advised.
    pub counter: Option<CounterView>,
    /// The most items of a list.
    pub max_items: Option<u64>,
    /// Whether readers know the guide by it: it is changed on purpose only.
    pub is_frozen: bool,
    /// Present when the value is not of the kind the form can edit: its JSON, shown as it is.
    pub odd_json: Option<String>,
    /// What is wrong with it.
    pub error: Option<Message>,
}

/// The lengths that a field should keep to, in full-width characters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CounterView {
    /// The fewest.
    pub min: Option<f64>,
    /// The most.
    pub max: Option<f64>,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WidgetKind {
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

/// The front matter keys that the schema does not know, as one JSON object.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OtherKeysView {
    /// The object, each value as it stands in the source; empty without such keys.
    pub json: String,
    /// How many there are.
    pub count: usize,
    /// Why it cannot be kept.
    pub fault: Option<OtherKeysFaultView>,
}

/// Why an object of other keys cannot be kept, and where that shows.
#[derive(Debug, Clone, Serialize)]
pub struct OtherKeysFaultView {
    /// What is wrong.
    pub message: Message,
    /// In which line, from 1.
    pub line: u32,
    /// In which column, from 1.
    pub column: u32,
}

/// How a search engine may show the guide.
#[derive(Debug, Clone, Serialize)]
pub struct SearchCardView {
    /// Where readers find a guide, with `{slug}` in place of its slug.
    pub url_pattern: String,
    /// Where they find this one; empty without a slug.
    pub url: String,
    /// As much of the title as there is room for.
    pub title: String,
    /// As much of the description.
    pub description: String,
}

/// A guide that a list of related guides can name.
#[derive(Debug, Clone, Serialize)]
pub struct KnownGuide {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What a relation to it leads to.
    pub state: KnownState,
}

/// What a relation to a guide leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownState {
    /// Readers can follow it now.
    Public,
    /// It is there, but readers cannot see it yet.
    Draft,
    /// Nobody holds that slug.
    Missing,
}
