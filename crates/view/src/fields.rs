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
    /// Whether readers know the guide by it: it is changed on purpose only.
    pub(crate) is_frozen: bool,
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

/// The front matter keys that the schema does not know, as one JSON object.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct OtherKeysView {
    /// The object, each value as it stands in the source; empty without such keys.
    pub(crate) json: String,
    /// How many there are.
    pub(crate) count: usize,
    /// Why it cannot be kept.
    pub(crate) fault: Option<OtherKeysFaultView>,
}

/// Why an object of other keys cannot be kept, and where that shows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OtherKeysFaultView {
    /// What is wrong.
    pub(crate) message: Message,
    /// In which line, from 1.
    pub(crate) line: u32,
    /// In which column, from 1.
    pub(crate) column: u32,
}

/// How a search engine may show the guide.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SearchCardView {
    /// Where readers find a guide, with `{slug}` in place of its slug.
    pub(crate) url_pattern: String,
    /// Where they find this one; empty without a slug.
    pub(crate) url: String,
    /// As much of the title as there is room for.
    pub(crate) title: String,
    /// As much of the description.
    pub(crate) description: String,
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
