use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{FieldRole, SchemaError};

/// A text in both languages of the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localised {
    /// Japanese, the source language.
    pub ja: String,
    /// English.
    pub en: String,
}

/// The control a field is edited with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Widget {
    /// One line of text.
    Text,
    /// Several lines of text.
    TextArea,
    /// A slug, proposed from the H1.
    Slug,
    /// One of a closed set.
    Select {
        /// The choices, in order.
        options: Vec<SelectOption>,
    },
    /// A list of words.
    Tokens,
    /// A list of other guides, by slug.
    Guides,
    /// A path or an address of an image.
    Image,
    /// A number.
    Number,
    /// Yes or no.
    Checkbox,
}

/// One choice of a [`Widget::Select`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SelectOption {
    /// The stored value.
    pub value: String,
    /// The text for people.
    pub label: Localised,
}

/// The width a text should have, in full-width units. The form counts by it; for the summary it is
/// also what the checks warn by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// The least.
    pub min: Option<f64>,
    /// The most.
    pub max: Option<f64>,
}

/// One field of the front matter, as the form needs it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its key in the front matter.
    pub key: String,
    /// The part it plays for Annai.
    pub role: Option<FieldRole>,
    /// The control to edit it with.
    pub widget: Widget,
    /// The name that forms and findings show.
    pub label: Localised,
    /// A sentence beside it.
    pub help: Option<Localised>,
    /// Whether a guide cannot be published without it.
    pub required: bool,
    /// The width it should have.
    pub counter: Option<Counter>,
    /// The place in the form: smaller comes first.
    pub order: i64,
    /// The most elements of a list.
    pub max_items: Option<u64>,
    /// The most characters of a text, or of each element of a list.
    pub max_length: Option<u64>,
    /// The pattern of a text, or of each element of a list.
    pub pattern: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Hints {
    role: Option<FieldRole>,
    widget: Option<WidgetName>,
    order: Option<i64>,
    label: Option<Localised>,
    help: Option<Localised>,
    counter: Option<Counter>,
    options: Map<String, Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WidgetName {
    Text,
    TextArea,
    Slug,
    Select,
    Tokens,
    Guides,
    Image,
    Number,
    Checkbox,
}

impl Field {
    /// Returns whether its texts are addresses of images.
    #[must_use]
    pub(crate) fn holds_images(&self) -> bool {
        self.role == Some(FieldRole::Image) || self.widget == Widget::Image
    }

    /// Reads the property `key`. What the hints leave out is guessed from the role and the type.
    pub(super) fn read(
        key: &str,
        property: &Value,
        index: usize,
        required: bool,
    ) -> Result<Self, SchemaError> {
        let bad = |reason: String| SchemaError::BadHints {
            key: key.to_owned(),
            reason,
        };
        let hints: Hints = match property.get("x-annai") {
            Some(hints) => Hints::deserialize(hints).map_err(|error| bad(error.to_string()))?,
            None => Hints::default(),
        };
        refuse_unfit(&hints, property).map_err(bad)?;
        let name = hints.widget.or_else(|| hints.role.and_then(by_role));
        let widget = widget(name, property, &hints.options).map_err(bad)?;
        let element = property.get("items").unwrap_or(property);
        let position = i64::try_from(index).unwrap_or(i64::MAX);
        Ok(Self {
            key: key.to_owned(),
            role: hints.role,
            widget,
            label: hints.label.unwrap_or_else(|| Localised {
                ja: key.to_owned(),
                en: key.to_owned(),
            }),
            help: hints.help,
            required,
            counter: hints.counter,
            // Fields without an order come last, in the order of the file.
            order: hints.order.unwrap_or(1_000_000 + position),
            max_items: property.get("maxItems").and_then(Value::as_u64),
            max_length: element.get("maxLength").and_then(Value::as_u64),
            pattern: element
                .get("pattern")
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    }
}

/// Refuses hints that mean nothing or contradict the field's type.
fn refuse_unfit(hints: &Hints, property: &Value) -> Result<(), String> {
    if property["x-annai"].get("role").is_some_and(Value::is_null) {
        return Err("`role` is null: name a role or leave it out".to_owned());
    }
    if let Some(name) = hints.widget {
        refuse_widget(name, property)?;
    }
    if let Some(Counter { min, max }) = hints.counter {
        if [min, max].into_iter().flatten().any(|end| end < 0.0) {
            return Err("`counter` is negative: its ends are 0 or more".to_owned());
        }
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            return Err("the `min` of `counter` is above its `max`: exchange them".to_owned());
        }
    }
    Ok(())
}

/// Refuses a widget whose values the field's type does not allow.
fn refuse_widget(name: WidgetName, property: &Value) -> Result<(), String> {
    let types: &[&str] = match name {
        WidgetName::Text | WidgetName::TextArea | WidgetName::Slug | WidgetName::Image => {
            &["string"]
        }
        WidgetName::Tokens | WidgetName::Guides => &["array"],
        WidgetName::Number => &["number", "integer"],
        WidgetName::Checkbox => &["boolean"],
        WidgetName::Select => return Ok(()), // needs `enum`, see `options`
    };
    let fits = |named: &Value| types.iter().any(|fit| named == fit);
    let is_fit = match property.get("type") {
        None => true,
        Some(Value::Array(named)) => named.iter().any(fits),
        Some(named) => fits(named),
    };
    if is_fit {
        return Ok(());
    }
    let (widget, fit) = (&property["x-annai"]["widget"], types[0]);
    Err(format!(
        "the widget {widget} needs the `type` `{fit}`: change one of them"
    ))
}

/// Returns the widget that suits a role whatever its field's type; `None` leaves it to the type.
fn by_role(role: FieldRole) -> Option<WidgetName> {
    match role {
        FieldRole::Slug => Some(WidgetName::Slug),
        FieldRole::Summary => Some(WidgetName::TextArea),
        FieldRole::Relations => Some(WidgetName::Guides),
        FieldRole::Image => Some(WidgetName::Image),
        FieldRole::Title | FieldRole::Category | FieldRole::Tags | FieldRole::Keywords => None,
    }
}

fn widget(
    name: Option<WidgetName>,
    property: &Value,
    labels: &Map<String, Value>,
) -> Result<Widget, String> {
    let by_type = || match property.get("type").and_then(Value::as_str) {
        _ if property.get("enum").is_some() => WidgetName::Select,
        Some("array") => WidgetName::Tokens,
        Some("number" | "integer") => WidgetName::Number,
        Some("boolean") => WidgetName::Checkbox,
        _ => WidgetName::Text,
    };
    Ok(match name.unwrap_or_else(by_type) {
        WidgetName::Text => Widget::Text,
        WidgetName::TextArea => Widget::TextArea,
        WidgetName::Slug => Widget::Slug,
        WidgetName::Select => Widget::Select {
            options: options(property, labels)?,
        },
        WidgetName::Tokens => Widget::Tokens,
        WidgetName::Guides => Widget::Guides,
        WidgetName::Image => Widget::Image,
        WidgetName::Number => Widget::Number,
        WidgetName::Checkbox => Widget::Checkbox,
    })
}

fn options(property: &Value, labels: &Map<String, Value>) -> Result<Vec<SelectOption>, String> {
    let values = property
        .get("enum")
        .and_then(Value::as_array)
        .ok_or("a select needs `enum`")?;
    if let Some(stray) = labels
        .keys()
        .find(|key| !values.iter().any(|value| value == key.as_str()))
    {
        return Err(format!("the option {stray:?} is not in `enum`"));
    }
    let option = |value: &Value| {
        let value = value
            .as_str()
            .ok_or("every value of a select's `enum` must be a string")?;
        let label = match labels.get(value) {
            Some(label) => Localised::deserialize(label).map_err(|error| error.to_string())?,
            None => Localised {
                ja: value.to_owned(),
                en: value.to_owned(),
            },
        };
        Ok(SelectOption {
            value: value.to_owned(),
            label,
        })
    };
    values.iter().map(option).collect()
}
