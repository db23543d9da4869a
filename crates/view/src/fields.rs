//! The front matter form, as `content/schema.json` describes it.

use serde::Serialize;

use annai_content::FieldRole;

use super::Message;
use super::form::Choice;

/// One field of the front matter form.
#[derive(Debug, Clone, Serialize)]
pub struct FieldView {
    /// Its key in the front matter.
    pub key: String,
    /// The part it plays, which the scripts ask for.
    pub role: Option<FieldRole>,
    /// Whether the search result is shown below it.
    pub has_card: bool,
    /// Its label or name for people.
    pub label: String,
    pub help: Option<String>,
    pub widget: WidgetKind,
    /// Its value; one item a line in lists.
    pub value: String,
    /// The choices of a select.
    pub choices: Vec<Choice>,
    /// Whether publishing needs it.
    pub required: bool,
    /// The advised lengths in full-width characters.
    pub counter: Option<CounterView>,
    /// The most items of a list.
    pub max_items: Option<u64>,
    /// Whether it is part of the public address, and therefore frozen.
    pub is_frozen: bool,
    /// The value as JSON, where the form cannot edit it.
    pub odd_json: Option<String>,
    /// The fault in it, by message key.
    pub error: Option<Message>,
}

/// The advised lengths of a field, in full-width characters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CounterView {
    /// The fewest.
    pub min: Option<f64>,
    /// The most.
    pub max: Option<f64>,
}

/// The widget of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WidgetKind {
    /// One line.
    Text,
    /// Several lines.
    TextArea,
    Slug,
    Select,
    /// A list of words.
    Tokens,
    /// A list of other guides' slugs.
    Guides,
    /// The address of an image.
    Image,
    Number,
    /// Yes or no.
    Checkbox,
}

/// The front matter keys outside the schema, as one JSON object.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OtherKeysView {
    /// The object with each value as in the source; empty without such keys.
    pub json: String,
    pub count: usize,
    /// The reason why it cannot be stored.
    pub fault: Option<OtherKeysFaultView>,
}

/// The reason why an object of other keys cannot be stored, with the place of its fault.
#[derive(Debug, Clone, Serialize)]
pub struct OtherKeysFaultView {
    pub message: Message,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1.
    pub column: u32,
}

/// The guide in a search result.
#[derive(Debug, Clone, Serialize)]
pub struct SearchCardView {
    /// The URL of a public guide, with `{slug}` in place of its slug.
    pub url_pattern: String,
    /// The URL of this guide; empty without a slug.
    pub url: String,
    /// The visible part of the title.
    pub title: String,
    /// The room for the title, in full-width characters; `None` without a limit.
    pub title_room: Option<f64>,
    /// The visible part of the description.
    pub description: String,
    /// The room for the description, in full-width characters; `None` without a limit.
    pub description_room: Option<f64>,
}

/// A guide in the list of related guides.
#[derive(Debug, Clone, Serialize)]
pub struct KnownGuide {
    pub slug: String,
    pub title: String,
    /// The state of a relation or link to it.
    pub state: KnownState,
    /// Whether it is the guide of this page.
    pub is_own: bool,
}

/// The state of a relation or link to a guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownState {
    /// The guide is public.
    Public,
    /// The guide is public under another slug.
    Moved,
    /// The guide exists and was never public.
    Draft,
    /// The guide was public and has been taken down.
    Unpublished,
    /// The slug belongs to no guide.
    Missing,
}
